"""A prune job that never runs by itself is told."""

from anomalies.build import conclude, datastore, facts, found, only, pbs_job, ran, server, severity
from pve_backup_report.anomalies.prune_job_disabled import PRUNE_JOB_DISABLED
from pve_backup_report.model.anomaly import Severity
from pve_backup_report.model.pbs import JobKind


def test_loud_when_it_is_switched_off() -> None:
    off = pbs_job(JobKind.PRUNE, enabled=False, namespace="a/b")
    finding = only(PRUNE_JOB_DISABLED, conclude(pbs=(server(datastore(), jobs=(off,)),)))
    assert severity(PRUNE_JOB_DISABLED, finding) is Severity.NOTICE
    assert facts(finding, "server", "job", "namespace", "enabled") == {
        "server": "vault",
        "job": "j-1",
        "namespace": "a/b",
        "enabled": False,
    }


def test_loud_when_nothing_starts_it() -> None:
    idle = pbs_job(JobKind.PRUNE, state=ran(schedule=None))
    assert only(PRUNE_JOB_DISABLED, conclude(pbs=(server(jobs=(idle,)),))).details["enabled"] is True


def test_quiet_about_one_that_runs_and_about_other_jobs() -> None:
    jobs = (pbs_job(JobKind.PRUNE), pbs_job(JobKind.VERIFY, enabled=False))
    assert found(PRUNE_JOB_DISABLED, conclude(pbs=(server(datastore(), jobs=jobs),))) == ()


def test_blind_when_no_job_was_seen() -> None:
    assert found(PRUNE_JOB_DISABLED, conclude(pbs=(server(jobs_seen=frozenset()),))) == ()
