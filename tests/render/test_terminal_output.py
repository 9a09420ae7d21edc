"""What the terminal shows: whole, inert, and without colours in a pipe."""

import re
from io import StringIO

import pytest
from rich.console import Console

from pve_backup_report.model.report import Report
from pve_backup_report.render.coverage_table import print_coverage
from pve_backup_report.render.explain_text import print_explanation
from pve_backup_report.render.inventory import print_inventory
from pve_backup_report.render.language import load_language
from pve_backup_report.render.summary_text import print_summary
from render.sample_facts import covered, guest, node
from render.sample_hostile import HOSTILE
from render.sample_report import report_of
from render.stories import STORIES

ENGLISH = load_language("en")
PRINTERS = (print_summary, print_inventory, print_coverage)
CONTROL = re.compile(
    r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)


def piped(report: Report, vmid: int | None = None, code: str = "en", console: Console | None = None) -> str:
    output = StringIO()
    console = console or Console(file=output)  # the hostile text must be harmless with markup and emoji on, too
    console.file = output
    language = load_language(code)
    if vmid is not None:
        assert print_explanation(report, vmid, language, console)
    else:
        for show in PRINTERS:
            show(report, language, console)
    return output.getvalue()


@pytest.mark.parametrize("story", STORIES)
@pytest.mark.parametrize("code", ["en", "fr"])
def test_a_pipe_gets_no_control_characters(story: str, code: str) -> None:
    report = STORIES[story]()
    texts = [piped(report, code=code), *(piped(report, each.guest.vmid, code) for each in report.analysis.guests)]

    assert not [text for text in texts if CONTROL.search(text)]


def test_markup_and_emoji_names_are_shown_as_typed() -> None:
    text = piped(STORIES["hostile"]())

    assert "[red]rich[/red]" in text
    assert ":boom:" in text
    assert "\\x1b[31mred\\x1b[0m\\x07\\x9b2J" in text
    assert "\\u202egpj.exe" in text


def test_codes_are_whole_in_a_pipe() -> None:
    text = piped(STORIES["many-faults"]())
    rows = [line.split() for line in text.splitlines()]

    assert ["104", "lxc", "not", "specified", "pve2", "uncovered", "storage-disabled", "weekly", "-"] in rows
    assert any("da39a3ee5e6b4b0d3255bfef95601890afd80709:1" in row for row in rows)


def test_a_upid_is_whole_in_a_pipe() -> None:
    assert "UPID:pve1:00001A2B:0003C4D5:69A7846A:vzdump::root@pam:" in piped(STORIES["many-faults"](), 101).split()


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_a_narrow_terminal_folds_and_drops_nothing(width: int) -> None:
    console = Console(force_terminal=True, color_system=None, width=width, legacy_windows=False)
    text = piped(STORIES["many-faults"](), console=console)

    assert max(len(line) for line in text.splitlines()) <= width
    assert "…" not in text


def test_a_terminal_sees_colours_and_the_words_say_the_same_without_them() -> None:
    console = Console(force_terminal=True, color_system="standard", width=200, legacy_windows=False)
    coloured = piped(STORIES["many-faults"](), 104, console=console)
    plain = piped(STORIES["many-faults"](), 104)

    assert "\x1b[1;31m" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured).replace("─", "").split() == plain.replace("─", "").split()


def test_an_explanation_tells_every_job_volume_run_archive_and_gap() -> None:
    text = piped(STORIES["many-faults"](), 104)

    assert "not covered: the job’s storage is disabled  [uncovered, storage-disabled]" in text
    assert re.search(r"weekly +selects it but does not count: the job’s storage is disabled +old-nas", text)
    assert re.search(r"backup-daily +does not select it", text)
    assert re.search(r"mp0 +left out +a mount point without backup=1 is left out +32\sGiB", text)
    assert re.search(r"mp1 +left out +a bind mount is never taken", text)
    assert "HTTP 595 No route to host" in text
    assert re.search(r"failed +4\ss +pbs1 +job failed with err -5", piped(STORIES["many-faults"](), 101))
    assert re.search(r"pbs1 +verified +32\sGiB", piped(STORIES["many-faults"](), 101))


def test_what_was_not_seen_is_said_and_never_called_none() -> None:
    report = STORIES["audit-only"]()
    text = piped(report, 100)

    for sentence in (
        "The backup jobs could not be seen.",
        "Its configuration could not be seen.",
        "Nothing proves that every run was seen.",
        "The storages were not all seen; there may be more.",
    ):
        assert sentence in text
    assert "Backup jobs perhaps not all" in piped(report)


def test_long_lists_of_evidence_are_cut_with_their_number() -> None:
    verdict = covered(guest(100), runs=covered(guest(100)).runs * 25)

    assert "  and 20 more" in piped(report_of((verdict,)), 100)


def test_an_unknown_guest_is_told_by_the_result_alone() -> None:
    output = StringIO()

    assert not print_explanation(STORIES["healthy"](), 999, ENGLISH, Console(file=output))
    assert output.getvalue() == ""


def test_the_summary_lists_the_worst_and_counts_the_rest() -> None:
    text = piped(STORIES["hostile"]())

    assert "  and 5 more" in text
    assert text.startswith("Action needed\n15 of 15 guests are covered only in part.")


def test_a_hostile_node_name_cannot_widen_a_table_without_end() -> None:
    report = report_of(nodes=(node(HOSTILE[11]),))

    assert max(len(line) for line in piped(report).splitlines()) < 1000
