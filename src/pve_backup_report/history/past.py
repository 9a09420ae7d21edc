"""What the history tells about a report: changes, since when, due backups met, and the trend."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from pve_backup_report.coverage.days import days_shown
from pve_backup_report.history.changes import changes_between
from pve_backup_report.history.facts import complete_in, facts_of, plain_key
from pve_backup_report.history.met import DAY_S, REACHES, Days, KeptDay, met, remembered, streak
from pve_backup_report.history.spans import Span, since, there_since
from pve_backup_report.history.store import Store
from pve_backup_report.model.day import DayState
from pve_backup_report.model.past import GuestPast, KeptRun, Kind, Past
from pve_backup_report.model.report import Report
from pve_backup_report.model.verdict import Freshness, GuestVerdict, Verdict


def days_of(report: Report) -> tuple[date, ...]:
    """Return the dates of the days that a report shows, the oldest first."""
    cluster = report.analysis.cluster
    return days_shown(cluster.asked_at, ZoneInfo(cluster.timezone))


def with_days(
    report: Report, kept: Mapping[str, Days]
) -> tuple[Report, Mapping[str, Days], Mapping[str, Mapping[date, KeptDay]]]:
    """Remember the days of each guest.

    Args:
        report: as this run sees it.
        kept: what earlier runs knew, by guest and day.

    Returns:
        The report with the days that are known by now; all days by guest, gone guests among them; and those of them
        that are new or have changed.
    """
    shown = days_of(report)
    every: dict[str, Days] = dict(kept)
    new: dict[str, Mapping[date, KeptDay]] = {}
    guests = []
    for told in report.analysis.guests:
        key = told.guest.key
        before = kept.get(key, {})
        days = remembered(before, shown, told.days, _due(told)) if told.days else dict(before)
        every[key] = days
        new[key] = {day: state for day, state in days.items() if before.get(day) != state}
        guests.append(replace(told, days=tuple(days[day].state for day in shown)) if told.days else told)
    analysis = replace(report.analysis, guests=tuple(guests))
    return replace(report, analysis=analysis), every, new


def _due(told: GuestVerdict) -> tuple[bool, ...]:
    """Return on which days a backup was due, or may have been: what was not seen counts as unknown, and not as none."""
    open_ = told.verdict is Verdict.UNDETERMINED
    due = told.due_days or (False,) * len(told.days)
    return tuple(sure or (open_ and state is DayState.UNKNOWN) for sure, state in zip(due, told.days, strict=True))


def past_of(store: Store, report: Report) -> Callable[[Mapping[str, Days]], Past]:
    """Read what the history tells about a report.

    Args:
        store: the history of its cluster.
        report: the report.

    Returns:
        A function of the days of all guests, which ``with_days`` gives.
    """
    now = report.analysis.cluster.asked_at
    runs = store.runs()
    # what a lost message would have told is told again
    previous = next((run for run in reversed(runs) if run.told), None)
    facts = facts_of(report)
    changes = (
        changes_between(
            store.facts(previous.id),
            facts,
            complete_before=previous.complete,
            complete_after=complete_in(report),
        )
        if previous is not None
        else ()
    )
    guests, anomalies = store.spans(Kind.GUEST), store.spans(Kind.ANOMALY)
    today = days_of(report)[-1]

    def past(days: Mapping[str, Days]) -> Past:
        return Past(
            runs=len(runs),
            since=runs[0].at if runs else None,
            previous=previous,
            changes=changes,
            guests={
                told.guest.key: _guest_past(
                    told, guests.get(told.guest.key, ()), days.get(told.guest.key, {}), now, today
                )
                for told in report.analysis.guests
            },
            anomalies_since={
                (anomaly.code, anomaly.subject): there_since(
                    now, anomalies.get(plain_key(f"{anomaly.code} {anomaly.subject}"), ())
                )
                for anomaly in report.anomalies
            },
            met=met(days.values(), today),
            trend=_one_a_day(runs, now, ZoneInfo(report.analysis.cluster.timezone)),
        )

    return past


def _guest_past(told: GuestVerdict, spans: tuple[Span, ...], days: Days, now: int, today: date) -> GuestPast:
    freshness = None
    if told.freshness is not None:
        freshness = since(now, str(told.freshness), spans, "freshness", Freshness.UNKNOWN)
    return GuestPast(
        verdict_since=since(now, str(told.verdict), spans, "verdict", Verdict.UNDETERMINED),
        freshness_since=freshness,
        met=met([days], today),
        streak=streak(days),
    )


def _one_a_day(runs: tuple[KeptRun, ...], now: int, zone: ZoneInfo) -> tuple[KeptRun, ...]:
    """Return the last run of each day within the longest reach."""
    by_day = {
        datetime.fromtimestamp(run.at, UTC).astimezone(zone).date(): run
        for run in runs
        if run.at > now - REACHES[-1] * DAY_S
    }
    return tuple(by_day.values())
