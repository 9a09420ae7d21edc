"""A schedule that Proxmox's own parser rejects is told, with what is wrong with it."""

from anomalies.build import NOW, conclude, found, job, only, severity, sight
from pve_backup_report.anomalies.schedule_unreadable import SCHEDULE_UNREADABLE
from pve_backup_report.model.anomaly import Severity
from pve_backup_report.model.job import Selection


def test_loud_when_it_cannot_be_read() -> None:
    finding = only(SCHEDULE_UNREADABLE, conclude(jobs=(job("a", schedule="0 3 * * *"),)))
    assert finding.subject == "job/a"
    assert severity(SCHEDULE_UNREADABLE, finding) is Severity.WARNING
    assert finding.details["schedule"] == "0 3 * * *"
    assert "'0 3 * * *' is not a calendar event" in str(finding.details["error"])
    assert finding.details["next_run"] is None
    assert finding.details["vmids"] == (100, 101)


def test_loud_as_a_notice_when_proxmox_tells_a_next_run() -> None:
    finding = only(SCHEDULE_UNREADABLE, conclude(jobs=(job("a", schedule=" 02:00", next_run=NOW + 60),)))
    assert severity(SCHEDULE_UNREADABLE, finding) is Severity.NOTICE
    assert finding.details["next_run"] == NOW + 60


def test_quiet_about_what_looks_odd_and_is_right() -> None:
    jobs = tuple(job(f"j{n}", schedule=text) for n, text in enumerate(("22", "24:00", "fri..mon 01:00", "dailyUTC")))
    assert found(SCHEDULE_UNREADABLE, conclude(jobs=jobs)) == ()


def test_quiet_when_the_job_is_disabled() -> None:
    assert found(SCHEDULE_UNREADABLE, conclude(jobs=(job("a", schedule="@daily", enabled=False),))) == ()


def test_blind_when_no_schedule_was_told() -> None:
    assert found(SCHEDULE_UNREADABLE, conclude(jobs=(job("a", schedule=None),))) == ()


def test_blind_to_the_guests_of_a_pool_that_was_not_seen() -> None:
    pool_job = job("a", selection=Selection.POOL, pool="p", schedule="@daily")
    assert only(SCHEDULE_UNREADABLE, conclude(jobs=(pool_job,), sight=sight(pools=False))).details["vmids"] == ()
