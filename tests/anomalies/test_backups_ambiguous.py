"""Backups that may be another cluster’s guest’s are told, and never chosen."""

from anomalies.build import (
    NIGHTS,
    conclude,
    facts,
    found,
    guest,
    job,
    listing,
    node,
    only,
    severity,
    snapshot,
    storage,
)
from pve_backup_report.anomalies.backups_ambiguous import BACKUPS_AMBIGUOUS
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Severity
from pve_backup_report.model.backup import Backup
from pve_backup_report.model.storage import PbsTarget
from pve_backup_report.model.verdict import Freshness

US = "backup@pbs!pve"
PBS = storage("pbs", type="pbs", target=PbsTarget("192.0.2.30", 8007, "main", "", None, US))
TEMPLATE = "{{guestname}}, {{node}}"


def holding(*backups: Backup, template: str | None = TEMPLATE, since: int | None = None) -> Analysis:
    """One guest, called web, that a job backs up to the server; no task is known, nor how far back any would be."""
    return conclude(
        guests=(guest(100, "web"),),
        storages=(PBS,),
        jobs=(job("nightly", storage="pbs", notes_template=template),),
        runs=(),
        tasks=(),
        backups=backups,
        listings=(listing("pbs"),),
        nodes=(node("pve1", history_since=since), node("pve2", history_since=since)),
    )


def of(notes: str | None, night: int = 0, owner: str = US) -> Backup:
    return snapshot(100, night, owner=owner, notes=notes, source="pbs")


def test_loud_when_the_notes_name_another_guest() -> None:
    finding = only(BACKUPS_AMBIGUOUS, holding(*(of("files, node9", night) for night in NIGHTS)))
    assert severity(BACKUPS_AMBIGUOUS, finding) is Severity.WARNING
    assert facts(finding, "vmid", "count", "storages", "notes") == {
        "vmid": 100,
        "count": len(NIGHTS),
        "storages": ("pbs",),
        "notes": ("files, node9",),
    }


def test_loud_and_never_taken_for_our_own() -> None:
    analysis = holding(of("files, node9"), of("web, pve1", 3))
    assert len(found(BACKUPS_AMBIGUOUS, analysis)) == 1
    (verdict,) = analysis.guests
    assert verdict.freshness is Freshness.UNKNOWN
    assert verdict.last_success is not None
    assert verdict.last_success.at == of("web, pve1", 3).at


def test_quiet_about_our_own_and_about_an_older_name_of_the_guest() -> None:
    analysis = holding(of("web, pve1"), of("old-name, pve1", 3))
    assert found(BACKUPS_AMBIGUOUS, analysis) == ()
    assert analysis.guests[0].freshness is Freshness.FRESH


def test_quiet_when_notes_do_not_name_guests() -> None:
    assert found(BACKUPS_AMBIGUOUS, holding(of("nightly"), template="nightly")) == ()
    assert found(BACKUPS_AMBIGUOUS, holding(of(None))) == ()


def test_quiet_about_another_owner_and_another_name_whose_they_surely_are() -> None:
    analysis = holding(of("files, node9", owner="other@pbs!far"))
    assert found(BACKUPS_AMBIGUOUS, analysis) == ()
    assert analysis.guests[0].freshness is Freshness.NEVER


def test_loud_about_another_owner_when_the_notes_do_not_tell() -> None:
    for notes in ("web, pve1", None):
        analysis = holding(of(notes, owner="other@pbs!far"))
        assert only(BACKUPS_AMBIGUOUS, analysis).details["count"] == 1
        assert analysis.guests[0].freshness is Freshness.UNKNOWN


def test_loud_about_what_no_task_of_ours_made_although_all_are_known() -> None:
    analysis = holding(of(None), of("web, pve1", 1), since=1)
    assert only(BACKUPS_AMBIGUOUS, analysis).details["count"] == 1
    assert analysis.guests[0].freshness is Freshness.UNKNOWN


def test_quiet_when_the_notes_name_the_guest_or_the_history_is_that_of_a_new_machine() -> None:
    assert found(BACKUPS_AMBIGUOUS, holding(of("web, pve1"), since=1)) == ()
    assert found(BACKUPS_AMBIGUOUS, holding(of(None), since=0)) == ()


def test_quiet_about_another_name_that_no_task_of_ours_made() -> None:
    analysis = holding(of("files, node9"), since=1)
    assert found(BACKUPS_AMBIGUOUS, analysis) == ()
    assert analysis.guests[0].freshness is Freshness.NEVER


def test_blind_when_the_owner_is_not_told() -> None:
    assert found(BACKUPS_AMBIGUOUS, holding(snapshot(100, notes="files, node9"))) == ()
