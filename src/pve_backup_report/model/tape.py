"""A tape: the answers of one run, refusals included, with the time they were asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from pve_backup_report.model.answer import Answer


class Entrance(StrEnum):
    """What let the program in."""

    TOKEN = "token"  # noqa: S105 -- the name of a way in
    TICKET = "ticket"  # a user with a password
    PVESH = "pvesh"  # root, on a node itself


@dataclass(frozen=True, slots=True)
class PbsTape:
    """The answers of one Proxmox Backup Server.

    Attributes:
        name: its name in the settings.
        address: ``host:port``.
        fingerprint: SHA-256 of its certificate as Proxmox writes it; None when it was not seen.
        answers: by path with query, as asked.
        entrance: what let the program in.
    """

    name: str
    address: str
    fingerprint: str | None
    answers: Mapping[str, Answer]
    entrance: Entrance = Entrance.TOKEN


@dataclass(frozen=True, slots=True)
class Tape:
    """Everything that a report is made of.

    Attributes:
        asked_at: epoch, the run's one clock reading.
        timezone: IANA name of the zone used where a node's own was not seen.
        tool_version: version of the program that recorded it.
        jobs_path: the path that listed the backup jobs (``/cluster/backup`` unless overridden).
        history_limit: vzdump tasks looked at per node.
        log_limit: lines read per task log.
        answers: of the cluster, by path with query, as asked; empty when only backup servers were asked.
        pbs: the Proxmox Backup Servers.
        entrance: what let the program into the cluster.
        notes: whether guests' configurations, with their notes, were to be asked.
    """

    asked_at: int
    timezone: str
    tool_version: str
    jobs_path: str
    history_limit: int
    log_limit: int
    answers: Mapping[str, Answer]
    pbs: tuple[PbsTape, ...] = ()
    entrance: Entrance = Entrance.TOKEN
    notes: bool = True
