"""A selection that Proxmox VE itself never stores is told."""

import pytest

from anomalies.build import conclude, found, job, named, only, severity, sight
from pve_backup_report.anomalies.unsupported_selection import UNSUPPORTED_SELECTION
from pve_backup_report.model.anomaly import Severity
from pve_backup_report.model.job import Job, Selection


@pytest.mark.parametrize(
    ("odd", "problem", "expected"),
    [
        (job("a", selection=Selection.EXCLUDE, exclude=(101,)), "exclude-alone", Severity.NOTICE),
        (job("a", selection=Selection.NONE), "nothing-chosen", Severity.WARNING),
        (job("a", selection=Selection.VMID, vmids=None), "unreadable-vmid-list", Severity.WARNING),
    ],
)
def test_loud_about_each_odd_way_to_choose(odd: Job, problem: str, expected: Severity) -> None:
    finding = only(UNSUPPORTED_SELECTION, conclude(jobs=(odd,)))
    assert finding.subject == "job/a"
    assert severity(UNSUPPORTED_SELECTION, finding) is expected
    assert finding.details == {"job": "a", "problem": problem}


def test_quiet_about_the_ways_that_the_interface_offers() -> None:
    jobs = (job("a"), job("b", exclude=(101,)), named("c", 100), job("d", selection=Selection.POOL, pool="p"))
    assert found(UNSUPPORTED_SELECTION, conclude(jobs=jobs)) == ()


def test_quiet_when_the_job_is_disabled() -> None:
    assert found(UNSUPPORTED_SELECTION, conclude(jobs=(job("a", selection=Selection.NONE, enabled=False),))) == ()


def test_blind_when_the_jobs_were_not_seen() -> None:
    assert found(UNSUPPORTED_SELECTION, conclude(jobs=(), sight=sight(jobs=False))) == ()


def test_quiet_about_a_list_that_a_pool_overrules() -> None:
    both = job("a", selection=Selection.POOL, pool="p", vmids=None)
    assert found(UNSUPPORTED_SELECTION, conclude(jobs=(both,))) == ()
