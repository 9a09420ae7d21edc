"""The room that next runs will find: what their archives take, and what retention frees meanwhile."""

from collections.abc import Iterator
from dataclasses import dataclass

from pve_backup_report.coverage.due import Calendar
from pve_backup_report.coverage.retention import kept
from pve_backup_report.coverage.storage_use import StorageUse, storage_uses
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.backup import Backup
from pve_backup_report.model.room import Room
from pve_backup_report.model.storage import Storage
from pve_backup_report.model.task import RunResult
from pve_backup_report.model.verdict import GuestVerdict


@dataclass(frozen=True, slots=True)
class _NextRun:
    """The next run of a job in one place: a shared storage, or a node's own."""

    use: StorageUse
    node: str
    due: int
    guests: tuple[GuestVerdict, ...]


def rooms(analysis: Analysis, calendar: Calendar) -> tuple[Room, ...]:
    """Return the room of each place that an effective job writes to, by storage and node; none on backup servers.

    Args:
        analysis: the cluster and the conclusions.
        calendar: tells when jobs are due.
    """
    first: dict[tuple[str, str | None], _NextRun] = {}
    for use in storage_uses(analysis):
        if use.storage.type == "pbs":
            continue  # what a snapshot adds to a datastore is not its size: most of it is there already
        for run in _next_runs(use, calendar):
            place = (use.storage.id, None if use.storage.shared else run.node)
            if place not in first or run.due < first[place].due:
                first[place] = run
    return tuple(
        Room(
            storage=name,
            shared=run.use.storage.shared,
            node=run.node,
            job=run.use.job.id,
            due=run.due,
            needed=_needed(run, calendar),
            free=_free(run.use.storage, node),
            vmids=tuple(sorted(verdict.guest.vmid for verdict in run.guests)),
        )
        for (name, node), run in sorted(first.items(), key=lambda item: (item[0][0], item[0][1] or ""))
    )


def _next_runs(use: StorageUse, calendar: Calendar) -> Iterator[_NextRun]:
    """Yield the job's next run: on a shared storage all nodes together, otherwise each node by itself."""
    for node in use.nodes:
        due = calendar.next_due(use.job, node)
        guests = tuple(verdict for verdict in use.guests if use.storage.shared or verdict.guest.node == node)
        if due is not None:
            yield _NextRun(use, node, due, guests)


def _free(storage: Storage, node: str | None) -> int | None:
    """Return the bytes that are free there; None when no metrics tell."""
    told = [
        state.total - state.used
        for state in storage.states
        if state.total and state.used is not None and node in (None, state.node)
    ]
    return min(told, default=None)


def _needed(run: _NextRun, calendar: Calendar) -> int:
    """Return the most bytes that the run needs at any time beyond what is used now, as far as sizes are known.

    Guests come in the order of their ids, and what a guest's retention removes is removed once its new archive is there
    (pve-manager PVE/VZDump.pm ``exec_backup_task``).
    """
    most = now = 0
    for verdict in sorted(run.guests, key=lambda verdict: verdict.guest.vmid):
        size = _usual_size(verdict, run.use.storage.id)
        now += size
        most = max(most, now)
        now -= _freed(verdict, run, size, calendar)
    return most


def _usual_size(verdict: GuestVerdict, storage: str) -> int:
    """Return the size of the guest's newest good archive there, or of the one that its log tells; 0 when none does."""
    listed = _there(verdict, storage)
    sizes = [archive.size for archive in listed if archive.good and archive.size is not None]
    told = [run.size for run in verdict.runs if run.storage == storage and run.result is RunResult.OK and run.size]
    return next(iter([*sizes, *told]), 0)


def _freed(verdict: GuestVerdict, run: _NextRun, size: int, calendar: Calendar) -> int:
    keeps = run.use.retention
    if not run.use.job.remove or not keeps:
        return 0
    listed = [
        archive for archive in _there(verdict, run.use.storage.id) if not archive.protected and not archive.renamed
    ]
    keep = kept([run.due, *(archive.at for archive in listed)], keeps, calendar.zone(run.node))
    return sum(_size(archive, size) for archive in listed if archive.at not in keep)


def _there(verdict: GuestVerdict, storage: str) -> list[Backup]:
    return [archive for archive in verdict.archives if archive.storage == storage]


def _size(archive: Backup, otherwise: int) -> int:
    return otherwise if archive.size is None else archive.size
