"""Backups that go in the clear to a backup server on another machine are told."""

import pytest

from anomalies.build import NIGHTS, conclude, facts, found, job, node, only, severity, snapshot, storage
from pve_backup_report.anomalies.backups_unencrypted import BACKUPS_UNENCRYPTED
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Severity
from pve_backup_report.model.storage import PbsTarget


def server(address: str, *, key: bool = False, encrypted: bool | None = False, listed: bool = True) -> Analysis:
    target = PbsTarget(address.strip("[]"), 8007, "main", "", None, "backup@pbs")
    snapshots = tuple(snapshot(vmid, night, encrypted=encrypted) for vmid in (100, 101) for night in NIGHTS)
    return conclude(
        jobs=(job("nightly", storage="pbs"),),
        storages=(storage("pbs", type="pbs", target=target, encrypts=key),),
        backups=snapshots if listed else (),
        listings=(),
        nodes=(node("pve1", address="192.0.2.1"), node("pve2", address="192.0.2.2")),
    )


def test_loud_about_the_guests_whose_newest_snapshot_is_not_encrypted() -> None:
    finding = only(BACKUPS_UNENCRYPTED, server("10.0.0.30"))
    assert finding.subject == "storage/pbs"
    assert facts(finding, "server", "vmids", "key_set") == {
        "server": "10.0.0.30",
        "vmids": (100, 101),
        "key_set": False,
    }


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("10.0.0.30", Severity.INFO),
        ("fd00::30", Severity.INFO),
        ("pbs", Severity.INFO),
        ("pbs.lan", Severity.INFO),
        ("pbs.home.arpa", Severity.INFO),
        ("8.8.8.8", Severity.NOTICE),
        ("[2a00:1450::1]", Severity.NOTICE),
        ("backup.provider.net", Severity.NOTICE),
    ],
)
def test_loud_as_far_as_the_server_is_away(address: str, expected: Severity) -> None:
    assert severity(BACKUPS_UNENCRYPTED, only(BACKUPS_UNENCRYPTED, server(address))) is expected


def test_loud_when_the_key_is_new_and_the_newest_backup_is_older() -> None:
    assert facts(only(BACKUPS_UNENCRYPTED, server("10.0.0.30", key=True)), "key_set") == {"key_set": True}


def test_quiet_about_encrypted_backups() -> None:
    assert found(BACKUPS_UNENCRYPTED, server("10.0.0.30", encrypted=True)) == ()


@pytest.mark.parametrize("address", ["localhost", "127.0.0.1", "192.0.2.2", "pve1"])
def test_quiet_about_a_server_on_a_node_of_the_cluster(address: str) -> None:
    assert found(BACKUPS_UNENCRYPTED, server(address)) == ()


def test_quiet_about_a_server_that_no_job_writes_to() -> None:
    assert found(BACKUPS_UNENCRYPTED, conclude()) == ()


def test_blind_without_a_listing_a_key_is_taken_at_its_word() -> None:
    assert found(BACKUPS_UNENCRYPTED, server("10.0.0.30", key=True, listed=False)) == ()
    assert only(BACKUPS_UNENCRYPTED, server("10.0.0.30", listed=False))
    assert found(BACKUPS_UNENCRYPTED, server("10.0.0.30", key=True, encrypted=None)) == ()
