"""What one vzdump task log tells, guest by guest, in the words and the local time of its node."""

from dataclasses import dataclass
from enum import StrEnum

from pve_backup_report.model.record import record


class GuestOutcome(StrEnum):
    """How one guest's backup ended, as far as the log tells."""

    OK = "ok"
    FAILED = "failed"
    ABORTED = "aborted"  # cut off: by a signal, or because the whole job died during it
    UNFINISHED = "unfinished"  # begun, and the log tells no end: still running, killed, or the node crashed


class TargetKind(StrEnum):
    """Where an archive goes."""

    FILE = "file"
    PBS = "pbs"
    OTHER = "other"  # an external backup provider, or stdout


@dataclass(frozen=True, slots=True)
class VolumeTold:
    """What the log says about one volume of a guest.

    Attributes:
        key: the configuration key, such as ``scsi0`` or ``mp0``.
        volume: the volume id; None for a container, whose lines give only the path.
        included: whether it goes into the backup.
        why: Proxmox's reason for leaving it out, such as ``backup=no``; None when included or not told.
    """

    key: str
    volume: str | None
    included: bool
    why: str | None


@record
class GuestRun:
    """One guest's part in a task.

    Texts are as Proxmox or the guest's owner wrote them: untrusted. Times are ``2026-03-04 02:00:01`` in the node's
    time zone, which the log does not name.

    Attributes:
        vmid: the guest.
        type: ``qemu``, ``lxc`` or ``openvz``; None when the log does not tell.
        outcome: how it ended.
        begun: the line that opens the guest's block was seen. A guest that fails before its set-up has none.
        error: Proxmox's message, its lines joined by a newline; None unless failed or aborted.
        started: when it began; None when not told.
        ended: when it ended; None when not told.
        duration_s: whole seconds; Proxmox's own number for a finished backup, else the difference of the two times;
            None when not told.
        name: the guest's name; None when it has none or it is not told.
        mode: ``snapshot``, ``suspend`` or ``stop``: the mode really used; None when not told.
        archive: path of the archive, or PBS snapshot such as ``vm/100/2026-03-04T01:00:01Z``; None when none was
            begun.
        target_kind: where the archive goes; None when none was begun.
        size: bytes of the archive file, as exact as ``1.23GB`` allows. None for PBS: its lines tell how much was read,
            not how much the snapshot holds.
        archive_written: the archive was complete. True for a guest that failed only afterwards, in pruning or in a
            hook: its data may exist all the same.
        warnings: texts of the WARN lines; they do not make a guest fail.
        stray_errors: texts of ERROR lines that are not the failure itself. They occur in good backups too (a file
            system that could not be frozen).
        volumes: what was included and left out, in log order.
    """

    vmid: int
    type: str | None
    outcome: GuestOutcome
    begun: bool
    error: str | None
    started: str | None
    ended: str | None
    duration_s: int | None
    name: str | None
    mode: str | None
    archive: str | None
    target_kind: TargetKind | None
    size: int | None
    archive_written: bool
    warnings: tuple[str, ...]
    stray_errors: tuple[str, ...]
    volumes: tuple[VolumeTold, ...]


@dataclass(frozen=True, slots=True)
class TaskLog:
    """One task log.

    Attributes:
        runs: the guests that were tried, in log order. A guest that the job names twice is there twice.
        asked_vmids: the ids in the job's command line, wherever the guests are; empty for jobs by pool or for all.
        options: the command line's options without dashes, such as ``("storage", "nas")``; a key may come twice.
        external: guests that the job selects and other nodes hold.
        header: the command line was seen. It is missing when the task died in its set-up.
        finished: the log tells the end of the job or of the task.
        end: what the last line says: ``OK``, ``WARNINGS: 2`` or a message; None when the log does not end as a
            finished task's does.
        job_error: what stopped the job as a whole (set-up, lock, signal, hook), its lines joined by a newline; None
            when nothing did. Failed guests alone are no job error.
        gone: the file does not exist any more, or is empty.
        warnings: texts of the WARN and ERROR lines that belong to no guest (a mail that could not be sent).
    """

    runs: tuple[GuestRun, ...]
    asked_vmids: tuple[int, ...]
    options: tuple[tuple[str, str], ...]
    external: tuple[int, ...]
    header: bool
    finished: bool
    end: str | None
    job_error: str | None
    gone: bool
    warnings: tuple[str, ...]

    @property
    def without_run(self) -> tuple[int, ...]:
        """The ids that the command line names for this node and that have no run (yet), ascending.

        With ``--node``, guests on other nodes are dropped without a word (pve-manager PVE/VZDump.pm
        ``get_included_guests``): of several ids nothing is certain then.
        """
        named = set(self.asked_vmids)
        if len(named) > 1 and any(key == "node" for key, _ in self.options):
            return ()
        return tuple(sorted(named - set(self.external) - {run.vmid for run in self.runs}))

    @property
    def not_reached(self) -> tuple[int, ...]:
        """The same once the job is over: this task never tried them. Empty while that is not certain.

        A job by pool or for all guests does not name its guests, so those it did not reach cannot be told.
        """
        return self.without_run if self.finished else ()
