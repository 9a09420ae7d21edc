"""Guests without a restore test are told when somebody asks, and not before."""

from dataclasses import replace

from anomalies.build import DAY, NOW, conclude, facts, found, named, only, severity
from pve_backup_report.anomalies.restore_test_missing import RESTORE_TEST_MISSING
from pve_backup_report.coverage.analysis import analyse
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Severity
from pve_backup_report.model.restore import Restore
from pve_backup_report.model.wishes import Wishes

YEAR = 365 * DAY


def asked(*restores: Restore, limit: int | None = YEAR) -> Analysis:
    return analyse(conclude().cluster, Wishes(restore_test_age_s=limit, restores=restores))


def of(vmid: int, days_ago: int, *, ok: bool = True) -> Restore:
    return Restore(vmid, NOW - days_ago * DAY, ok, "Ana", None, None)


def test_loud_about_guests_that_nobody_restored() -> None:
    finding = only(RESTORE_TEST_MISSING, asked(of(100, 10)))
    assert severity(RESTORE_TEST_MISSING, finding) is Severity.NOTICE
    assert facts(finding, "vmids", "count", "limit_s") == {"vmids": (101,), "count": 1, "limit_s": YEAR}


def test_loud_when_the_test_is_too_old_or_failed() -> None:
    assert only(RESTORE_TEST_MISSING, asked(of(100, 366), of(101, 1, ok=False))).details["vmids"] == (100, 101)


def test_quiet_when_each_was_restored_in_time_by_whatever_witness() -> None:
    assert found(RESTORE_TEST_MISSING, asked(of(100, 364), of(101, 1))) == ()
    seen = replace(conclude().cluster, restores=(of(100, 3), of(101, 3)))
    assert found(RESTORE_TEST_MISSING, analyse(seen, Wishes(restore_test_age_s=YEAR))) == ()


def test_quiet_about_guests_that_no_job_covers() -> None:
    only_web = conclude(jobs=(named("web", 100),)).cluster
    analysis = analyse(only_web, Wishes(restore_test_age_s=YEAR, restores=(of(100, 1),)))
    assert found(RESTORE_TEST_MISSING, analysis) == ()


def test_blind_when_nobody_asks() -> None:
    assert found(RESTORE_TEST_MISSING, asked(limit=None)) == ()
