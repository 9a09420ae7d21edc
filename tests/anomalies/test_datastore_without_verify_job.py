"""A datastore with backups that nothing verifies is told."""

from typing import Any

from anomalies.build import conclude, datastore, facts, found, only, pbs_job, ran, server, severity, snapshot
from pve_backup_report.anomalies.datastore_without_verify_job import DATASTORE_WITHOUT_VERIFY_JOB
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Severity
from pve_backup_report.model.pbs import DatastoreJob, JobKind, Namespace

SPACES = tuple(Namespace(path, whole=True, snapshots=(snapshot(100),)) for path in ("", "a"))


def verified_by(*jobs: DatastoreJob, **changes: Any) -> Analysis:  # noqa: ANN401 -- any field
    return conclude(pbs=(server(datastore(namespaces=SPACES, **changes), jobs=jobs),))


def test_loud_when_there_is_no_job() -> None:
    finding = only(DATASTORE_WITHOUT_VERIFY_JOB, verified_by())
    assert severity(DATASTORE_WITHOUT_VERIFY_JOB, finding) is Severity.NOTICE
    assert facts(finding, "server", "datastore", "namespaces") == {
        "server": "vault",
        "datastore": "main",
        "namespaces": ("/", "a"),
    }


def test_loud_about_the_namespaces_that_the_jobs_do_not_take_in() -> None:
    root_only = pbs_job(JobKind.VERIFY, max_depth=0)
    assert only(DATASTORE_WITHOUT_VERIFY_JOB, verified_by(root_only)).details["namespaces"] == ("a",)


def test_loud_when_nothing_starts_the_job_or_it_is_switched_off() -> None:
    for idle in (pbs_job(JobKind.VERIFY, state=ran(schedule=None)), pbs_job(JobKind.VERIFY, enabled=False)):
        assert only(DATASTORE_WITHOUT_VERIFY_JOB, verified_by(idle)).details["namespaces"] == ("/", "a")


def test_loud_more_softly_when_new_backups_are_verified() -> None:
    finding = only(DATASTORE_WITHOUT_VERIFY_JOB, verified_by(verify_new=True))
    assert severity(DATASTORE_WITHOUT_VERIFY_JOB, finding) is Severity.INFO


def test_quiet_when_a_job_takes_all_in() -> None:
    assert found(DATASTORE_WITHOUT_VERIFY_JOB, verified_by(pbs_job(JobKind.VERIFY))) == ()


def test_quiet_about_empty_namespaces() -> None:
    empty = datastore(namespaces=(Namespace("", whole=True, snapshots=()),))
    assert found(DATASTORE_WITHOUT_VERIFY_JOB, conclude(pbs=(server(empty),))) == ()


def test_blind_when_the_jobs_were_not_all_seen() -> None:
    hidden = server(datastore(), jobs_seen=frozenset({JobKind.PRUNE}))
    assert found(DATASTORE_WITHOUT_VERIFY_JOB, conclude(pbs=(hidden,))) == ()
