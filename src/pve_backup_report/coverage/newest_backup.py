"""The newest good backup of a guest: which one it is, and what is told of it."""

from collections.abc import Iterable, Sequence
from itertools import takewhile

from pve_backup_report.model.archive_name import tail
from pve_backup_report.model.backup import Backup
from pve_backup_report.model.task import Run
from pve_backup_report.model.verdict import Success

_FROM_LOG = "task"  # the source of what only a log tells of


def newest_of(dated: Sequence[Backup | Run]) -> Backup | Run:
    """Return the newest; of several of one second the one whose source, and then whose id, comes first.

    Args:
        dated: good backups, and the runs that tell of one, newest first; at least one.
    """
    return min(takewhile(lambda each: each.at == dated[0].at, dated), key=_source_and_id)


def success_of(found: Backup | Run, runs: Iterable[Run]) -> Success:
    """Return what is told of a good backup.

    Args:
        found: the backup, or the run that tells of one.
        runs: the guest's, newest first; of several that name the backup the oldest has made it.
    """
    if isinstance(found, Run):
        return Success(
            at=found.at,
            source=_FROM_LOG,
            storage=found.storage,
            volid=None,
            size=found.size,
            duration_s=found.duration_s,
            verified=None,
            encrypted=None,
            protected=None,
        )
    name = tail(found.volid)
    naming = [run for run in runs if run.archive is not None and run.archive.endswith(name)]
    made_by = [run for run in naming if run.storage == found.storage and tail(run.archive) == name]
    return Success(
        at=found.at,
        source=found.source,
        storage=found.storage,
        volid=found.volid,
        size=found.size,
        duration_s=made_by[-1].duration_s if made_by else None,
        verified=found.verified,
        encrypted=found.encrypted,
        protected=found.protected,
    )


def _source_and_id(found: Backup | Run) -> tuple[str, str]:
    return (found.source, found.volid) if isinstance(found, Backup) else (_FROM_LOG, "")
