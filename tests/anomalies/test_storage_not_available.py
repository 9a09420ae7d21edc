"""A storage that the backups of a node go to and that it does not report as available is told."""

import pytest

from anomalies.build import conclude, disk, found, guest, named, node, offline, only, severity, sight, storage
from pve_backup_report.anomalies.storage_not_available import STORAGE_NOT_AVAILABLE
from pve_backup_report.model.anomaly import Severity


@pytest.mark.parametrize("available", [None, False])
def test_loud_when_an_online_node_does_not_reach_it(*, available: bool | None) -> None:
    down = storage("nas", states=(disk("pve1"), disk("pve2", available=available)))
    finding = only(STORAGE_NOT_AVAILABLE, conclude(storages=(down,)))
    assert finding.subject == "storage/nas"
    assert severity(STORAGE_NOT_AVAILABLE, finding) is Severity.WARNING
    assert finding.details == {"storage": "nas", "nodes": ("pve2",), "vmids": (101,)}


def test_loud_once_for_all_the_nodes() -> None:
    down = storage("nas", states=(disk("pve1", available=None), disk("pve2", available=None)))
    finding = only(STORAGE_NOT_AVAILABLE, conclude(storages=(down,)))
    assert finding.details == {"storage": "nas", "nodes": ("pve1", "pve2"), "vmids": (100, 101)}


def test_quiet_when_every_node_reaches_it() -> None:
    assert found(STORAGE_NOT_AVAILABLE, conclude()) == ()


def test_quiet_where_no_backup_goes_there() -> None:
    down = storage("nas", states=(disk("pve1"), disk("pve2", available=None)))
    other = storage("tape", states=(disk("pve1", available=None),))
    assert found(STORAGE_NOT_AVAILABLE, conclude(storages=(down, other), jobs=(named("web", 100),))) == ()


def test_quiet_on_a_node_that_is_down() -> None:
    down = storage("nas", states=(disk("pve1"), disk("pve2", available=None)))
    assert found(STORAGE_NOT_AVAILABLE, conclude(storages=(down,), nodes=(node("pve1"), offline("pve2")))) == ()


def test_blind_when_no_node_says_anything_of_it() -> None:
    assert found(STORAGE_NOT_AVAILABLE, conclude(storages=(storage("nas", states=()),))) == ()


def test_blind_when_the_storage_was_not_seen() -> None:
    assert found(STORAGE_NOT_AVAILABLE, conclude(storages=(), sight=sight(storages=False))) == ()


def test_loud_with_the_guests_that_go_to_that_storage_alone() -> None:
    down = storage("nas", states=(disk("pve1", available=None),))
    jobs = (named("a", 100), named("b", 102, storage="pbs"))
    analysis = conclude(storages=(down, storage("pbs", type="pbs")), guests=(guest(100), guest(102)), jobs=jobs)
    assert only(STORAGE_NOT_AVAILABLE, analysis).details["vmids"] == (100,)
