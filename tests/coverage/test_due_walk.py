"""A calendar that is asked about one time after another goes on from event to event, and says what a search says."""

from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from anomalies.build import job
from calendar_moments import epoch
from calendar_schedules import Schedule, schedules
from pve_backup_report.coverage.due import Calendar

ZONES = ("UTC", "Europe/Paris", "Australia/Lord_Howe")
AROUND = (epoch("2026-03-29 00:00"), epoch("2026-10-25 00:00"), epoch("2026-02-27 12:00"))
STEPS_S = (1, 60, 1800, 3599, 7200, 86_400, 31 * 86_400)


@settings(max_examples=40, deadline=None)
@given(
    schedules(),
    st.sampled_from(ZONES),
    st.sampled_from(AROUND),
    st.lists(st.sampled_from(STEPS_S), min_size=3, max_size=12),
)
def test_the_last_event_is_the_same_whatever_was_asked_before(
    schedule: Schedule, zone: str, begin: int, steps: list[int]
) -> None:
    asked = Calendar(begin, ZoneInfo(zone), {})
    task = job("x", schedule=schedule.text)
    at = begin
    for step in steps:
        at += step
        fresh = Calendar(begin, ZoneInfo(zone), {})
        assert asked.last_due(task, None, at) == fresh.last_due(task, None, at), (schedule.text, at)
