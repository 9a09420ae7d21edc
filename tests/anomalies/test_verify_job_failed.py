"""A verify job of a backup server that failed is told."""

import pytest

from anomalies.build import DUE, NEVER_RAN, conclude, datastore, facts, found, only, pbs_job, ran, server, severity
from pve_backup_report.anomalies.verify_job_failed import VERIFY_JOB_FAILED
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Severity
from pve_backup_report.model.pbs import JobKind, JobResult, JobState

FAILED = ran(JobResult.FAILED, "connection refused")


def job(state: JobState, kind: JobKind = JobKind.VERIFY, *, enabled: bool = True) -> Analysis:
    return conclude(pbs=(server(datastore(), jobs=(pbs_job(kind, state=state, enabled=enabled),)),))


def test_loud_with_the_servers_words() -> None:
    finding = only(VERIFY_JOB_FAILED, job(FAILED))
    assert finding.subject == "pbs/vault"
    assert severity(VERIFY_JOB_FAILED, finding) is Severity.WARNING
    assert facts(finding, "server", "job", "datastore", "error", "ended_at") == {
        "server": "vault",
        "job": "j-1",
        "datastore": "main",
        "error": "connection refused",
        "ended_at": DUE,
    }


@pytest.mark.parametrize("result", [JobResult.OK, JobResult.WARNINGS])
def test_quiet_when_it_went_well(result: JobResult) -> None:
    assert found(VERIFY_JOB_FAILED, job(ran(result))) == ()


def test_quiet_about_other_jobs_and_disabled_ones() -> None:
    other = next(kind for kind in JobKind if kind is not JobKind.VERIFY)
    assert found(VERIFY_JOB_FAILED, job(FAILED, other)) == ()
    assert found(VERIFY_JOB_FAILED, job(FAILED, enabled=False)) == ()


def test_blind_when_its_end_is_not_known() -> None:
    assert found(VERIFY_JOB_FAILED, job(ran(JobResult.UNKNOWN))) == ()
    assert found(VERIFY_JOB_FAILED, job(NEVER_RAN)) == ()
    assert found(VERIFY_JOB_FAILED, conclude(pbs=(server(datastore()),))) == ()
