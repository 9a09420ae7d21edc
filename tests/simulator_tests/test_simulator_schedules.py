"""The tiny schedule evaluator agrees with Proxmox's own wherever it dares to answer."""

from zoneinfo import ZoneInfo

import pytest

from simulator.random_jobs import NEVER, SCHEDULES
from simulator.schedule import between, last_until, next_after, parse
from simulator_tests.shared_facts import needs_shared, read_json

_PARIS = ZoneInfo("Europe/Paris")
_WEDNESDAY = 1_772_604_000  # 2026-03-04 06:00 UTC


def _known(schedule: str) -> bool:
    try:
        parse(schedule)
    except ValueError:
        return False
    return True


@needs_shared
@pytest.mark.parametrize("group", ["utc", "paris", "other_tz"])
def test_the_evaluator_agrees_with_the_vectors_it_can_read(group: str) -> None:
    compared = 0
    for vector in read_json("vectors/calendar.json")[group]:
        if vector["events"] == "invalid" or vector.get("ambiguous") or not _known(vector["expr"]):
            continue
        where = ZoneInfo(vector["tz"])
        due: int | None = vector["base"]
        for expected in vector["events"]:
            due = next_after(vector["expr"], where, due) if due is not None else None
            assert due == expected, vector
        compared += 1
    assert compared >= 20


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_the_last_event_is_followed_by_the_next_and_none_lies_between(schedule: str) -> None:
    last = last_until(schedule, _PARIS, _WEDNESDAY)
    due = next_after(schedule, _PARIS, _WEDNESDAY)
    assert last is not None
    assert due is not None
    assert last <= _WEDNESDAY < due
    assert between(schedule, _PARIS, last, due) == [due]


@pytest.mark.parametrize("schedule", NEVER)
def test_a_schedule_that_never_fires_has_no_next_event(schedule: str) -> None:
    assert next_after(schedule, _PARIS, _WEDNESDAY) is None


@pytest.mark.parametrize("schedule", ["", "*/7:00", "mon-fri 02:00", "25:99", "0 3 * * *"])
def test_what_it_does_not_know_is_refused(schedule: str) -> None:
    with pytest.raises(ValueError, match=r"simulator|invalid|range"):
        parse(schedule)
