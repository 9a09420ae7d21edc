"""vzdump tasks and what they did for each guest, in epoch seconds."""

from dataclasses import dataclass
from enum import StrEnum

from pve_backup_report.model.record import record


class LogState(StrEnum):
    """What became of a task's log."""

    READ = "read"
    GONE = "gone"  # the file was rotated away, or is empty
    NOT_SEEN = "not-seen"  # refused, failed or not wholly read
    NOT_NEEDED = "not-needed"  # the task's own status already tells


class RunResult(StrEnum):
    """How one guest's backup ended (values of the contract)."""

    OK = "ok"
    FAILED = "failed"
    ABORTED = "aborted"
    RUNNING = "running"
    UNKNOWN = "unknown"


BAD_ENDS = (RunResult.FAILED, RunResult.ABORTED)
"""Results of a run that is over and made no backup, as far as the task itself tells."""


@dataclass(frozen=True, slots=True)
class Task:
    """One vzdump task of a node's index.

    Attributes:
        upid: the task's UPID.
        node: the node that ran it.
        start: epoch.
        end: epoch at which the daemon noticed its end; None while running.
        vmid: the one guest it was for; None when it was for several or none.
        status: Proxmox's status string; None while running.
        log: what became of its log.
        log_error: why the log was not seen.
        job_error: what stopped the whole task, when something did.
    """

    upid: str
    node: str
    start: int
    end: int | None
    vmid: int | None
    status: str | None
    log: LogState
    log_error: str | None
    job_error: str | None

    @property
    def running(self) -> bool:
        """Whether the node still lists it as running."""
        return self.end is None and self.status in (None, "", "RUNNING")


@record
class Run:
    """One guest's part in one task.

    Attributes:
        vmid: the guest.
        at: epoch of the start of that guest's own backup.
        result: how it ended.
        error: Proxmox's message (untrusted); None when it did not fail.
        duration_s: seconds; None when not told.
        upid: the task.
        node: the node that ran it.
        storage: storage named in the task's command line, or by its archive; None when not told.
        archive: path, or PBS snapshot such as ``vm/100/2026-03-04T01:00:01Z``; None when none was begun.
        size: bytes the log tells; None when not told.
        archive_written: the archive was complete although the guest may be marked failed (prune or hook failed); None
            when no log tells.
        type: ``qemu``, ``lxc`` or ``openvz`` as the log calls the guest, which may be an earlier one with the same id;
            None when it does not.
    """

    vmid: int
    at: int
    result: RunResult
    error: str | None
    duration_s: int | None
    upid: str
    node: str
    storage: str | None
    archive: str | None
    size: int | None
    archive_written: bool | None
    type: str | None = None
