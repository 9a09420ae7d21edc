"""A datastore whose room nothing frees is told."""

from typing import Any

from anomalies.build import NEVER_RAN, conclude, datastore, facts, found, only, ran, server, severity
from pve_backup_report.anomalies.gc_never_ran import GC_NEVER_RAN
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Severity
from pve_backup_report.model.pbs import Namespace


def gc(state: object, **changes: Any) -> Analysis:  # noqa: ANN401 -- any field
    return conclude(pbs=(server(datastore(gc=state, **changes)),))


def test_loud_when_it_never_ran() -> None:
    finding = only(GC_NEVER_RAN, gc(NEVER_RAN))
    assert severity(GC_NEVER_RAN, finding) is Severity.WARNING
    assert facts(finding, "server", "datastore", "last_at", "scheduled") == {
        "server": "vault",
        "datastore": "main",
        "last_at": None,
        "scheduled": True,
    }


def test_loud_more_softly_when_it_ran_once_and_nothing_starts_it() -> None:
    finding = only(GC_NEVER_RAN, gc(ran(schedule=None)))
    assert severity(GC_NEVER_RAN, finding) is Severity.NOTICE


def test_quiet_when_it_runs() -> None:
    assert found(GC_NEVER_RAN, gc(ran())) == ()


def test_quiet_about_an_empty_datastore() -> None:
    assert found(GC_NEVER_RAN, gc(NEVER_RAN, namespaces=(Namespace("", whole=True, snapshots=()),))) == ()


def test_blind_when_its_state_was_not_seen() -> None:
    assert found(GC_NEVER_RAN, gc(None)) == ()
