"""What every policy together promises of a guest."""

from anomalies.build import NIGHTS, cluster, datastore, guest, job, listing, pbs_job, ran, server, snapshot, storage
from pve_backup_report.coverage.analysis import analyse
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.pbs import DatastoreJob, JobKind
from pve_backup_report.model.restore_points import PolicySource
from pve_backup_report.model.storage import PbsTarget


def pruned_by(*jobs: DatastoreJob, **changes: object) -> Analysis:
    """A guest with a snapshot of each of seven nights on a backup server."""
    place = ("pbs", "server=vault", "datastore=main", "namespace=")
    target = PbsTarget("192.0.2.30", 8007, "main", "", None, "backup@pbs")
    there = storage("pbs", type="pbs", place=place, target=target, retention=None)
    return analyse(
        cluster(
            **{
                "guests": (guest(100),),
                "storages": (there,),
                "jobs": (job("nightly", storage="pbs"),),
                "backups": tuple(snapshot(100, night) for night in NIGHTS),
                "listings": (listing("pbs"),),
                "pbs": (server(datastore(), jobs=jobs),),
                **changes,
            }
        )
    )


def lines(analysis: Analysis) -> list[tuple[str, int, int]]:
    (points,) = analysis.guests[0].points
    return [(line.option, line.promised, line.there) for line in points.lines]


def test_a_prune_job_of_the_server_promises_as_a_storage_does() -> None:
    assert lines(pruned_by(pbs_job(JobKind.PRUNE, keeps=(("keep-daily", 5),)))) == [("keep-daily", 5, 5)]


def test_of_two_policies_only_what_both_keep_is_promised() -> None:
    five, three = (pbs_job(JobKind.PRUNE, f"p-{number}", keeps=(("keep-daily", number),)) for number in (5, 3))
    assert lines(pruned_by(five, three)) == [("keep-daily", 3, 3)]


def test_a_job_that_never_runs_or_is_elsewhere_removes_nothing() -> None:
    idle = (
        pbs_job(JobKind.PRUNE, "off", enabled=False),
        pbs_job(JobKind.PRUNE, "by-hand", state=ran(schedule=None)),
        pbs_job(JobKind.PRUNE, "deeper", namespace="a"),
        pbs_job(JobKind.PRUNE, "other", datastore="attic"),
        pbs_job(JobKind.VERIFY, "verify"),
    )
    analysis = pruned_by(*idle)
    assert lines(analysis) == []
    assert [(policy.name, policy.active) for policy in analysis.policies] == [("by-hand", False), ("off", False)]


def test_each_policy_is_told_with_who_removes_what_and_when() -> None:
    made = pruned_by(
        pbs_job(JobKind.PRUNE, "p-1", max_depth=2), jobs=(job("nightly", storage="pbs", retention=(("keep-last", 9),)),)
    )
    assert [(policy.source, policy.name, policy.schedule, policy.max_depth) for policy in made.policies] == [
        (PolicySource.JOB, "nightly", None, None),
        (PolicySource.PRUNE_JOB, "p-1", "daily", 2),
    ]
