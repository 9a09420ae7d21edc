"""The promise ``pve-backup-report/1``: keys, values and order."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from pve_backup_report.model.report import Report
from pve_backup_report.model.verdict import Reason, Verdict
from pve_backup_report.render.coverage_table import coverage_data
from pve_backup_report.render.explain import explain_data
from pve_backup_report.render.inventory import inventory_data
from pve_backup_report.render.language import load_language
from pve_backup_report.render.moment import rfc3339
from pve_backup_report.render.report_data import report_data
from render.sample_facts import NOW, covered, guest, match
from render.sample_report import report_of
from render.stories import STORIES

ENGLISH, FRENCH = load_language("en"), load_language("fr")
RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")

TOP = {
    "schema", "generated_at", "cluster", "summary", "guests", "jobs", "storages", "pools", "pbs", "anomalies", "gaps",
}  # fmt: skip
GUEST = {
    "vmid", "type", "name", "node", "status", "template", "pool", "tags", "notes", "verdict", "reason", "jobs",
    "volumes", "freshness", "last_success", "last_attempt", "last_due", "next_due", "backups",
}  # fmt: skip
SUCCESS = {"at", "source", "storage", "volid", "size", "duration_s", "verified", "encrypted", "protected"}


def data_of(story: str, code: str = "en") -> dict[str, Any]:
    return report_data(STORIES[story](), load_language(code))


def leaves(value: object, path: str = "") -> Iterator[tuple[str, object]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, f"{path}.{key}")
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner, path)
    else:
        yield path, value


@pytest.mark.parametrize("story", STORIES)
def test_every_promised_key_is_there_even_when_it_does_not_apply(story: str) -> None:
    data = data_of(story)

    assert data["schema"] == "pve-backup-report/1"
    assert data.keys() >= TOP
    assert data["cluster"].keys() >= {"name", "version", "nodes"}
    assert data["summary"]["anomalies"].keys() == {"error", "warning", "notice", "info"}
    for each in data["guests"]:
        assert each.keys() >= GUEST
        assert each["last_success"] is None or each["last_success"].keys() >= SUCCESS
        assert each["last_attempt"] is None or each["last_attempt"].keys() >= {"at", "result", "error", "upid"}
        assert all(job.keys() >= {"id", "storage", "effective", "why_not"} for job in each["jobs"])
        assert all(volume.keys() >= {"key", "volume", "size", "included", "why"} for volume in each["volumes"] or ())
    for job in data["jobs"]:
        assert job.keys() >= {"id", "enabled", "schedule", "selection", "storage", "guests"}
    for anomaly in data["anomalies"]:
        assert anomaly.keys() >= {"code", "severity", "component", "subject", "message", "remedy", "details"}
    for gap in data["gaps"]:
        assert gap.keys() >= {"endpoint", "reason", "needs", "blinds"}


@pytest.mark.parametrize("story", STORIES)
def test_lists_are_sorted(story: str) -> None:
    data = data_of(story)

    assert [each["vmid"] for each in data["guests"]] == sorted(each["vmid"] for each in data["guests"])
    for name, key in (("jobs", "id"), ("storages", "id"), ("pools", "id"), ("gaps", "endpoint")):
        keys = [each[key] for each in data[name]]
        assert keys == sorted(keys), name
    for each in data["guests"]:
        assert each["tags"] == sorted(each["tags"])
        keys = [job["id"] for job in each["jobs"]]
        assert keys == sorted(keys)


def test_times_are_rfc_3339_in_utc() -> None:
    told = ("_at", ".at", "_due", "_run", "_since", ".born")
    times = [value for path, value in leaves(data_of("many-faults")) if path.endswith(told) and value is not None]

    assert len(times) > 30
    assert all(isinstance(time, str) and RFC_3339.fullmatch(time) for time in times)


def test_an_epoch_that_no_calendar_shows_is_null() -> None:
    assert rfc3339(10**18) is None
    assert rfc3339(-(10**18)) is None
    assert rfc3339(NOW) == "2026-03-04T10:20:30Z"


def test_a_job_that_cannot_be_judged_is_not_effective_and_says_why() -> None:
    unseen = match(effective=None, why_not=Reason.STORAGE_NOT_VISIBLE)
    verdict = covered(guest(100), verdict=Verdict.UNDETERMINED, reason=Reason.STORAGE_NOT_VISIBLE, jobs=(unseen,))

    told = report_data(report_of((verdict,)), ENGLISH)["guests"]

    assert isinstance(told, list)
    assert told[0]["jobs"] == [
        {"id": "backup-daily", "storage": "pbs1", "effective": False, "why_not": "storage-not-visible"}
    ]


def test_what_was_not_seen_is_null_and_what_is_empty_is_empty() -> None:
    hidden, seen = data_of("audit-only")["guests"][0], data_of("many-faults")["guests"][3]

    assert (hidden["volumes"], hidden["backups"], hidden["template"]) == (None, None, None)
    assert (seen["backups"], seen["last_success"]) == (0, None)
    assert data_of("audit-only")["complete"] == {"jobs": False, "guests": False, "pools": False, "storages": False}


def test_notes_are_their_first_line() -> None:
    notes = {each["vmid"]: each["notes"] for each in data_of("many-faults")["guests"]}

    assert notes[100] == "Front of the shop"
    assert notes[101] is None


def test_a_gap_says_why_in_one_line() -> None:
    reasons = {gap["endpoint"]: gap["reason"] for gap in data_of("many-faults")["gaps"]}

    assert reasons == {
        "/nodes/pve3": "could not be asked: the node is offline",
        "/nodes/pve3/tasks": "HTTP 595 No route to host",
        "/pools": "answered, but shortened to what the token may see",
    }


def test_times_among_the_details_of_an_anomaly_are_rfc_3339_too() -> None:
    details = {each["code"]: each["details"] for each in data_of("many-faults")["anomalies"]}

    assert details["guest-without-any-backup"] == {"last_due": "2026-03-04T01:00:00Z", "name": "new", "vmid": 105}
    assert details["storage-nearly-full"] == {
        "age_s": 4000, "free_bytes": 107374182400, "storage": "nas", "whole": True,
    }  # fmt: skip


@pytest.mark.parametrize("story", STORIES)
def test_only_sentences_are_translated(story: str) -> None:
    spoken = (".message", ".remedy", ".gaps.reason")
    english, french = (list(leaves(data_of(story, code))) for code in ("en", "fr"))

    assert [leaf for leaf in english if not leaf[0].endswith(spoken)] == [
        leaf for leaf in french if not leaf[0].endswith(spoken)
    ]


def test_sentences_are_in_the_language_of_the_report() -> None:
    reasons = [gap["reason"] for gap in data_of("audit-only", "fr")["gaps"]]

    assert "réponse reçue, mais réduite à ce que le jeton peut voir" in reasons
    assert "HTTP 403 Permission check failed (/, Sys.Audit)" in reasons


def test_coverage_tells_each_guest_with_its_jobs_and_the_storages_that_count() -> None:
    told: Any = coverage_data(STORIES["many-faults"](), ENGLISH)
    by_vmid = {each["vmid"]: each for each in told["guests"]}

    assert by_vmid[106]["storages"] == ["nas", "pbs1"]
    assert (by_vmid[104]["verdict"], by_vmid[104]["reason"]) == ("uncovered", "storage-disabled")
    assert by_vmid[104]["storages"] == []
    assert by_vmid[104]["jobs"][0]["why_not"] == "storage-disabled"


def test_the_inventory_tells_what_was_seen_and_whether_that_is_all() -> None:
    told: Any = inventory_data(STORIES["many-faults"](), ENGLISH)

    assert [node["name"] for node in told["nodes"]] == ["pve1", "pve2", "pve3"]
    assert [job["id"] for job in told["jobs"]][:2] == ["backup-daily", "backup-prod"]
    assert told["complete"]["pools"] is False
    assert "verdict" not in told["guests"][0]


def explained(report: Report, vmid: int) -> Any:  # noqa: ANN401 - JSON values
    return explain_data(report, vmid, ENGLISH)


def test_an_explanation_holds_every_job_with_what_it_does_for_the_guest() -> None:
    told = explained(STORIES["many-faults"](), 107)
    jobs = {job["id"]: (job["selects"], job["effective"], job["why_not"]) for job in told["jobs"]}

    assert told["verdict"] == "undetermined"
    assert jobs["backup-prod"] == (None, False, "pool-not-visible")
    assert jobs["weekly"] == (False, False, None)
    assert jobs.keys() == {job["id"] for job in data_of("many-faults")["jobs"]}
    assert explained(STORIES["many-faults"](), 104)["jobs"][-1]["selects"] is True


def test_an_explanation_holds_the_guests_own_runs_and_archives() -> None:
    told = explained(STORIES["many-faults"](), 101)

    assert [run["result"] for run in told["runs"]] == ["failed", "ok"]
    assert [archive["vmid"] for archive in told["archives"]] == [101]


def test_a_gap_about_another_guest_alone_is_no_part_of_an_explanation() -> None:
    about = {vmid: {gap["endpoint"] for gap in explained(STORIES["audit-only"](), vmid)["gaps"]} for vmid in (100, 101)}

    assert about[100] - about[101] == {"/nodes/pve1/qemu/100/config"}
    assert "/cluster/backup" in about[101]


def test_an_unknown_guest_has_no_explanation() -> None:
    assert explain_data(STORIES["healthy"](), 999, FRENCH) is None
