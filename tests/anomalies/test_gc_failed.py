"""A garbage collection that failed is told."""

from anomalies.build import DUE, NEVER_RAN, conclude, datastore, facts, found, only, ran, server, severity
from pve_backup_report.anomalies.gc_failed import GC_FAILED
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Severity
from pve_backup_report.model.pbs import JobResult


def gc(state: object) -> Analysis:
    return conclude(pbs=(server(datastore(gc=state)),))


def test_loud_with_the_servers_words() -> None:
    finding = only(GC_FAILED, gc(ran(JobResult.FAILED, "chunk missing")))
    assert severity(GC_FAILED, finding) is Severity.WARNING
    assert facts(finding, "server", "datastore", "error", "ended_at") == {
        "server": "vault",
        "datastore": "main",
        "error": "chunk missing",
        "ended_at": DUE,
    }


def test_quiet_when_it_went_well() -> None:
    assert found(GC_FAILED, gc(ran())) == ()
    assert found(GC_FAILED, gc(ran(JobResult.WARNINGS))) == ()


def test_quiet_when_it_never_ran_of_which_another_rule_tells() -> None:
    assert found(GC_FAILED, gc(NEVER_RAN)) == ()


def test_blind_when_its_state_was_not_seen() -> None:
    assert found(GC_FAILED, gc(None)) == ()
