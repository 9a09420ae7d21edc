"""Hand-built reports with backup servers: what they hold, what is kept of it, and how many copies there are."""

from dataclasses import replace

from anomalies.build import datastore, pbs_job, ran, server
from pve_backup_report.model.copies import Copies, CopyPlace
from pve_backup_report.model.gap import Blind, Gap, GapKind
from pve_backup_report.model.pbs import Datastore, DatastoreUser, JobKind, JobResult, Namespace, PbsServer
from pve_backup_report.model.report import Report
from pve_backup_report.model.restore import Restore
from pve_backup_report.model.restore_points import PointLine, PolicySource, RestorePoints, RetentionPolicy
from render.sample_facts import DAY, DUE, NOW, backup, covered, guest, job, job_verdict, storage
from render.sample_report import SEES_LITTLE, report_of

KEEPS = (("keep-daily", 14), ("keep-weekly", 4))


def place(name: str, **changes: object) -> CopyPlace:
    plain = CopyPlace(
        name=name, node=None, newest_at=DUE, count=14, offsite=False, protected=0, verified_at=DUE + 3600, failed=0,
        by_sync=None, is_storage=":" not in name,
    )  # fmt: skip
    return replace(plain, **changes)  # type: ignore[arg-type] # replace() itself refuses what is no field


def holding(name: str) -> Datastore:
    """A datastore with two namespaces, one of which was not seen in full."""
    listed = tuple(backup(vmid, DUE - night * DAY) for vmid in (100, 101) for night in range(2))
    return datastore(
        name,
        full_at=NOW + 90 * DAY,
        namespaces=(Namespace("", whole=True, snapshots=listed), Namespace("a/b", whole=False, snapshots=())),
    )


def servers() -> tuple[PbsServer, ...]:
    jobs = (
        pbs_job(JobKind.PRUNE, "p-nightly", namespace="a", max_depth=1, keeps=KEEPS),
        pbs_job(JobKind.PRUNE, "p-off", enabled=False),
        pbs_job(JobKind.SYNC, "s-out", push=True, state=ran(JobResult.FAILED, "connection refused")),
        pbs_job(JobKind.SYNC, "s-local", remote=None),
        pbs_job(JobKind.VERIFY, "v-never", state=ran(JobResult.NEVER, None, None)),
    )
    users = (
        DatastoreUser("audit@pbs!report", (("/datastore", ("Datastore.Audit",)),)),
        DatastoreUser(
            "ops@pbs",
            (("/datastore/main", ("Datastore.Modify", "Datastore.Prune")), ("/datastore/old", ("Datastore.Read",))),
        ),
        DatastoreUser("root@pam", None),
    )
    busy = server(holding("main"), datastore("attic", maintenance="read-only", gc=None), jobs=jobs, users=users)
    gone = server(name="far", version=None, datastores_seen=False, jobs_seen=frozenset(), users=None)
    return busy, gone


def backup_servers() -> Report:
    """Two guests on a backup server: one as promised, one with holes; the second server does not answer."""
    good = covered(
        guest(100, "web", "pve1"),
        points=(RestorePoints("pbs1", (PointLine("keep-daily", 14, 14, ()),), limited=True),),
        copies=Copies((place("pbs1"), place("far:copy", offsite=True, protected=1)), whole=True, media=3),
        restores=(Restore(100, DUE - 9 * DAY, ok=True, who="Ana", note=None, upid=None),),
    )
    missing = tuple(DUE - days * DAY for days in (9, 4, 3, 2))
    holes = covered(
        guest(101, "db", "pve2"),
        points=(
            RestorePoints("nas", (), limited=False),
            RestorePoints(
                "pbs1", (PointLine("keep-daily", 14, 10, missing), PointLine("keep-weekly", 2, 2, ())), limited=True
            ),
        ),
        copies=Copies((place("pbs1", failed=1, verified_at=None),), whole=False, media=2),
        restores=(Restore(101, DUE - DAY, ok=False, who=None, note="no key", upid=None),),
    )
    policies = (
        RetentionPolicy(PolicySource.STORAGE, "pbs1", None, "pbs1", KEEPS, None, None, None, active=True),
        RetentionPolicy(
            PolicySource.PRUNE_JOB, "p-off", "vault", "pbs1", (("keep-last", 9),), "daily", "", None, active=False
        ),
    )
    gap = Gap(
        "far:/version", GapKind.FAILED, "192.0.2.31:8007: nothing answers there", None, (Blind.PBS, Blind.EVIDENCE)
    )
    report = report_of((good, holes), (job_verdict(job(), (100, 101)),), storages=(storage(),), gaps=(gap,))
    analysis = replace(report.analysis, cluster=replace(report.analysis.cluster, pbs=servers()), policies=policies)
    return replace(report, analysis=analysis)


def servers_only() -> Report:
    """No cluster was asked."""
    report = report_of(name=None, nodes=(), sight=SEES_LITTLE)
    cluster = replace(report.analysis.cluster, version=None, quorate=None, pbs=servers()[:1], asked=False)
    return replace(report, analysis=replace(report.analysis, cluster=cluster))
