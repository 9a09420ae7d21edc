"""What ``--check-api`` tells about one question."""

from dataclasses import dataclass
from enum import StrEnum

from pve_backup_report.model.tape import Entrance


class Held(StrEnum):
    """Whether the right that a question needs is held."""

    YES = "yes"
    PARTLY = "partly"  # on some objects only
    NO = "no"
    NOT_NEEDED = "not-needed"
    UNKNOWN = "unknown"  # the token's rights could not be read


@dataclass(frozen=True, slots=True)
class Check:
    """One endpoint, asked once.

    Attributes:
        name: the endpoint's short name.
        path: what was asked; the template when there was nothing to ask it for.
        status: HTTP status; None when there was no HTTP answer, as with pvesh.
        items: how many items came back; None for a single object, or no answer.
        error: why there is no answer; None when there is one.
        asked: False when there was nothing to ask it for (no job, no guest, …).
        needs: the right in words; None when every token may ask.
        held: whether it is held.
        lacking: the objects on which it is not held, when only some.
        hides: what stays hidden without it (English, key of its translation).
        by_hand: the line to try on a node.
    """

    name: str
    path: str
    status: int | None
    items: int | None
    error: str | None
    asked: bool
    needs: str | None
    held: Held
    lacking: tuple[str, ...]
    hides: str
    by_hand: str


@dataclass(frozen=True, slots=True)
class ServerCheck:
    """The endpoints of one backup server, and what its token can prove.

    Attributes:
        name: its name in the settings.
        checks: one per endpoint.
        proves: codes of what it can prove: ``pbs-datastores``, ``pbs-backups``, ``pbs-sync``.
        cannot: codes of what it cannot.
        entrance: what let the program in.
    """

    name: str
    checks: tuple[Check, ...]
    proves: tuple[str, ...]
    cannot: tuple[str, ...]
    entrance: Entrance = Entrance.TOKEN


@dataclass(frozen=True, slots=True)
class ApiCheck:
    """All the endpoints, and what the token can prove.

    Attributes:
        checks: one per endpoint.
        proves: codes of what it can prove: ``jobs``, ``guests``, ``pools``, ``storages``, ``tasks``, ``backups``.
        cannot: codes of what it cannot.
        servers: the same of each backup server.
        entrance: what let the program into the cluster.
    """

    checks: tuple[Check, ...]
    proves: tuple[str, ...]
    cannot: tuple[str, ...]
    servers: tuple[ServerCheck, ...] = ()
    entrance: Entrance = Entrance.TOKEN
