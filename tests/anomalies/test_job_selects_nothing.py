"""An enabled job without a guest is told, unless another rule tells why."""

import pytest

from anomalies.build import conclude, facts, found, job, named, only, severity, sight
from pve_backup_report.anomalies.job_selects_nothing import JOB_SELECTS_NOTHING
from pve_backup_report.model.anomaly import Severity
from pve_backup_report.model.job import Job, Selection
from pve_backup_report.model.pool import Pool

EMPTY_POOL = job("a", selection=Selection.POOL, pool="dev")


def test_loud_when_the_pool_is_empty() -> None:
    finding = only(JOB_SELECTS_NOTHING, conclude(jobs=(EMPTY_POOL,), pools=(Pool("dev", None),)))
    assert finding.subject == "job/a"
    assert severity(JOB_SELECTS_NOTHING, finding) is Severity.WARNING
    assert facts(finding, "pool", "node") == {"pool": "dev", "node": None}


def test_loud_when_the_guests_are_on_other_nodes_than_the_job() -> None:
    finding = only(JOB_SELECTS_NOTHING, conclude(jobs=(named("a", 100, node="pve2"),)))
    assert facts(finding, "pool", "node") == {"pool": None, "node": "pve2"}


def test_quiet_when_it_selects_a_guest() -> None:
    assert found(JOB_SELECTS_NOTHING, conclude()) == ()


@pytest.mark.parametrize(
    "told_elsewhere",
    [
        named("a", 999),
        named("a", 100, node="gone"),
        job("a", selection=Selection.NONE),
        job("a", selection=Selection.VMID, vmids=None),
        job("a", selection=Selection.ALL, exclude=(100, 101), enabled=False),
    ],
)
def test_quiet_when_another_rule_tells_why(told_elsewhere: Job) -> None:
    assert found(JOB_SELECTS_NOTHING, conclude(jobs=(told_elsewhere,))) == ()


def test_quiet_when_the_pool_is_missing_or_there_is_no_guest_at_all() -> None:
    missing = conclude(jobs=(EMPTY_POOL,), sight=sight(pools_absent=frozenset({"dev"})))
    assert found(JOB_SELECTS_NOTHING, missing) == ()
    assert found(JOB_SELECTS_NOTHING, conclude(guests=())) == ()


def test_blind_when_there_may_be_guests_that_were_not_seen() -> None:
    hidden = conclude(jobs=(EMPTY_POOL,), pools=(Pool("dev", None),), sight=sight(guests=False))
    assert found(JOB_SELECTS_NOTHING, hidden) == ()


def test_blind_when_the_pool_was_not_seen() -> None:
    assert found(JOB_SELECTS_NOTHING, conclude(jobs=(EMPTY_POOL,), sight=sight(pools=False))) == ()


def test_loud_about_an_empty_pool_whatever_else_the_job_lists() -> None:
    odd = job("a", selection=Selection.POOL, pool="dev", vmids=None)
    assert only(JOB_SELECTS_NOTHING, conclude(jobs=(odd,), pools=(Pool("dev", None),))).subject == "job/a"
