"""Where the three witnesses, job, task and archive, do not say the same."""

from pve_backup_report.coverage.evidence import GuestEvidence
from pve_backup_report.model.archive_name import tail
from pve_backup_report.model.backup import Backup
from pve_backup_report.model.task import BAD_ENDS, Run, RunResult


def findings_of(evidence: GuestEvidence, *, selected: bool) -> tuple[str, ...]:
    """Return the codes of what is worth telling about how a guest's witnesses agree, the gravest first.

    Args:
        evidence: what is known of its backups.
        selected: whether any job selects it, effective or not.
    """
    run = next(iter(evidence.runs), None)
    newest = next((archive for archive in evidence.archives if archive.good), None)
    running = run is not None and run.result is RunResult.RUNNING
    unfinished = bool(evidence.archives) and not evidence.archives[0].finished
    found = {
        "task-failed-archive-there": run is not None and run.result in BAD_ENDS and _lies_there(run, evidence),
        "task-ok-archive-gone": _gone(evidence),
        "archive-unfinished": unfinished and not running,
        "archive-older-than-guest": bool(evidence.foreign) and not evidence.archives,
        "archive-uncertain": bool(evidence.uncertain),
        "archive-without-job": newest is not None and not selected,
        "archive-newer-than-tasks": newest is not None and selected and not _told_of(newest, evidence),
        "run-in-progress": running and not unfinished,
        "archive-in-progress": running and unfinished,
    }
    return tuple(code for code, holds in found.items() if holds)


def _told_of(archive: Backup, evidence: GuestEvidence) -> bool:
    """Whether a task that can be seen made the archive, or came after it."""
    return any(run.at >= archive.at or _made(run, archive.volid) for run in evidence.runs)


def _lies_there(run: Run, evidence: GuestEvidence) -> bool:
    return any(archive.good and _made(run, archive.volid) for archive in evidence.archives)


def _gone(evidence: GuestEvidence) -> bool:
    """Whether the newest successful run left an archive that would be listed, and is not."""
    run = next((run for run in evidence.runs if run.result is RunResult.OK), None)
    if run is None or run.archive is None or not evidence.archives_seen:
        return False
    newer = any(archive.at > run.at for archive in evidence.archives)
    return not newer and not any(_made(run, archive.volid) for archive in evidence.archives)


def _made(run: Run, volid: str) -> bool:
    return run.archive is not None and tail(run.archive) == tail(volid)
