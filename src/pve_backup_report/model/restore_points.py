"""How many backups a retention promises of a guest by now, and how many there are."""

from dataclasses import dataclass
from enum import StrEnum


class PolicySource(StrEnum):
    """Who removes old backups."""

    JOB = "job"
    STORAGE = "storage"
    NODE = "node"  # its vzdump.conf
    PRUNE_JOB = "prune-job"  # of a backup server


@dataclass(frozen=True, slots=True)
class RetentionPolicy:
    """One rule by which backups on a storage are removed.

    Attributes:
        source: who removes them.
        name: of the job, storage or prune job.
        server: the backup server of a prune job; None for the others.
        storage: the storage whose backups it is about.
        keeps: ``keep-*`` options as (name, number) pairs; empty keeps everything.
        schedule: of a prune job; None for the others, which prune after each backup.
        namespace: where a prune job begins; None for the others.
        max_depth: levels of namespaces that a prune job takes in; None for all, and for the others.
        active: it does remove: a prune job that is enabled and scheduled, a job that prunes at all.
    """

    source: PolicySource
    name: str
    server: str | None
    storage: str
    keeps: tuple[tuple[str, int], ...]
    schedule: str | None
    namespace: str | None
    max_depth: int | None
    active: bool


@dataclass(frozen=True, slots=True)
class PointLine:
    """The points of one option, such as ``keep-daily``.

    Attributes:
        option: the option.
        promised: how many points it keeps of the times a backup was due.
        there: how many of them there is a backup for.
        missing: epochs of the times without one, oldest first.
    """

    option: str
    promised: int
    there: int
    missing: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class RestorePoints:
    """A guest's restore points on one storage.

    Attributes:
        storage: the storage.
        lines: one per option that promises anything; empty when everything is kept, or nothing is promised yet.
        limited: some policy removes backups there; without one everything is kept.
    """

    storage: str
    lines: tuple[PointLine, ...]
    limited: bool

    @property
    def promised(self) -> int:
        """How many points are promised in all."""
        return sum(line.promised for line in self.lines)

    @property
    def there(self) -> int:
        """How many of them are there."""
        return sum(line.there for line in self.lines)
