"""Facts for hand-built reports: one function per noun, with the values of a quiet cluster unless told otherwise."""

from collections.abc import Mapping
from dataclasses import replace

from pve_backup_report.model.anomaly import Anomaly, Detail, Severity
from pve_backup_report.model.backup import Backup
from pve_backup_report.model.guest import Guest, GuestType, Volume, VolumeWhy
from pve_backup_report.model.job import Job, Selection
from pve_backup_report.model.node import Node
from pve_backup_report.model.storage import Storage, StorageState
from pve_backup_report.model.task import Run, RunResult
from pve_backup_report.model.verdict import (
    Attempt,
    Freshness,
    GuestVerdict,
    JobMatch,
    JobVerdict,
    Reason,
    Success,
    Verdict,
)

NOW = 1772619630  # 2026-03-04T10:20:30Z
DUE = 1772586000  # 2026-03-04T01:00:00Z, two in the morning in Paris
DAY = 86400
GIB = 1 << 30


def node(name: str, status: str = "online", *, timezone: str | None = "Europe/Paris") -> Node:
    seen = status == "online"
    return Node(
        name=name, status=status, online=seen, timezone=timezone if seen else None, clock_offset=0 if seen else None,
        default_storage="local" if seen else None, default_dumpdir=None, tasks_seen=seen,
        history_since=NOW - 40 * DAY if seen else None,
    )  # fmt: skip


def volume(
    key: str = "scsi0", why: VolumeWhy = VolumeWhy.DEFAULT, *, size: int | None = 32 * GIB, path: str | None = None
) -> Volume:
    left_out = (
        VolumeWhy.BACKUP_OFF, VolumeWhy.MOUNT_POINT_DEFAULT, VolumeWhy.BIND_MOUNT, VolumeWhy.DEVICE_MOUNT,
        VolumeWhy.EFIDISK_WITHOUT_OVMF,
    )  # fmt: skip
    return Volume(
        key=key, volume=path or f"local-lvm:vm-100-{key}", size=size, included=why not in left_out, why=why,
        matters=why in (VolumeWhy.BACKUP_OFF, VolumeWhy.MOUNT_POINT_DEFAULT),
    )  # fmt: skip


def guest(vmid: int, name: str | None = "web", node: str = "pve1", **changes: object) -> Guest:
    plain = Guest(
        vmid=vmid, type=GuestType.QEMU, name=name, node=node, status="running", template=False, pool=None, tags=(),
        notes=None, lock=None, volumes=(volume(),), born=NOW - 400 * DAY,
    )  # fmt: skip
    return replace(plain, **changes)  # type: ignore[arg-type] # replace() itself refuses what is no field


def match(
    job: str = "backup-daily", storage: str | None = "pbs1", *, effective: bool | None = True,
    why_not: Reason | None = None,
) -> JobMatch:  # fmt: skip
    return JobMatch(job, storage, effective, why_not)


def success(at: int = DUE + 61, storage: str | None = "pbs1", **changes: object) -> Success:
    plain = Success(
        at=at, source="storage", storage=storage, volid=f"{storage}:backup/vm/100/2026-03-04T01:01:01Z",
        size=32 * GIB, duration_s=185, verified="ok", encrypted=True, protected=False,
    )  # fmt: skip
    return replace(plain, **changes)  # type: ignore[arg-type] # replace() itself refuses what is no field


def upid(node: str, at: int) -> str:
    return f"UPID:{node}:00001A2B:0003C4D5:{at:08X}:vzdump::root@pam:"


def attempt(at: int = DUE + 61, result: RunResult = RunResult.OK, error: str | None = None) -> Attempt:
    return Attempt(at=at, result=result, error=error, upid=upid("pve1", at), node="pve1")


def run(vmid: int, at: int = DUE + 61, result: RunResult = RunResult.OK, error: str | None = None) -> Run:
    ok = result is RunResult.OK
    return Run(
        vmid=vmid, at=at, result=result, error=error, duration_s=185 if ok else 4, upid=upid("pve1", at), node="pve1",
        storage="pbs1", archive=f"vm/{vmid}/2026-03-04T01:01:01Z" if ok else None, size=32 * GIB if ok else None,
        archive_written=ok,
    )  # fmt: skip


def backup(vmid: int | None, at: int = DUE + 61, storage: str = "pbs1", **changes: object) -> Backup:
    plain = Backup(
        storage=storage, node=None, volid=f"{storage}:backup/vm/{vmid}/{at}", vmid=vmid, type="qemu", at=at,
        size=32 * GIB, finished=True, verified="ok", encrypted=True, protected=False, notes=None,
    )  # fmt: skip
    return replace(plain, **changes)  # type: ignore[arg-type] # replace() itself refuses what is no field


def covered(guest: Guest, **changes: object) -> GuestVerdict:
    plain = GuestVerdict(
        guest=guest, verdict=Verdict.COVERED, reason=Reason.SELECTED_BY_JOB, jobs=(match(),), others=(),
        freshness=Freshness.FRESH, last_success=success(), last_attempt=attempt(), last_due=DUE, next_due=DUE + DAY,
        backups=14, evidence_since=NOW - 40 * DAY, failures=0, usual_duration_s=180, runs=(run(guest.vmid),),
        archives=(), uncertain=(), findings=(), judged_due=DUE, evidence_ends_on="pve1",
    )  # fmt: skip
    return replace(plain, **changes)  # type: ignore[arg-type] # replace() itself refuses what is no field


def judged(guest: Guest, verdict: Verdict, reason: Reason, **changes: object) -> GuestVerdict:
    """Return a guest for which nothing is due and nothing is known."""
    bare: dict[str, object] = {
        "jobs": (), "freshness": None, "last_success": None, "last_attempt": None, "last_due": None, "next_due": None,
        "backups": 0, "runs": (), "usual_duration_s": None,
    }  # fmt: skip
    return covered(guest, verdict=verdict, reason=reason, **{**bare, **changes})


def job(job_id: str = "backup-daily", **changes: object) -> Job:
    plain = Job(
        id=job_id, legacy=False, enabled=True, schedule="02:00", selection=Selection.ALL, vmids=(), exclude=(),
        pool=None, node=None, storage="pbs1", dumpdir=None, conflict=None, included=None, next_run=DUE + DAY,
        retention=None, remove=True, mode="snapshot", compress="zstd", comment=None, repeat_missed=False,
        protected=False, notes_template=None,
    )  # fmt: skip
    return replace(plain, **changes)  # type: ignore[arg-type] # replace() itself refuses what is no field


def job_verdict(job: Job, guests: tuple[int, ...] | None, **changes: object) -> JobVerdict:
    plain = JobVerdict(
        job=job, guests=guests, orphans=(), fires=True, schedule_error=None, pool_state=None, last_due=DUE,
        next_due=DUE + DAY if job.enabled else None,
    )  # fmt: skip
    return replace(plain, **changes)  # type: ignore[arg-type] # replace() itself refuses what is no field


def storage(storage_id: str = "pbs1", **changes: object) -> Storage:
    plain = Storage(
        id=storage_id, type="pbs", content=("backup",), enabled=True, nodes=None, shared=True,
        retention=(("keep-daily", 7), ("keep-weekly", 4)), place=("pbs.lab.example", "main"),
        states=tuple(
            StorageState(node=name, available=True, used=700 * GIB, total=4096 * GIB)
            for name in ("pve1", "pve2", "pve3")
        ),
    )  # fmt: skip
    return replace(plain, **changes)  # type: ignore[arg-type] # replace() itself refuses what is no field


def disk(node: str, used: int | None, total: int | None = 1000 * GIB, *, available: bool | None = True) -> StorageState:
    return StorageState(node=node, available=available, used=used, total=total)


def anomaly(
    code: str, severity: Severity, subject: str, *, message: str, remedy: str, details: Mapping[str, Detail],
    component: str = "coverage",
) -> Anomaly:  # fmt: skip
    return Anomaly(code, severity, component, subject, message, remedy, details)
