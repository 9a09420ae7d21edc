"""A hand-built report in which much is wrong at once."""

from dataclasses import replace

from pve_backup_report.anomalies.guest_uncovered import GUEST_UNCOVERED
from pve_backup_report.model.anomaly import Anomaly, Detail, Severity
from pve_backup_report.model.backup import Listing
from pve_backup_report.model.gap import Blind, Gap, GapKind
from pve_backup_report.model.guest import GuestType, VolumeWhy
from pve_backup_report.model.job import Selection
from pve_backup_report.model.pool import Pool
from pve_backup_report.model.report import Report
from pve_backup_report.model.task import RunResult
from pve_backup_report.model.verdict import Freshness, GuestVerdict, JobVerdict, NonMatch, Reason, Verdict
from render.sample_facts import (
    DAY,
    DUE,
    GIB,
    NOW,
    anomaly,
    attempt,
    backup,
    covered,
    disk,
    guest,
    job,
    job_verdict,
    judged,
    match,
    node,
    run,
    storage,
    success,
    volume,
)
from render.sample_report import SEES_ALL, report_of


def many_faults() -> Report:
    """Every verdict, every freshness and most reasons at once."""
    return report_of(
        _troubled_guests(),
        _troubled_jobs(),
        nodes=(node("pve1"), node("pve2"), node("pve3", "offline")),
        storages=(
            storage(),
            storage("nas", type="nfs", content=("backup", "iso"), place=("nas.lab.example", "/export/pve"),
                    retention=None, states=(disk("pve1", 900 * GIB, 1000 * GIB, available=True),
                                            disk("pve2", None, available=False))),
            storage("local", type="dir", content=("iso", "vztmpl"), shared=False, retention=(), place=("/var/lib/vz",),
                    states=(disk("pve1", 20 * GIB, 94 * GIB), disk("pve2", 31 * GIB, 94 * GIB))),
            storage("old-nas", enabled=False, states=(), place=()),
        ),
        pools=(Pool("prod", "what pays the bills"), Pool("lab", None)),
        backups=(
            backup(100), backup(100, DUE - DAY), backup(101, DUE - 9 * DAY), backup(102),
            backup(106, DUE + 300, "nas", volid="nas:backup/vzdump-lxc-106-2026_03_04-02_05_00.tar.zst", verified=None),
            backup(150, NOW - 200 * DAY), backup(150, NOW - 207 * DAY, size=None), backup(None, NOW - 500 * DAY, "nas"),
        ),
        listings=(
            Listing("pbs1", None, whole=True, whole_for=frozenset()),
            Listing("nas", None, whole=False, whole_for=frozenset({106})),
        ),
        gaps=(
            Gap("/nodes/pve3", GapKind.NOT_ASKED, "the node is offline", None,
                (Blind.VOLUMES, Blind.EVIDENCE), ("node/pve3",)),
            Gap("/nodes/pve3/tasks", GapKind.FAILED, "HTTP 595 No route to host", None, (Blind.EVIDENCE,)),
            Gap("/pools", GapKind.FILTERED, "", "Pool.Audit on /pool", (Blind.COVERAGE,)),
        ),
        orphans=(
            backup(150, NOW - 200 * DAY), backup(150, NOW - 207 * DAY, size=None), backup(None, NOW - 500 * DAY, "nas"),
        ),
        sight=replace(SEES_ALL, pools=False),
        anomalies=_troubles(_troubled_guests()),
    )  # fmt: skip


def _troubled_guests() -> tuple[GuestVerdict, ...]:
    failed = attempt(DUE + 90, RunResult.FAILED, "job failed with err -5 - Input/output error")
    return (
        covered(guest(100, "web", pool="prod", tags=("web", "prod"), notes="Front of the shop\nsecond line")),
        covered(
            guest(101, "shop-db", pool="prod"), freshness=Freshness.LATE, last_success=success(DUE - 9 * DAY),
            last_attempt=failed, failures=3, backups=5, findings=("archive-newer-than-tasks",),
            runs=(run(101, DUE + 90, RunResult.FAILED, failed.error), run(101, DUE - 9 * DAY)),
        ),
        covered(
            guest(102, "files", "pve2", volumes=(
                volume(), volume("scsi1", VolumeWhy.BACKUP_OFF, size=2048 * GIB), volume("scsi2", VolumeWhy.BACKUP_ON),
                volume("efidisk0", VolumeWhy.EFIDISK_WITHOUT_OVMF, size=528 << 10))),
            verdict=Verdict.PARTIAL, reason=Reason.VOLUME_LEFT_OUT,
        ),
        judged(guest(103, "build", "pve2"), Verdict.UNCOVERED, Reason.NO_JOB,
               others=(NonMatch("backup-prod", Reason.NO_JOB),)),
        judged(guest(104, None, "pve2", type=GuestType.LXC, status="stopped", volumes=(
                    volume("rootfs", VolumeWhy.ROOTFS, size=8 * GIB), volume("mp0", VolumeWhy.MOUNT_POINT_DEFAULT),
                    volume("mp1", VolumeWhy.BIND_MOUNT, size=None, path="/srv/media"))),
               Verdict.UNCOVERED, Reason.STORAGE_DISABLED,
               jobs=(match("weekly", "old-nas", effective=False, why_not=Reason.STORAGE_DISABLED),)),
        covered(guest(105, "new", "pve1", volumes=(volume(),)), freshness=Freshness.NEVER, last_success=None,
                last_attempt=attempt(DUE + 120, RunResult.ABORTED, "interrupted by signal"), backups=0, runs=(
                    run(105, DUE + 120, RunResult.ABORTED, "interrupted by signal"),)),
        covered(guest(106, "dns", "pve3", type=GuestType.LXC, status="unknown", volumes=None),
                freshness=Freshness.UNKNOWN, backups=None, jobs=(match(), match("nightly", "nas")),
                last_success=success(DUE + 300, "nas", verified=None, encrypted=None, protected=None, duration_s=None),
                last_attempt=None, runs=(), evidence_since=None),
        judged(guest(107, "ldap", "pve3", status="unknown", volumes=None, template=None), Verdict.UNDETERMINED,
               Reason.POOL_NOT_VISIBLE, freshness=Freshness.UNKNOWN, backups=None, evidence_since=None,
               others=(NonMatch("backup-prod", Reason.POOL_NOT_VISIBLE),)),
        judged(guest(9000, "debian-12-template", "pve1", template=True, status="stopped", tags=("template",)),
               Verdict.EXEMPT, Reason.EXCLUDED, others=(NonMatch("backup-daily", Reason.EXCLUDED),)),
        covered(guest(1234567, "big-id", "pve1", lock="backup"), last_attempt=attempt(NOW - 300, RunResult.RUNNING),
                findings=("run-in-progress",), next_due=None),
    )  # fmt: skip


def _troubled_jobs() -> tuple[JobVerdict, ...]:
    return (
        job_verdict(job("backup-daily", exclude=(9000,), comment="every night, everything but templates"),
                    (100, 101, 102, 105, 106, 1234567), orphans=()),
        job_verdict(job("backup-prod", selection=Selection.POOL, pool="gone", enabled=False, schedule="sun 03:00",
                        retention=(("keep-last", 3),)), None, pool_state="unseen", last_due=DUE - 3 * DAY),
        job_verdict(job("weekly", selection=Selection.VMID, vmids=(104, 199), storage="old-nas", schedule="sat 04:00"),
                    (104,), orphans=(199,), next_due=DUE + 3 * DAY),
        job_verdict(job("nightly", selection=Selection.VMID, vmids=(106,), storage="nas", node="pve3",
                        schedule="*-02-30", remove=False), (106,), fires=False, last_due=None, next_due=None),
        job_verdict(job("da39a3ee5e6b4b0d3255bfef95601890afd80709:1", legacy=True, storage=None, schedule=None,
                        selection=Selection.VMID, vmids=None, conflict="option conflicts: all and vmid"), (),
                    schedule_error="parse error", fires=False, last_due=None, next_due=None),
        job_verdict(job("to-disk", storage=None, dumpdir="/mnt/usb/dump", selection=Selection.NONE), ()),
    )  # fmt: skip


def _uncovered(verdict: GuestVerdict) -> Anomaly:
    guest = verdict.guest
    details: dict[str, Detail] = {
        "vmid": guest.vmid, "name": guest.name, "node": guest.node, "reason": str(verdict.reason),
    }  # fmt: skip
    return anomaly(
        "guest-uncovered", Severity.WARNING, guest.key, message=GUEST_UNCOVERED.message, remedy=GUEST_UNCOVERED.remedy,
        details=details,
    )  # fmt: skip


def _troubles(guests: tuple[GuestVerdict, ...]) -> tuple[Anomaly, ...]:
    return (
        anomaly(
            "guest-without-any-backup", Severity.ERROR, "qemu/105", component="evidence",
            message="Guest {vmid} ({name}) was due at {last_due} and has never been backed up.",
            remedy="Read the log of its last task and run the job by hand.",
            details={"vmid": 105, "name": "new", "last_due": DUE},
        ),
        anomaly(
            "endpoint-failed", Severity.WARNING, "api//nodes/pve3/tasks", component="api",
            message="{endpoint} was not answered: {error}.", remedy="Give the token the right named by --check-api.",
            details={"endpoint": "/nodes/pve3/tasks", "error": "HTTP 595 No route to host", "blinds": ("evidence",)},
        ),
        *(_uncovered(verdict) for verdict in guests if verdict.verdict is Verdict.UNCOVERED),
        anomaly(
            "job-names-missing-guest", Severity.NOTICE, "job/weekly", component="job",
            message="Job {job} names ids that are no guest: {vmids}.", remedy="Take the ids out of the job.",
            details={"job": "weekly", "vmids": (199,)},
        ),
        anomaly(
            "storage-nearly-full", Severity.INFO, "storage/nas", component="storage",
            message="{storage} has {free_bytes} left after {age_s}.", remedy="Prune it.",
            details={"storage": "nas", "free_bytes": 100 * GIB, "age_s": 4000, "whole": True},
        ),
    )  # fmt: skip


def large(count: int = 1000) -> Report:
    """Many guests, for the clock."""
    story = _troubled_guests()
    guests = tuple(
        replace(story[number % 10], guest=replace(story[number % 10].guest, vmid=100 + number))
        for number in range(count)
    )
    uncovered = tuple(_uncovered(verdict) for verdict in guests if verdict.verdict is Verdict.UNCOVERED)
    return report_of(
        guests, _troubled_jobs(), storages=(storage(),), pools=(Pool("prod", None),), anomalies=uncovered,
        backups=tuple(backup(100 + number % count) for number in range(count * 5)),
    )  # fmt: skip
