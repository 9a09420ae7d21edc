"""The one line of a check: its form, its state, and that nothing untrusted gets into its figures."""

import re
from dataclasses import replace

import pytest

from pve_backup_report.model.anomaly import Severity
from pve_backup_report.model.gap import Blind, Gap, GapKind
from pve_backup_report.model.report import Report
from pve_backup_report.render.language import load_language
from pve_backup_report.render.nagios import State, nagios_check, nagios_line
from render.sample_facts import anomaly
from render.sample_report import report_of
from render.stories import STORIES

ENGLISH = load_language("en")
FIGURE = re.compile(r"(?P<label>[a-z]+)=(?P<value>\d+);(?P<warn>\d*);(?P<crit>\d*);(?P<least>\d*)(?:;(?P<most>\d+))?")


def found(severity: Severity, gaps: tuple[Gap, ...] = ()) -> Report:
    told = anomaly("some-code", severity, "qemu/100", message="It is wrong.", remedy="Mend it.", details={})
    return report_of(anomalies=(told,), gaps=gaps)


def gap(*blinds: Blind) -> Gap:
    return Gap("/cluster/backup", GapKind.REFUSED, "HTTP 403", "Sys.Audit on /", blinds)


@pytest.mark.parametrize("story", STORIES)
@pytest.mark.parametrize("code", ["en", "fr"])
def test_it_is_one_line_with_figures_behind_the_only_bar(story: str, code: str) -> None:
    state, line = nagios_check(STORIES[story](), load_language(code))
    assert line.endswith("\n")
    assert line[:-1].isprintable()
    sentence, figures = line[:-1].split(" | ")
    assert "|" not in figures
    assert sentence.startswith(f"PVE BACKUP {state.name} - ")
    assert len(sentence) < 1100
    matches = [FIGURE.fullmatch(figure) for figure in figures.split(" ")]
    assert all(matches)
    assert len({match["label"] for match in matches if match}) == len(matches) == 14


@pytest.mark.parametrize(
    ("severity", "state"),
    [
        (Severity.ERROR, State.CRITICAL), (Severity.WARNING, State.WARNING), (Severity.NOTICE, State.OK),
        (Severity.INFO, State.OK),
    ],
)  # fmt: skip
def test_the_worst_severity_makes_the_state_whatever_was_not_seen(severity: Severity, state: State) -> None:
    assert nagios_check(found(severity), ENGLISH)[0] is state
    blind = nagios_check(found(severity, (gap(Blind.COVERAGE),)), ENGLISH)[0]
    assert blind is (State.UNKNOWN if state is State.OK else state)


def test_without_anything_worse_what_was_not_seen_makes_it_unknown_and_is_told_first() -> None:
    state, line = nagios_check(report_of(gaps=(gap(Blind.COVERAGE), gap(Blind.EVIDENCE))), ENGLISH)
    assert state is State.UNKNOWN
    assert line.startswith("PVE BACKUP UNKNOWN - 2 answers missing or short; ")
    state, line = nagios_check(STORIES["audit-only"](), ENGLISH)
    assert state is State.UNKNOWN
    for words in ("3 guests undetermined", "3 guests of unknown freshness", "guests that the token cannot see"):
        assert words in line


def test_a_gap_that_blinds_nothing_leaves_it_ok() -> None:
    assert nagios_check(report_of(gaps=(gap(),)), ENGLISH)[0] is State.OK


def test_the_figures_say_from_where_on_they_are_wrong() -> None:
    _, line = nagios_check(STORIES["many-faults"](), ENGLISH)
    figures = {match["label"]: match for match in FIGURE.finditer(line.partition(" | ")[2])}
    assert (figures["errors"]["value"], figures["errors"]["crit"], figures["errors"]["warn"]) == ("1", "0", "")
    assert (figures["warnings"]["value"], figures["warnings"]["warn"], figures["warnings"]["crit"]) == ("3", "0", "")
    assert (figures["covered"]["value"], figures["covered"]["most"]) == ("5", "10")


def test_the_name_of_a_cluster_adds_no_figure_and_no_line() -> None:
    report = STORIES["healthy"]()
    cluster = replace(report.analysis.cluster, name="x | uncovered=0\n\x1b[31m\u2028\u202e`$(id)`")
    report = replace(report, analysis=replace(report.analysis, cluster=cluster))
    _, line = nagios_check(report, ENGLISH)
    assert line.count("\n") == line.count("|") == 1
    assert "x / uncovered=0" in line
    assert "\x1b" not in line
    assert "\u202e" not in line


def test_any_sentence_fits_on_the_line() -> None:
    assert nagios_line(State.UNKNOWN, "a\n\tb | c") == "PVE BACKUP UNKNOWN - a b / c"
    assert len(nagios_line(State.UNKNOWN, "x" * 100_000)) < 1100
