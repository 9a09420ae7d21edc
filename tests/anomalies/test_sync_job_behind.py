"""A sync job that let two of its times go by is told; one that is merely slow is not."""

import pytest

from anomalies.build import DAY, NEVER_RAN, NOW, conclude, datastore, facts, found, only, pbs_job, ran, server, severity
from pve_backup_report.anomalies.sync_job_behind import SYNC_JOB_BEHIND
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Severity
from pve_backup_report.model.pbs import JobKind, JobResult, JobState

MIDNIGHT = NOW - 37230  # of the day of the report, 2026-03-04, in UTC


def job(state: JobState, kind: JobKind = JobKind.SYNC, *, enabled: bool = True) -> Analysis:
    return conclude(pbs=(server(datastore(), jobs=(pbs_job(kind, state=state, enabled=enabled),)),))


def test_loud_when_two_times_went_by() -> None:
    finding = only(SYNC_JOB_BEHIND, job(ran(at=MIDNIGHT - DAY - 60)))
    assert finding.subject == "pbs/vault"
    assert severity(SYNC_JOB_BEHIND, finding) is Severity.WARNING
    assert facts(finding, "job", "last_at", "missed_since") == {
        "job": "j-1",
        "last_at": MIDNIGHT - DAY - 60,
        "missed_since": MIDNIGHT - DAY,
    }


def test_loud_when_it_never_ran() -> None:
    assert facts(only(SYNC_JOB_BEHIND, job(NEVER_RAN)), "last_at") == {"last_at": None}


@pytest.mark.parametrize("at", [MIDNIGHT + 60, MIDNIGHT - DAY + 3600])
def test_quiet_when_it_ran_at_the_last_but_one(at: int) -> None:
    assert found(SYNC_JOB_BEHIND, job(ran(at=at))) == ()


def test_quiet_about_other_jobs_disabled_ones_and_those_started_by_hand() -> None:
    old = ran(at=MIDNIGHT - 9 * DAY)
    assert found(SYNC_JOB_BEHIND, job(old, JobKind.VERIFY)) == ()
    assert found(SYNC_JOB_BEHIND, job(old, enabled=False)) == ()
    assert found(SYNC_JOB_BEHIND, job(ran(at=MIDNIGHT - 9 * DAY, schedule=None))) == ()


def test_blind_when_a_run_is_under_way_or_the_schedule_cannot_be_read() -> None:
    assert found(SYNC_JOB_BEHIND, job(ran(JobResult.UNKNOWN, at=None))) == ()
    assert found(SYNC_JOB_BEHIND, job(ran(at=MIDNIGHT - 9 * DAY, schedule="whenever"))) == ()
