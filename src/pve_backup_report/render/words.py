"""The words of every code: one English phrase each, the key of its translation.

Codes go to machines; people read these. A reason is a clause that fits both a guest's verdict and a job that
does not count.
"""

from collections.abc import Mapping

from pve_backup_report.model.anomaly import Severity
from pve_backup_report.model.conclusion import Freshness, Reason, Verdict
from pve_backup_report.model.day import DayState
from pve_backup_report.model.gap import Blind, GapKind
from pve_backup_report.model.guest import GuestType, VolumeWhy
from pve_backup_report.model.past import ChangeKind, Kind
from pve_backup_report.model.task import RunResult


def _(message: str) -> str:
    """Mark ``message`` for the catalogue; it is translated where it is used."""
    return message


def pair(one: str, many: str) -> tuple[str, str]:
    """Mark both forms of a sentence for the catalogue."""
    return one, many


VERDICTS: Mapping[Verdict, str] = {
    Verdict.COVERED: _("covered"),
    Verdict.PARTIAL: _("covered in part"),
    Verdict.UNCOVERED: _("not covered"),
    Verdict.UNDETERMINED: _("undetermined"),
    Verdict.EXEMPT: _("exempt"),
}

REASONS: Mapping[Reason, str] = {
    Reason.SELECTED_BY_JOB: _("an effective job selects it"),
    Reason.VOLUME_LEFT_OUT: _("a volume is left out of the backup"),
    Reason.STORAGE_MISSING: _("the job’s storage does not exist"),
    Reason.STORAGE_DISABLED: _("the job’s storage is disabled"),
    Reason.STORAGE_WITHOUT_BACKUP_CONTENT: _("the job’s storage does not hold backups"),
    Reason.STORAGE_NOT_ON_NODE: _("the job’s storage is not allowed on the guest’s node"),
    Reason.JOB_ALWAYS_FAILS: _("the job’s options conflict, so every run of it fails"),
    Reason.JOB_POOL_MISSING: _("the job’s pool does not exist"),
    Reason.JOB_ON_OTHER_NODE: _("the job runs on another node only"),
    Reason.JOB_NEVER_FIRES: _("the job’s schedule never fires"),
    Reason.JOB_DISABLED: _("the job is disabled"),
    Reason.EXCLUDED: _("the job excludes it"),
    Reason.NO_JOB: _("no job selects it"),
    Reason.JOBS_NOT_VISIBLE: _("the backup jobs could not be seen"),
    Reason.POOL_NOT_VISIBLE: _("the members of the job’s pool could not be seen"),
    Reason.STORAGE_NOT_VISIBLE: _("the job’s storage could not be seen"),
    Reason.VOLUMES_NOT_VISIBLE: _("its volumes could not be seen"),
    Reason.DEFAULTS_NOT_VISIBLE: _("the node’s backup defaults could not be seen"),
    Reason.EXEMPT_BY_POLICY: _("the policy exempts it"),
    Reason.EXEMPT_BY_TAG: _("a tag exempts it"),
}

FRESHNESS: Mapping[Freshness, str] = {
    Freshness.FRESH: _("fresh"),
    Freshness.LATE: _("late"),
    Freshness.NEVER: _("never backed up"),
    Freshness.UNKNOWN: _("unknown"),
}
NOTHING_DUE = _("nothing due")

RESULTS: Mapping[RunResult, str] = {
    RunResult.OK: _("finished"),
    RunResult.FAILED: _("failed"),
    RunResult.ABORTED: _("aborted"),
    RunResult.RUNNING: _("in progress"),
    RunResult.UNKNOWN: _("result unknown"),
}

DAY_STATES: Mapping[DayState, str] = {
    DayState.OK: _("backed up"),
    DayState.FAILED: _("failed"),
    DayState.MISSED: _("missed"),
    DayState.NONE_DUE: _("nothing due"),
    DayState.UNKNOWN: _("unknown"),
}

SEVERITIES: Mapping[Severity, str] = {
    Severity.ERROR: _("error"),
    Severity.WARNING: _("warning"),
    Severity.NOTICE: _("notice"),
    Severity.INFO: _("information"),
}

GUEST_TYPES: Mapping[GuestType, str] = {GuestType.QEMU: _("VM"), GuestType.LXC: _("container")}

GUEST_STATUS: Mapping[str, str] = {
    "running": _("running"),
    "stopped": _("stopped"),
    "unknown": _("status unknown"),
}

NODE_STATUS: Mapping[str, str] = {
    "online": _("online"),
    "offline": _("offline"),
    "unknown": _("status unknown"),
}

VOLUME_WHYS: Mapping[VolumeWhy, str] = {
    VolumeWhy.DEFAULT: _("taken by default"),
    VolumeWhy.BACKUP_ON: _("backup=1 takes it"),
    VolumeWhy.BACKUP_OFF: _("backup=0 leaves it out"),
    VolumeWhy.ROOTFS: _("the root file system is always taken"),
    VolumeWhy.MOUNT_POINT_DEFAULT: _("a mount point without backup=1 is left out"),
    VolumeWhy.BIND_MOUNT: _("a bind mount is never taken"),
    VolumeWhy.DEVICE_MOUNT: _("a device mount is never taken"),
    VolumeWhy.EFIDISK_WITHOUT_OVMF: _("an EFI disk without OVMF is never taken"),
    VolumeWhy.AS_PVE_SAYS: _("as Proxmox VE’s own list says"),
}

GAP_KINDS: Mapping[GapKind, str] = {
    GapKind.REFUSED: _("refused"),
    GapKind.FAILED: _("no usable answer"),
    GapKind.UNUSABLE: _("answered, but not in the shape that Proxmox promises"),
    GapKind.FILTERED: _("answered, but shortened to what the token may see"),
    GapKind.UNPROVEN: _("answered, but nothing proves that the answer is whole"),
    GapKind.LIMITED: _("cut by a limit of this program"),
    GapKind.NOT_ASKED: _("could not be asked"),
    GapKind.ASSUMED: _("not seen, a default took its place"),
}

BLINDS: Mapping[Blind, str] = {
    Blind.INVENTORY: _("inventory"),
    Blind.COVERAGE: _("coverage"),
    Blind.VOLUMES: _("volumes"),
    Blind.EVIDENCE: _("evidence of backups"),
    Blind.PBS: _("Proxmox Backup Server"),
}

SOURCES: Mapping[str, str] = {
    "task": _("seen in a task log"),
    "storage": _("seen on the storage"),
    "pbs": _("seen on the Proxmox Backup Server"),
}

FINDINGS: Mapping[str, str] = {
    "archive-without-job": _("A backup exists although no effective job selects this guest."),
    "task-ok-archive-gone": _("The last task finished, but its archive is no longer there."),
    "archive-newer-than-tasks": _("The newest backup is newer than every task seen."),
    "task-failed-archive-there": _("The last task is marked failed, yet its archive is there."),
    "archive-older-than-guest": _("The newest backup is older than the guest itself: it may be of another guest."),
    "archive-unfinished": _("The newest archive is unfinished or damaged and does not count."),
    "archive-uncertain": _("Backups under its id may be of another cluster’s guest; they are not counted."),
    "run-in-progress": _("A backup is running now."),
    "archive-in-progress": _("A backup is running now; its archive is not yet a backup."),
}

TURNS: Mapping[ChangeKind, str] = {
    ChangeKind.NEWLY_UNCOVERED: _("Newly uncovered"),
    ChangeKind.BACKUP_MISSING: _("Backup missing"),
    ChangeKind.VERDICT_CHANGED: _("Other verdict"),
    ChangeKind.FRESHNESS_CHANGED: _("Other freshness"),
    ChangeKind.RECOVERED: _("Covered again"),
    ChangeKind.BACKUP_BACK: _("Backup there again"),
}

COMINGS_AND_GOINGS: Mapping[tuple[Kind, ChangeKind], str] = {
    (Kind.GUEST, ChangeKind.NEW): _("New guest"),
    (Kind.GUEST, ChangeKind.GONE): _("Guest gone"),
    (Kind.GUEST, ChangeKind.SEEN): _("Guest seen for the first time"),
    (Kind.GUEST, ChangeKind.CHANGED): _("Guest renamed"),
    (Kind.JOB, ChangeKind.NEW): _("New backup job"),
    (Kind.JOB, ChangeKind.GONE): _("Backup job gone"),
    (Kind.JOB, ChangeKind.SEEN): _("Backup job seen for the first time"),
    (Kind.JOB, ChangeKind.CHANGED): _("Backup job changed"),
    (Kind.STORAGE, ChangeKind.NEW): _("New storage"),
    (Kind.STORAGE, ChangeKind.GONE): _("Storage gone"),
    (Kind.STORAGE, ChangeKind.SEEN): _("Storage seen for the first time"),
    (Kind.STORAGE, ChangeKind.CHANGED): _("Storage changed"),
    (Kind.NODE, ChangeKind.NEW): _("New node"),
    (Kind.NODE, ChangeKind.GONE): _("Node gone"),
    (Kind.NODE, ChangeKind.SEEN): _("Node seen for the first time"),
    (Kind.ANOMALY, ChangeKind.NEW): _("New anomaly"),
    (Kind.ANOMALY, ChangeKind.GONE): _("No longer told"),
    (Kind.ANOMALY, ChangeKind.CHANGED): _("Other severity"),
    (Kind.GAP, ChangeKind.NEW): _("No longer seen in full"),
    (Kind.GAP, ChangeKind.GONE): _("Seen in full again"),
}
