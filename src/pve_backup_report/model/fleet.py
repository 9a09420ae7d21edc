"""A fleet: many clusters, what is known of each, and why there is nothing where nothing is known."""

from dataclasses import dataclass
from enum import StrEnum

from pve_backup_report.model.report import Report


class FailureKind(StrEnum):
    """Why a cluster is not judged from answers of today; stable codes."""

    SETTINGS = "settings"  # its file of settings is wrong: it was not asked
    UNREACHABLE = "unreachable"  # no connection, no trust, or no authentication
    TAPE_DAMAGED = "tape-damaged"  # a tape of it cannot be read
    TAPE_OLD = "tape-old"  # its newest tape is too old, or from a time that has not come yet
    WORKER = "worker"  # no worker was there for it, or it was lost
    OUTPUT = "output"  # its report could not be written
    FAULT = "fault"  # this program failed on it


@dataclass(frozen=True, slots=True)
class Failure:
    """Why one cluster is not judged from answers of today.

    Attributes:
        kind: what failed.
        told: the English sentence that says so, with ``{names}``; may hold a server's words, hence untrusted. Never a
            secret.
        values: of the names; untrusted as well.
    """

    kind: FailureKind
    told: str
    values: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        told = self.told
        for name, value in self.values:
            told = told.replace(f"{{{name}}}", value)
        return told


@dataclass(frozen=True, slots=True)
class Standing:
    """What the report of a fleet keeps of a cluster's report, so that a hundred of them fit into memory.

    Attributes:
        report: the report cut down: its summary is whole, its guests are the few that need help most, and of each
            kind of error or warning it holds the first few.
        in_need: how many guests are not as they should be.
        kinds: code and number of each kind of error or warning, the worst first.
        gaps: how many answers were missing or short.
        sizes: bytes of the guests' disks: covered, not covered, undetermined, exempt.
        unsized: guests with a disk of unknown size, which ``sizes`` leaves out.
        marks: of the newest tasks seen; two clusters share none.
    """

    report: Report
    in_need: int
    kinds: tuple[tuple[str, int], ...]
    gaps: int
    sizes: tuple[int, int, int, int]
    unsized: int
    marks: frozenset[int] = frozenset()

    @property
    def asked_at(self) -> int:
        """Epoch at which the cluster was asked."""
        return self.report.analysis.cluster.asked_at


@dataclass(frozen=True, slots=True)
class Member:
    """One cluster of a fleet.

    Attributes:
        label: what tells it from the others: the name of its file; no other has it.
        site: where it is asked from, as its settings say; None when they do not.
        standing: what is known; None when it could not be asked.
        failure: why that is nothing, or not of today; None when all went well.
        files: its own reports, as paths below the fleet's directory, with ``/``.
        faults: what is wrong with the administrator's templates, where the shipped ones took their place.
        unkept: why its tape could not be kept; None when it was, or was not to be.
    """

    label: str
    site: str | None = None
    standing: Standing | None = None
    failure: Failure | None = None
    files: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()
    unkept: str | None = None


@dataclass(frozen=True, slots=True)
class Fleet:
    """All of them.

    Attributes:
        asked_at: epoch, the run's one clock reading.
        timezone: IANA name of the zone that the report uses.
        tool_version: version of this program.
        members: in the order they were named.
    """

    asked_at: int
    timezone: str
    tool_version: str
    members: tuple[Member, ...]
