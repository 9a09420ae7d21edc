"""``--history`` and ``--diff``: what was kept, in each format, and what is told when there is none."""

import csv
import io
import json
from pathlib import Path

import pytest

from history.lab import DAY, DB, NOW, WEB, Keeper, lab
from program.running import run
from simulator import Job
from simulator.builders import vm

SOME = Job("some", "01:30", storage="nas", vmid="100,101")


@pytest.fixture
def kept(tmp_path: Path) -> dict[str, str]:
    """Four mornings: the mail server was covered until the third, and is gone on the fourth."""
    keeper = Keeper(tmp_path / "state", "here")
    keeper.run(lab())
    keeper.run(lab(now=NOW + DAY))
    keeper.run(lab(jobs=(SOME,), now=NOW + 2 * DAY))
    keeper.run(lab(guests=(WEB, DB, vm(104, "=cmd()", "pve2")), jobs=(SOME,), now=NOW + 3 * DAY))
    return {"STATE_DIR": str(tmp_path / "state"), "HISTORY_CLUSTER": "here", "REPORT_TIMEZONE": "UTC"}


def test_the_runs_are_listed(tmp_path: Path, kept: dict[str, str]) -> None:
    outcome = run(tmp_path, "--history", environ=kept)
    assert outcome.code == 0
    rows = [line.split() for line in outcome.out.splitlines()]
    assert [row[0] for row in rows if row and row[0].isdecimal()] == ["1", "2", "3", "4"]
    data = run(tmp_path, "--history", "--since", "2026-03-06", "--format", "json", environ=kept).data
    assert [(told["run"], told["summary"]["uncovered"]) for told in data["runs"]] == [(3, 1), (4, 1)]
    table = list(csv.DictReader(io.StringIO(run(tmp_path, "--history", "--format", "csv", environ=kept).out)))
    assert [(row["at"], row["covered"]) for row in table] == [
        ("2026-03-04T06:00:00Z", "3"),
        ("2026-03-05T06:00:00Z", "3"),
        ("2026-03-06T06:00:00Z", "2"),
        ("2026-03-07T06:00:00Z", "2"),
    ]


def test_two_runs_are_compared_in_both_languages(tmp_path: Path, kept: dict[str, str]) -> None:
    newest = run(tmp_path, "--diff", "--format", "json", environ=kept).data
    assert [(told["kind"], told["key"]) for told in newest["changes"] if told["what"] == "guest"] == [
        ("newly-uncovered", "qemu/104"),
        ("gone", "lxc/102"),
        ("new", "qemu/104"),
    ]
    for wanted in ("1", "01", "2026-03-04", "2026-03-04T06:00", "2026-03-04T07:00:00+01:00"):
        since = run(tmp_path, "--diff", wanted, "--format", "json", environ=kept).data
        assert since["before"]["run"] == 1
    assert "Newly uncovered" in run(tmp_path, "--diff", environ=kept).out
    assert "Désormais non couvert" in run(tmp_path, "--diff", "--lang", "fr", environ=kept).out


def test_one_guest_has_its_story_though_it_is_gone(tmp_path: Path, kept: dict[str, str]) -> None:
    data = run(tmp_path, "--history", "102", "--format", "json", environ=kept).data
    assert [(state["verdict"], state["since"], state["until"]) for state in data["states"]] == [
        ("uncovered", "2026-03-06T06:00:00Z", "2026-03-07T06:00:00Z"),
        ("covered", "2026-03-04T06:00:00Z", "2026-03-06T06:00:00Z"),
    ]
    assert len(data["backups"]) == 2
    assert data["days"][-1] == {"day": "2026-03-06", "state": "none-due"}
    shown = run(tmp_path, "--history", "102", environ=kept)
    assert (shown.code, shown.err) == (0, "")
    assert "mail" in shown.out
    rows = list(csv.DictReader(io.StringIO(run(tmp_path, "--history", "102", "--format", "csv", environ=kept).out)))
    assert [row["storage"] for row in rows] == ["nas", "nas"]


@pytest.mark.parametrize(
    ("argv", "environ", "word"),
    [
        (("--history",), {}, "STATE_DIR is not set"),
        (("--history",), {"STATE_DIR": "nowhere"}, "there is no history yet"),
        (("--diff", "99"), None, "no such run"),
        (("--diff", "9" * 5000), None, "no such run"),
        (("--diff", "2020-01-01"), None, "no such run"),
        (("--diff", "yesterday"), None, "this is no time. Give a run's number, or a time such as"),
        (("--history", "--since", "soon"), None, "this is no time. Give an age such as 30d, or a time such as"),
        (("--history", "999"), None, "knew such a guest. Check the guest's number; --history alone lists the runs."),
        (("--history", "0"), None, "no run of here"),
        (("--history",), {"HISTORY_CLUSTER": "there"}, "knows no cluster there"),
    ],
)
def test_what_cannot_be_shown_is_told(
    tmp_path: Path, kept: dict[str, str], argv: tuple[str, ...], environ: dict[str, str] | None, word: str
) -> None:
    given = kept if environ is None else environ if "HISTORY_CLUSTER" not in environ else {**kept, **environ}
    outcome = run(tmp_path, *argv, environ=given)
    assert (outcome.code, outcome.out) == (2, "")
    assert word in outcome.err


def test_of_two_histories_the_one_that_is_used_is_told(tmp_path: Path, kept: dict[str, str]) -> None:
    url = {"HISTORY_URL": "postgresql://nobody@127.0.0.1:1/history"}
    told = "WARNING: STATE_DIR and HISTORY_URL are both set: only HISTORY_URL is used; leave one of them out.\n"
    assert told in run(tmp_path, "--history", environ={**kept, **url}).err
    assert told not in run(tmp_path, "--history", environ=url).err
    assert told not in run(tmp_path, "--history", environ=kept).err


def test_a_broken_history_is_told_and_left_to_the_next_report(tmp_path: Path, kept: dict[str, str]) -> None:
    (tmp_path / "state" / "history.db").write_bytes(b"nonsense" * 1000)
    outcome = run(tmp_path, "--history", environ=kept)
    assert outcome.code == 2
    assert "is damaged" in outcome.err
    assert (tmp_path / "state" / "history.db").exists()


def test_the_schema_is_json(tmp_path: Path) -> None:
    assert json.loads(run(tmp_path, "--print-schema").out)["type"] == "object"
