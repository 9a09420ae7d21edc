"""A storage in use that is nearly full is told; one that is full is an error."""

import pytest

from anomalies.build import GIB, conclude, disk, facts, found, job, named, only, severity, storage
from pve_backup_report.anomalies.storage_nearly_full import STORAGE_NEARLY_FULL
from pve_backup_report.model.anomaly import Severity
from pve_backup_report.model.storage import StorageState


@pytest.mark.parametrize(
    ("percent", "expected"),
    [(90, Severity.WARNING), (96, Severity.WARNING), (97, Severity.ERROR), (100, Severity.ERROR)],
)
def test_loud_from_ninety_percent_on(percent: int, expected: Severity) -> None:
    full = storage("nas", states=(disk("pve1", percent), disk("pve2", percent)))
    finding = only(STORAGE_NEARLY_FULL, conclude(storages=(full,)))
    assert finding.subject == "storage/nas"
    assert severity(STORAGE_NEARLY_FULL, finding) is expected
    assert facts(finding, "percent", "used_bytes", "total_bytes") == {
        "percent": percent,
        "used_bytes": 10 * percent * GIB,
        "total_bytes": 1000 * GIB,
    }


def test_loud_per_node_for_a_local_storage() -> None:
    states = (disk("pve1", 50), disk("pve2", 93))
    local = storage("local", type="dir", shared=False, states=states)
    finding = only(STORAGE_NEARLY_FULL, conclude(storages=(local,), jobs=(job("a", storage="local"),)))
    assert facts(finding, "node", "percent") == {"node": "pve2", "percent": 93}


def test_quiet_below() -> None:
    assert found(STORAGE_NEARLY_FULL, conclude(storages=(storage("nas", states=(disk("pve1", 89),)),))) == ()


def test_quiet_about_a_storage_that_no_backup_goes_to() -> None:
    local = storage("local", type="dir", shared=False, states=(disk("pve1", 50), disk("pve2", 99)))
    other = storage("tape", states=(disk("pve1", 99),))
    here = named("web", 100, storage="local")
    assert found(STORAGE_NEARLY_FULL, conclude(storages=(local, other), jobs=(here,))) == ()


def test_blind_when_its_size_was_not_told() -> None:
    unknown = storage("nas", states=(disk("pve1", available=None), disk("pve2", available=None)))
    assert found(STORAGE_NEARLY_FULL, conclude(storages=(unknown,))) == ()


def test_quiet_about_a_storage_that_only_a_disabled_job_writes_to() -> None:
    full = storage("tape", states=(disk("pve1", 99),))
    off = conclude(storages=(full,), jobs=(job("a", storage="tape", enabled=False),))
    assert found(STORAGE_NEARLY_FULL, off) == ()


def test_blind_when_only_a_part_of_it_was_told() -> None:
    for told in (
        StorageState("pve1", available=True, used=None, total=9),
        StorageState("pve1", available=True, used=9, total=None),
    ):
        assert found(STORAGE_NEARLY_FULL, conclude(storages=(storage("nas", states=(told,)),))) == ()


def test_quiet_about_a_directory_that_is_no_storage() -> None:
    assert found(STORAGE_NEARLY_FULL, conclude(jobs=(job("a", storage=None, dumpdir="/mnt/usb"),))) == ()
