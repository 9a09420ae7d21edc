"""The metrics, read back by Prometheus's own parsers: nothing unknown looks like a value, or like nothing."""

import re
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.metrics_core import Metric
from prometheus_client.openmetrics.parser import text_string_to_metric_families as strictly
from prometheus_client.parser import text_string_to_metric_families

from pve_backup_report.anomalies.catalogue import all_rules
from pve_backup_report.render.exposition import Family, exposition, written
from pve_backup_report.render.language import load_language
from pve_backup_report.render.prometheus import prometheus_report
from render.sample_facts import covered, guest, success
from render.sample_report import report_of
from render.stories import STORIES

ENGLISH = load_language("en")
PREFIX = "pve_backup_report_"
UNITS = ("_seconds", "_bytes")
RESERVED = ("_total", "_count", "_sum", "_bucket", "_created", "_gsum", "_gcount")
stories = pytest.mark.parametrize("story", STORIES)


@cache
def text(story: str) -> str:
    return prometheus_report(STORIES[story](), ENGLISH)


@cache  # a test asks for one value after the other
def families(content: str) -> dict[str, Metric]:
    read = list(text_string_to_metric_families(content))
    assert len({family.name for family in read}) == len(read)
    return {family.name.removeprefix(PREFIX): family for family in read}


def values(content: str, name: str, **labels: str) -> list[float]:
    return [
        sample.value
        for sample in families(content)[name].samples
        if labels.items() <= sample.labels.items()
    ]  # fmt: skip


@stories
def test_prometheus_reads_every_line_and_the_stricter_openmetrics_does_too(story: str) -> None:
    lines = [line for line in text(story).splitlines() if not line.startswith("#")]
    assert sum(len(family.samples) for family in families(text(story)).values()) == len(lines)
    strict: list[Metric] = list(strictly(f"{text(story)}# EOF\n"))  # type: ignore[no-untyped-call] # it has no types
    assert sum(len(family.samples) for family in strict) == len(lines)
    assert text(story).endswith("\n")


@stories
def test_names_follow_the_rules_and_every_metric_says_what_it_is(story: str) -> None:
    for name, family in families(text(story)).items():
        assert re.fullmatch(r"[a-z][a-z_]*[a-z]", name)
        assert not name.endswith(RESERVED)
        assert family.type == "gauge"
        assert re.fullmatch(r"[A-Z1].*\.", family.documentation)
        if "timestamp" in name or "duration" in name or "size" in name:
            assert name.endswith(UNITS)
        for sample in family.samples:
            assert sample.timestamp is None
            assert not name.endswith("_info") or sample.value == 1
            assert all(re.fullmatch(r"[a-z][a-z_]*", label) for label in sample.labels)


@stories
def test_every_series_is_there_once_and_names_its_cluster(story: str) -> None:
    samples = [sample for family in families(text(story)).values() for sample in family.samples]
    seen = {(sample.name, *sorted(sample.labels.items())) for sample in samples}
    assert len(seen) == len(samples)
    assert all(sample.labels["cluster"] for sample in samples)


@stories
def test_each_value_of_a_guest_has_a_series_or_one_that_says_why_it_has_none(story: str) -> None:
    report, content = STORIES[story](), text(story)
    known = [
        name for name in families(content)
        if name.startswith("guest_") and not name.endswith(("_info", "_verdict", "_freshness", "_missing", "_unknown"))
    ]  # fmt: skip
    assert len(known) == 10
    for verdict in report.analysis.guests:
        key = verdict.guest.key
        for name in known:
            there = values(content, name, id=key)
            absent = values(content, "guest_value_missing", id=key, metric=name.removeprefix("guest_"))
            assert len(there) + len(absent) == 1, (key, name)
        unknown = len(values(content, "guest_value_missing", id=key, why="unknown"))
        assert values(content, "guest_values_unknown", id=key) == [unknown]
        assert sum(values(content, "guest_verdict", id=key)) == 1
        assert sum(values(content, "guest_freshness", id=key)) == 1


def test_a_guest_that_could_not_be_judged_is_neither_covered_nor_not() -> None:
    content = text("audit-only")
    assert values(content, "guest_covered") == []
    assert values(content, "guest_verdict", id="qemu/100", verdict="undetermined") == [1]
    assert values(content, "guest_value_missing", id="qemu/100", metric="covered", why="unknown") == [1]
    assert values(content, "list_complete", list="guests") == [0]
    assert values(content, "gaps", kind="refused") == [2]
    assert values(content, "gaps_blinding", blinds="coverage")[0] > 0


def test_a_guest_that_was_never_backed_up_is_not_one_of_which_nothing_is_known() -> None:
    content = text("many-faults")
    assert values(content, "guest_value_missing", id="qemu/105", metric="last_success_timestamp_seconds", why="none")
    assert values(content, "guest_backups", id="qemu/105") == [0]
    assert values(content, "guest_last_success_timestamp_seconds", id="qemu/100") == [1772586061]
    assert values(content, "guest_last_success_size_bytes", id="qemu/100") == [34359738368]
    assert values(content, "guest_covered", id="lxc/104") == [0]


def test_every_code_has_a_series_before_it_is_ever_found() -> None:
    shown = {sample.labels["code"] for sample in families(text("empty"))["anomalies_by_code"].samples}
    assert shown == {rule.code for rule in all_rules()}
    assert sum(values(text("many-faults"), "anomalies")) == len(STORIES["many-faults"]().anomalies)
    assert sum(values(text("many-faults"), "anomalies_by_code")) == len(STORIES["many-faults"]().anomalies)


def test_the_names_of_guests_are_labels_and_cannot_be_more() -> None:
    named = {
        sample.labels["vm_id"]: sample.labels["name"] for sample in families(text("hostile"))["guest_info"].samples
    }
    assert named["101"] == "\"'><img src=x onerror=alert(1)>"
    assert named["112"] == "``` fence ``` ~~~ ``two`` \\` \\"
    assert len(text("hostile").encode()) < 300_000


@given(st.text(), st.text())
def test_any_text_can_be_a_label(name: str, other: str) -> None:
    family = Family("guest_info", "What.")
    family.add(1, written(name=name, other=other))
    (read,) = families(exposition(PREFIX, [family])).values()
    assert len(read.samples) == 1
    if name.isprintable() and len(name) < 1000:
        assert read.samples[0].labels["name"] == name


def test_the_text_is_the_same_in_every_language_so_that_files_of_several_clusters_agree() -> None:
    for story in STORIES.values():
        assert prometheus_report(story(), ENGLISH) == prometheus_report(story(), load_language("fr"))


def test_a_number_no_reader_can_take_is_still_a_number() -> None:
    content = prometheus_report(report_of((covered(guest(100), last_success=success(size=10**400)),)), ENGLISH)
    assert values(content, "guest_last_success_size_bytes") == [10**300]
