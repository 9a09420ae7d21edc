"""A node's logs show its time zone only when they agree with it at each offset that it had in the last weeks."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from pve_backup_report.endpoints import pve as ep
from pve_backup_report.model.answer import Answer, AnswerKind
from pve_backup_report.model.tape import Tape
from pve_backup_report.normalize.kept_log import read_page
from pve_backup_report.normalize.zone_shown import zone_shown

HOUR = 3600
WINTER = int(datetime(2026, 2, 20, 6, tzinfo=UTC).timestamp())
CHANGED = int(datetime(2026, 4, 3, 6, tzinfo=UTC).timestamp())  # five days after summer time began in Berlin
ZONES = ("America/New_York", "Europe/Berlin")


def told(epoch: int, offset_s: int) -> str:
    """A moment as a log of a node with that offset writes it."""
    return f"{datetime.fromtimestamp(epoch, UTC) + timedelta(seconds=offset_s):%Y-%m-%d %H:%M:%S}"


def tape(now: int, *logs: tuple[int, int | None], ends: str = "Backup finished", ended: bool = True) -> Tape:
    """A tape with one log for each (hours ago, offset in hours; None for one that tells no time), the newest first."""
    answers, rows = {}, []
    for hours, offset in logs:
        begun = now - hours * HOUR
        upid = f"UPID:pve1:0000ABCD:0000ABCD:{begun:08X}:vzdump::root@pam:"
        rows.append({"upid": upid, "starttime": begun, **({"endtime": begun + 600} if ended else {}), "status": "OK"})
        lines = ["INFO: starting new backup job: vzdump 100"]
        if offset is not None:
            lines.append(f"INFO: Backup started at {told(begun + 1, offset * HOUR)}")
            lines.append(f"INFO: {ends} at {told(begun + 590, offset * HOUR)}")
        path = ep.TASK_LOG.ask(node="pve1", upid=upid, start=0, limit=5000)
        answers[path] = Answer(AnswerKind.OK, 200, {"count": 9, "lines": lines}, 9)
    answers[ep.TASKS.ask(node="pve1", limit=5000)] = Answer(AnswerKind.OK, 200, rows, len(rows))
    return Tape(now, "UTC", "test", ep.JOBS.path, 5000, 5000, answers)


@pytest.mark.parametrize("ends", ["Backup finished", "Failed"])
def test_one_log_shows_the_zone_that_it_agrees_with(ends: str) -> None:
    assert zone_shown(tape(WINTER, (4, 1), ends=ends), "pve1", ZONES) == "Europe/Berlin"
    assert zone_shown(tape(WINTER, (4, -5), ends=ends), "pve1", ZONES) == "America/New_York"


def test_a_log_that_begins_with_its_time_tells_it_all_the_same() -> None:
    whole = tape(WINTER, (4, 1))
    (path,) = (path for path in whole.answers if "/log?" in path)
    _, *lines = read_page(whole.answers[path].data).lines  # type: ignore[union-attr]
    cut = {**whole.answers, path: replace(whole.answers[path], data={"count": 9, "lines": "\n".join(lines)})}
    assert zone_shown(replace(whole, answers=cut), "pve1", ZONES) == "Europe/Berlin"


def test_a_log_of_another_offset_shows_neither() -> None:
    assert zone_shown(tape(WINTER, (4, 9)), "pve1", ZONES) is None


def test_after_a_change_of_clocks_it_takes_a_log_of_either_side() -> None:
    assert zone_shown(tape(CHANGED, (4, 2)), "pve1", ("Europe/Berlin",)) is None
    assert zone_shown(tape(CHANGED, (4, 2), (10 * 24, 1)), "pve1", ("Europe/Berlin",)) == "Europe/Berlin"


def test_one_log_that_disagrees_is_enough() -> None:
    assert zone_shown(tape(CHANGED, (4, 2), (24, 1), (10 * 24, 1)), "pve1", ("Europe/Berlin",)) is None


def test_what_is_older_than_five_weeks_shows_nothing() -> None:
    assert zone_shown(tape(WINTER, (36 * 24, 1)), "pve1", ZONES) is None


def test_a_log_without_times_and_a_task_that_runs_show_nothing_and_spoil_nothing() -> None:
    assert zone_shown(tape(WINTER, (4, None), (28, 1)), "pve1", ZONES) == "Europe/Berlin"
    assert zone_shown(tape(WINTER, (4, None)), "pve1", ZONES) is None
    assert zone_shown(tape(WINTER, (4, 1), ended=False), "pve1", ZONES) is None


def test_a_log_of_which_a_part_is_missing_shows_nothing() -> None:
    whole = tape(WINTER, (4, 1))
    for path, answer in whole.answers.items():
        if "/log?" in path:
            cut = {**whole.answers, path: Answer(AnswerKind.OK, 200, answer.data, 6000)}
            assert zone_shown(Tape(WINTER, "UTC", "test", ep.JOBS.path, 5000, 5000, cut), "pve1", ZONES) is None
