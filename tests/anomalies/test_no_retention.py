"""A storage that nothing ever prunes is told; one that keeps all on purpose, more softly."""

from anomalies.build import conclude, found, job, named, only, severity, sight, storage
from pve_backup_report.anomalies.no_retention import NO_RETENTION
from pve_backup_report.model.anomaly import Severity

ENDLESS = storage("nas", retention=None)


def test_loud_when_neither_job_nor_storage_sets_one() -> None:
    finding = only(NO_RETENTION, conclude(storages=(ENDLESS,), jobs=(named("a", 100), named("b", 101))))
    assert finding.subject == "storage/nas"
    assert severity(NO_RETENTION, finding) is Severity.NOTICE
    assert finding.details == {"storage": "nas", "jobs": ("a", "b"), "on_purpose": False}


def test_loud_as_information_when_all_is_kept_on_purpose() -> None:
    keeps_all = storage("nas", retention=(("keep-all", 1),))
    finding = only(NO_RETENTION, conclude(storages=(keeps_all,)))
    assert severity(NO_RETENTION, finding) is Severity.INFO
    assert finding.details["on_purpose"] is True


def test_quiet_when_the_storage_or_the_job_sets_one() -> None:
    assert found(NO_RETENTION, conclude()) == ()
    assert found(NO_RETENTION, conclude(storages=(ENDLESS,), jobs=(job("a", retention=(("keep-last", 3),)),))) == ()


def test_quiet_about_a_backup_server_which_prunes_by_itself() -> None:
    server = storage("pbs", type="pbs", retention=None)
    assert found(NO_RETENTION, conclude(storages=(server,), jobs=(job("a", storage="pbs"),))) == ()


def test_blind_when_the_storage_was_not_seen() -> None:
    assert found(NO_RETENTION, conclude(storages=(), sight=sight(storages=False))) == ()
