"""Messages of anomalies: facts in the reader's words, and nothing evaluated."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pve_backup_report.model.anomaly import Detail, Severity
from pve_backup_report.render.fill import fill
from pve_backup_report.render.language import load_language
from pve_backup_report.render.sentence import machine_detail, message_of, remedy_of
from pve_backup_report.render.wording import Wording
from render.sample_facts import DUE, anomaly
from render.sample_report import report_of

ENGLISH, FRENCH = Wording.of(report_of(), load_language("en")), Wording.of(report_of(), load_language("fr"))


def said(message: str, wording: Wording = ENGLISH, **details: Detail) -> str:
    return written(message, details, wording)


def written(message: str, details: dict[str, Detail], wording: Wording = ENGLISH) -> str:
    found = anomaly("code", Severity.ERROR, "x", message=message, remedy=message, details=details)
    assert message_of(found, wording) == remedy_of(found, wording)
    return message_of(found, wording)


def test_a_name_says_how_its_value_is_written() -> None:
    assert said("{vmid}", vmid=1234567) == "1234567"
    assert said("{last_due}", last_due=DUE) == "4\u00a0Mar\u00a02026\u00a002:00"
    assert said("{started_at}", started_at=DUE) == "4\u00a0Mar\u00a02026\u00a002:00"
    assert said("{took_s}", took_s=4320) == "1\u00a0h\u00a012\u00a0min"
    assert said("{used_bytes}", FRENCH, used_bytes=3 << 29) == "1,5\u00a0Gio"
    assert said("{enabled}", enabled=True) == "yes"
    assert said("{enabled}", FRENCH, enabled=False) == "non"


def test_a_code_is_written_in_its_words() -> None:
    assert said("{reason}", reason="job-disabled") == "the job is disabled"
    assert said("{reason}", FRENCH, reason="job-disabled") == "la tâche est désactivée"
    assert said("{reason}", reason="new-reason") == "new-reason"
    assert said("{blinds}", FRENCH, blinds=("coverage", "evidence")) == "couverture, preuves de sauvegarde"


def test_a_fact_that_is_not_told_says_so() -> None:
    assert said("({name})", name=None) == "(not specified)"
    assert said("({name})", FRENCH, name=None) == "(non précisé)"
    assert said("{vmids}.", vmids=()) == "none."


def test_a_long_list_is_cut_with_the_number_of_the_rest() -> None:
    assert said("{vmids}", vmids=(100, 101)) == "100, 101"
    assert said("{vmids}", vmids=tuple(range(100, 125))).endswith("118, 119 and 5 more")
    assert said("{names}", names=("x" * 10_000,)) == "x" * 299 + "…"


def test_a_value_is_never_read_as_a_message() -> None:
    assert said("{name} {vmid}", name="{vmid} {0.__class__} {{", vmid=1) == "{vmid} {0.__class__} {{ 1"


def test_an_unknown_name_stays_and_nothing_is_evaluated() -> None:
    for message in ("{missing}", "{vmid.real}", "{vmid!r}", "{vmid:>9}", "{vmid[0]}", "{0}", "{"):
        assert said(message, vmid=1) == message
    assert fill("{{name}} {{}}", {"name": "x"}) == "{name} {}"


@given(st.text(), st.dictionaries(st.text(max_size=3), st.text()))
def test_filling_never_raises(message: str, values: dict[str, str]) -> None:
    assert isinstance(fill(message, values), str)


@given(st.text(), st.one_of(st.integers(), st.text(), st.none(), st.booleans()))
def test_any_detail_can_be_written(name: str, value: Detail) -> None:
    assert isinstance(written("{" + name + "}", {name: value}), str)


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("last_due", DUE, "2026-03-04T01:00:00Z"), ("last_due", 10**18, 10**18), ("took_s", 60, 60),
        ("vmids", (1, 2), [1, 2]), ("on_purpose", True, True), ("name", None, None),
    ],
)  # fmt: skip
def test_machines_get_plain_values_and_times_as_everywhere(name: str, value: Detail, expected: object) -> None:
    assert machine_detail(name, value) == expected
