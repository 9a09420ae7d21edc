"""A list that may be short is told, worse where it decides who is covered."""

import pytest

from anomalies.build import cluster, conclude, found, gap, node, offline, only, severity, storage
from pve_backup_report.anomalies.response_incomplete import RESPONSE_INCOMPLETE
from pve_backup_report.model.anomaly import Severity
from pve_backup_report.model.gap import Blind, GapKind


@pytest.mark.parametrize(
    ("blinds", "expected"),
    [
        ((Blind.INVENTORY, Blind.COVERAGE), Severity.WARNING),
        ((Blind.COVERAGE,), Severity.WARNING),
        ((Blind.EVIDENCE,), Severity.NOTICE),
        ((Blind.VOLUMES,), Severity.NOTICE),
        ((), Severity.INFO),
    ],
)
def test_loud_when_a_list_is_filtered(blinds: tuple[Blind, ...], expected: Severity) -> None:
    short = gap("/pools", GapKind.FILTERED, *blinds, needs="Pool.Audit on /pool, propagated")
    finding = only(RESPONSE_INCOMPLETE, conclude(gaps=(short,)))
    assert finding.subject == "api//pools"
    assert severity(RESPONSE_INCOMPLETE, finding) is expected
    assert finding.details["needs"] == ("Pool.Audit on /pool, propagated",)
    assert finding.details["blinds"] == tuple(str(blind) for blind in blinds)


def test_loud_once_for_the_same_list_of_every_node() -> None:
    gaps = tuple(
        gap(f"/nodes/pve{n}/tasks", GapKind.LIMITED, Blind.EVIDENCE, detail="PVE_TASK_HISTORY_LIMIT=10, 20 tasks")
        for n in range(1, 9)
    )
    finding = only(RESPONSE_INCOMPLETE, conclude(gaps=gaps))
    assert (finding.subject, finding.details["count"]) == ("api//nodes/*/tasks", 8)


def test_loud_apart_for_different_causes() -> None:
    gaps = (
        gap("/nodes/pve1/tasks", GapKind.FILTERED, Blind.EVIDENCE),
        gap("/nodes/pve2/tasks", GapKind.LIMITED, Blind.EVIDENCE),
    )
    subjects = [finding.subject for finding in found(RESPONSE_INCOMPLETE, conclude(gaps=gaps))]
    assert subjects == ["api//nodes/pve1/tasks", "api//nodes/pve2/tasks"]


def test_quiet_when_every_list_is_whole() -> None:
    assert found(RESPONSE_INCOMPLETE, conclude()) == ()


def test_quiet_about_a_node_that_is_offline_and_a_storage_that_is_disabled() -> None:
    storages = (*cluster().storages, storage("old-nas", enabled=False))
    gaps = (
        gap("/nodes/pve2", GapKind.NOT_ASKED, Blind.VOLUMES, Blind.EVIDENCE, detail="the node is offline"),
        gap("/nodes/*/storage/old-nas/content", GapKind.NOT_ASKED, Blind.EVIDENCE, detail="the storage is disabled"),
    )
    assert (
        found(RESPONSE_INCOMPLETE, conclude(nodes=(node("pve1"), offline("pve2")), storages=storages, gaps=gaps)) == ()
    )


def test_blind_a_question_without_an_answer_is_not_called_short() -> None:
    failed = gap("/pools", GapKind.FAILED, Blind.COVERAGE, detail="HTTP 500")
    assert found(RESPONSE_INCOMPLETE, conclude(gaps=(failed,))) == ()


def test_loud_about_any_other_question_that_could_not_be_asked() -> None:
    gaps = (
        gap("/nodes/*/storage/nas/content", GapKind.NOT_ASKED, Blind.EVIDENCE, detail="no node is online"),
        gap("/nodes/pve2", GapKind.NOT_ASKED, Blind.EVIDENCE),
    )
    subjects = {finding.subject for finding in found(RESPONSE_INCOMPLETE, conclude(gaps=gaps))}
    assert subjects == {"api//nodes/*/storage/nas/content", "api//nodes/pve2"}


def test_loud_when_the_list_of_a_disabled_storage_was_asked_and_shortened() -> None:
    storages = (*cluster().storages, storage("old-nas", enabled=False))
    short = gap("/nodes/pve1/storage/old-nas/content", GapKind.FILTERED, Blind.EVIDENCE)
    assert only(RESPONSE_INCOMPLETE, conclude(storages=storages, gaps=(short,))).details["count"] == 1
