"""A question that was refused or failed is told once per kind of question, unless another rule tells its cause."""

from anomalies.build import cluster, conclude, disk, facts, found, gap, job, node, only, severity, sight, storage
from pve_backup_report.anomalies.endpoint_failed import ENDPOINT_FAILED
from pve_backup_report.model.anomaly import Severity
from pve_backup_report.model.gap import Blind, GapKind
from pve_backup_report.model.job import Selection

REFUSED = "HTTP 403 Permission check failed (/, Sys.Audit)"


def test_loud_when_the_jobs_are_refused() -> None:
    refused = gap("/cluster/backup", GapKind.REFUSED, Blind.COVERAGE, detail=REFUSED, needs="Sys.Audit on /")
    finding = only(ENDPOINT_FAILED, conclude(gaps=(refused,)))
    assert finding.subject == "api//cluster/backup"
    assert severity(ENDPOINT_FAILED, finding) is Severity.WARNING
    assert finding.details == {
        "endpoint": "/cluster/backup",
        "count": 1,
        "errors": (REFUSED,),
        "needs": ("Sys.Audit on /",),
        "blinds": ("coverage",),
    }


def test_loud_once_when_the_same_question_fails_for_many_guests() -> None:
    gaps = tuple(
        gap(f"/nodes/pve{vmid % 2}/qemu/{vmid}/config", GapKind.FAILED, Blind.VOLUMES, detail="HTTP 596 timed out")
        for vmid in range(100, 300)
    )
    finding = only(ENDPOINT_FAILED, conclude(gaps=gaps))
    assert finding.subject == "api//nodes/*/qemu/*/config"
    assert facts(finding, "count", "errors") == {"count": 200, "errors": ("HTTP 596 timed out",)}


def test_loud_as_information_when_nothing_depends_on_it() -> None:
    refused = gap("/cluster/backup-info/not-backed-up", GapKind.REFUSED, detail=REFUSED)
    finding = only(ENDPOINT_FAILED, conclude(gaps=(refused,)))
    assert severity(ENDPOINT_FAILED, finding) is Severity.INFO


def test_quiet_when_all_was_answered() -> None:
    assert found(ENDPOINT_FAILED, conclude()) == ()


def test_quiet_about_what_a_missing_pool_breaks() -> None:
    broken = gap("/cluster/backup/gone/included_volumes", GapKind.FAILED, detail="HTTP 500 pool 'old' does not exist")
    analysis = conclude(
        jobs=(job("gone", selection=Selection.POOL, pool="old"),),
        sight=sight(pools_absent=frozenset({"old"})),
        gaps=(broken,),
    )
    assert found(ENDPOINT_FAILED, analysis) == ()


def test_quiet_about_the_listing_of_a_storage_that_is_told_to_be_down() -> None:
    failed = gap(
        "/nodes/pve1/storage/nas/content", GapKind.FAILED, Blind.EVIDENCE, detail="storage 'nas' is not online"
    )
    healthy = cluster()
    down = tuple(
        storage("nas", states=(disk("pve1", available=None), disk("pve2"))) if item.id == "nas" else item
        for item in healthy.storages
    )
    assert found(ENDPOINT_FAILED, conclude(storages=down, gaps=(failed,))) == ()
    assert only(ENDPOINT_FAILED, conclude(gaps=(failed,))).subject == "api//nodes/pve1/storage/nas/content"


def test_blind_a_question_that_was_never_asked_did_not_fail() -> None:
    unasked = gap("/nodes/pve2", GapKind.NOT_ASKED, Blind.EVIDENCE, detail="the node is offline")
    assert found(ENDPOINT_FAILED, conclude(nodes=(node("pve1"), node("pve2", online=None)), gaps=(unasked,))) == ()


def test_loud_when_the_listing_of_such_a_storage_is_refused_all_the_same() -> None:
    refused = gap("/nodes/pve1/storage/nas/content", GapKind.REFUSED, Blind.EVIDENCE, detail="HTTP 403")
    down = storage("nas", states=(disk("pve1", available=None),))
    assert only(ENDPOINT_FAILED, conclude(storages=(down,), gaps=(refused,))).details["errors"] == ("HTTP 403",)


def test_loud_with_the_first_few_of_many_different_errors() -> None:
    gaps = tuple(gap(f"/nodes/pve{n}/time", GapKind.FAILED, Blind.EVIDENCE, detail=f"HTTP 59{n % 7}") for n in range(7))
    silent = gap("/nodes/pve9/time", GapKind.FAILED, Blind.EVIDENCE)
    finding = only(ENDPOINT_FAILED, conclude(gaps=(silent, *gaps)))
    assert facts(finding, "count", "errors") == {"count": 8, "errors": ("HTTP 590", "HTTP 591", "HTTP 592")}
