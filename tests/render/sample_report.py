"""Hand-built reports, each telling one story."""

from dataclasses import replace

from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Anomaly, Severity
from pve_backup_report.model.backup import Backup, Listing
from pve_backup_report.model.cluster import Cluster
from pve_backup_report.model.day import DayState
from pve_backup_report.model.gap import Blind, Gap, GapKind
from pve_backup_report.model.node import Node
from pve_backup_report.model.pool import Pool
from pve_backup_report.model.report import Report, Summary
from pve_backup_report.model.sight import Sight
from pve_backup_report.model.storage import Storage
from pve_backup_report.model.verdict import Freshness, GuestVerdict, JobVerdict, Reason, Verdict
from render.sample_facts import DAY, DUE, NOW, backup, covered, guest, job, job_verdict, judged, node, storage

SEES_ALL = Sight(jobs=True, guests=True, pools=True, storages=True)
SEES_LITTLE = Sight(jobs=False, guests=False, pools=False, storages=False)
NODES = (node("pve1"), node("pve2"), node("pve3"))


def report_of(
    guests: tuple[GuestVerdict, ...] = (), jobs: tuple[JobVerdict, ...] = (), *, name: str | None = "lab",
    nodes: tuple[Node, ...] = NODES, storages: tuple[Storage, ...] = (), pools: tuple[Pool, ...] = (),
    backups: tuple[Backup, ...] = (), listings: tuple[Listing, ...] = (), sight: Sight = SEES_ALL,
    gaps: tuple[Gap, ...] = (), orphans: tuple[Backup, ...] = (), anomalies: tuple[Anomaly, ...] = (),
) -> Report:  # fmt: skip
    """Return a report of these parts, its summary counted from them; a listed backup is that of the guest it names."""
    guests = tuple(
        replace(
            told,
            archives=tuple(backup for backup in backups if backup.vmid == told.guest.vmid and backup not in orphans),
            days=told.days or month(told),
        )
        for told in guests
    )
    cluster = Cluster(
        name=name, version="9.2.11", quorate=True, asked_at=NOW, timezone="Europe/Paris", nodes=nodes,
        guests=tuple(verdict.guest for verdict in guests), storages=storages, pools=pools,
        jobs=tuple(verdict.job for verdict in jobs), tasks=(),
        runs=tuple(run for verdict in guests for run in verdict.runs), backups=backups, listings=listings,
        not_backed_up=None, sight=sight, gaps=gaps,
    )  # fmt: skip
    verdicts = [verdict.verdict for verdict in guests]
    freshness = [verdict.freshness for verdict in guests]
    severities = [anomaly.severity for anomaly in anomalies]
    summary = Summary(
        guests=len(guests),
        **{str(verdict): verdicts.count(verdict) for verdict in Verdict},
        **{str(fresh): freshness.count(fresh) for fresh in Freshness},
        errors=severities.count(Severity.ERROR),
        warnings=severities.count(Severity.WARNING),
        notices=severities.count(Severity.NOTICE),
        infos=severities.count(Severity.INFO),
    )
    return Report("0.1.0", Analysis(cluster, guests, jobs, orphans), anomalies, summary)


def month(told: GuestVerdict) -> tuple[DayState, ...]:
    """Return thirty days that end as the guest stands."""
    last = {
        Freshness.FRESH: (DayState.OK,),
        Freshness.LATE: (DayState.FAILED,) if told.failures else (DayState.MISSED,),
        Freshness.NEVER: (DayState.MISSED,),
        Freshness.UNKNOWN: (DayState.UNKNOWN,),
        None: (DayState.NONE_DUE,),
    }[told.freshness]
    before = DayState.OK if told.last_success is not None else last[0]
    return (DayState.UNKNOWN,) * 2 + (before,) * 27 + last


def healthy() -> Report:
    """Everything is covered and fresh, and everything was seen."""
    guests = tuple(
        covered(guest(100 + number, name, f"pve{1 + number % 3}", tags=("prod",)))
        for number, name in enumerate(("web", "shop", "mail", "git"))
    )
    return report_of(
        guests,
        (job_verdict(job(comment="every night"), (100, 101, 102, 103)),),
        storages=(storage(),),
        backups=tuple(backup(vmid, DUE + 61 - days * DAY) for days in range(2) for vmid in range(100, 104)),
        listings=(Listing("pbs1", None, whole=True, whole_for=frozenset()),),
    )


def audit_only() -> Report:
    """A token that may see little: nothing may look empty that is only hidden."""
    guests = tuple(
        judged(
            guest(100 + number, f"vm{number}", "pve1", pool=None, volumes=None, template=None), Verdict.UNDETERMINED,
            Reason.JOBS_NOT_VISIBLE, freshness=Freshness.UNKNOWN, backups=None, evidence_since=None,
        )
        for number in range(3)
    )  # fmt: skip
    everything = (Blind.INVENTORY, Blind.COVERAGE, Blind.VOLUMES, Blind.EVIDENCE)
    gaps = (
        Gap("/cluster/backup", GapKind.REFUSED, "HTTP 403 Permission check failed (/, Sys.Audit)", "Sys.Audit on /",
            (Blind.COVERAGE,)),
        Gap("/cluster/resources", GapKind.FILTERED, "", "VM.Audit on /vms, propagated", everything),
        Gap("/nodes/pve1/qemu/100/config", GapKind.REFUSED, "HTTP 403 Permission check failed", "VM.Audit on /vms/100",
            (Blind.VOLUMES,), ("qemu/100",)),
        Gap("/nodes/pve1/tasks", GapKind.LIMITED, "PVE_TASK_HISTORY_LIMIT=10, 4000 tasks", None, (Blind.EVIDENCE,)),
        Gap("/nodes/pve1/time", GapKind.ASSUMED, "HTTP 403 Permission check failed", "Sys.Audit on /nodes/pve1",
            (Blind.EVIDENCE,)),
        Gap("/pools", GapKind.UNPROVEN, "", "Pool.Audit on /pool", (Blind.COVERAGE,)),
        Gap("/storage", GapKind.UNUSABLE, "a list was expected", None, (Blind.INVENTORY, Blind.COVERAGE)),
        Gap("pbs01:/api2/json/version", GapKind.FAILED, "", None, (Blind.PBS,)),
        Gap("/version", GapKind.NOT_ASKED, "", None, ()),
    )  # fmt: skip
    return report_of(guests, name=None, nodes=(node("pve1", timezone=None),), sight=SEES_LITTLE, gaps=gaps)


def empty() -> Report:
    """A new cluster without a guest, a job or a storage."""
    return report_of()
