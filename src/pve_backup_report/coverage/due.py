"""When a job is due: its calendar event in a node's zone."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from operator import neg
from zoneinfo import ZoneInfo

from pve_backup_report.coverage.calendar_event import CalendarEvent, InvalidCalendarEvent, parse_calendar_event
from pve_backup_report.coverage.calendar_past import events_before, last_event
from pve_backup_report.coverage.calendar_walk import next_event
from pve_backup_report.model.cluster import Cluster
from pve_backup_report.model.job import Job

_REACH = int(timedelta(days=3653).total_seconds())
_MOST_EVENTS = 2000
_STEPS = 2  # from one event to the next, before a search from a later moment is less work
# Every whole hour that is some zone's offset from UTC; the sign of these names is turned round.
_ANY_OFFSET = tuple(f"Etc/GMT{hours:+d}" for hours in range(-14, 13))


@dataclass(slots=True)
class Calendar:
    """Answers when jobs are due; the same question is only worked out once.

    Attributes:
        now: epoch of the tape.
        fallback: the zone where a node's own was not seen.
        zones: zone by node, where it was seen, or worked out from task logs.
        zones_since: epoch from which a zone that was worked out is certain, by node.
    """

    now: int
    fallback: ZoneInfo
    zones: Mapping[str, ZoneInfo]
    zones_since: Mapping[str, int] = field(default_factory=dict)
    _events: dict[str, CalendarEvent | str] = field(default_factory=dict)
    _last: dict[tuple[str, str, int], int | None] = field(default_factory=dict)
    _past: dict[tuple[str, str, int], "_Past"] = field(default_factory=dict)
    _next: dict[tuple[str, str], int | None] = field(default_factory=dict)
    _after: dict[tuple[str, str, int], int | None] = field(default_factory=dict)
    _reached: dict[tuple[str, str], int] = field(default_factory=dict)

    @classmethod
    def of(cls, cluster: Cluster) -> "Calendar":
        """Prepare the calendar of a cluster."""
        zones = {node.name: ZoneInfo(node.timezone) for node in cluster.nodes if node.timezone is not None}
        since = {node.name: node.zone_since for node in cluster.nodes if node.zone_since is not None}
        return cls(cluster.asked_at, ZoneInfo(cluster.timezone), zones, since)

    def zone(self, node: str | None) -> ZoneInfo:
        """Return a node's zone; for no node in particular, the one that most nodes share."""
        if node is not None and node in self.zones:
            return self.zones[node]
        if node is None and self.zones:
            names = sorted(zone.key for zone in self.zones.values())
            return ZoneInfo(max(names, key=names.count))
        return self.fallback

    def knows_zone(self, node: str, at: int) -> bool:
        """Tell whether a node's zone at an epoch was seen, or can be relied on: no node seen is in another one."""
        if node in self.zones:
            return at >= self.zones_since.get(node, at)
        return all(zone.key == self.fallback.key for zone in self.zones.values())

    def moved(self, node: str) -> Iterator["Calendar"]:
        """Yield this calendar with the node in each zone in which it might be."""
        for name in _ANY_OFFSET:
            yield Calendar(self.now, self.fallback, {**self.zones, node: ZoneInfo(name)})

    def error(self, job: Job) -> str | None:
        """Return why the job's schedule cannot be read; None when it can, or when there is none."""
        event = self._event(job)
        return event if isinstance(event, str) else None

    def fires(self, job: Job, node: str | None) -> bool:
        """Tell whether the job's schedule has a future event; one that only PVE can read counts when PVE tells one."""
        if isinstance(self._event(job), str):
            return job.next_run is not None and job.next_run > self.now
        return self.next_due(job, node) is not None

    def next_due(self, job: Job, node: str | None) -> int | None:
        """Return the first event after now, epoch; None when there is none."""
        event = self._event(job)
        if not isinstance(event, CalendarEvent):
            return job.next_run if event is not None and job.next_run and job.next_run > self.now else None
        zone = self.zone(node)
        key = (event.text, zone.key)
        if key not in self._next:
            self._next[key] = next_event(event, self.now, zone)
        return self._next[key]

    def first_after(self, job: Job, node: str | None, at: int) -> int | None:
        """Return the first event after ``at``, epoch; None when there is none, or the schedule cannot be read."""
        event = self._event(job)
        if not isinstance(event, CalendarEvent):
            return None
        return self._following(event, self.zone(node), at)

    def last_due(self, job: Job, node: str | None, at: int) -> int | None:
        """Return the newest event at or before ``at``, epoch, within ten years; None when there is none.

        An event in the repeated hour of autumn may fire at either of the two instants (semantics of glibc's mktime,
        which Proxmox uses): the earlier one is returned, since a backup after it is on time.
        """
        event = self._event(job)
        if not isinstance(event, CalendarEvent):
            return None
        zone = self.zone(node)
        key = (event.text, zone.key, at)
        if key not in self._last:
            found = self._newest(event, zone, at)
            self._last[key] = found if found is None or event.utc else _earlier_fold(found, zone)
        return self._last[key]

    def past_events(self, job: Job, node: str | None, since: int, until: int) -> list[int]:
        """Return the events at or before ``until``, newest first, back to the one at or before ``since``.

        Args:
            job: the job.
            node: in whose zone.
            since: epoch; where there are more than two thousand events after it, only so many are told.
            until: epoch.
        """
        event = self._event(job)
        if not isinstance(event, CalendarEvent):
            return []
        newest = self.last_due(job, node, until)
        if newest is None:
            return []
        zone = self.zone(node)
        key = (event.text, zone.key, newest)
        if key not in self._past:  # each is worked out once for all that ask
            self._past[key] = _Past([newest], events_before(event, newest, zone, _REACH), None if event.utc else zone)
        return self._past[key].back_to(since)

    def _following(self, event: CalendarEvent, zone: ZoneInfo, at: int) -> int | None:
        key = (event.text, zone.key, at)
        if key not in self._after:
            self._after[key] = next_event(event, at, zone)
        return self._after[key]

    def _newest(self, event: CalendarEvent, zone: ZoneInfo, at: int) -> int | None:
        found = self._near(event, zone, at)
        if found is None:
            found = last_event(event, at, zone, at - _REACH)
        if found is not None:
            self._reached[event.text, zone.key] = found
        return found

    def _near(self, event: CalendarEvent, zone: ZoneInfo, at: int) -> int | None:
        """Return the newest event at or before ``at`` if it is the one last found, or soon after it; else None."""
        found = self._reached.get((event.text, zone.key))
        if found is None or not at - _REACH <= found <= at:
            return None
        for _ in range(_STEPS):
            following = self._following(event, zone, found)
            if following is None or following > at:
                return found
            found = following
        return None

    def _event(self, job: Job) -> CalendarEvent | str | None:
        """Return the job's schedule, or why it cannot be read; None when there is none."""
        if job.schedule is None:
            return None
        if job.schedule not in self._events:
            try:
                self._events[job.schedule] = parse_calendar_event(job.schedule)
            except InvalidCalendarEvent as error:
                self._events[job.schedule] = str(error)  # the error itself would hold this calendar in a circle
        return self._events[job.schedule]


@dataclass(frozen=True, slots=True)
class _Past:
    """The events before one, as far as anybody asked.

    Attributes:
        known: the newest first.
        older: those before them, as the calendar has them.
        zone: whose repeated hour of autumn counts once; None where there is none.
    """

    known: list[int]
    older: Iterator[int]
    zone: ZoneInfo | None

    def back_to(self, since: int) -> list[int]:
        """Return the events back to the one at or before an epoch, the newest first, but not too many of them."""
        known = self.known
        while known[-1] > since and len(known) < _MOST_EVENTS and self._grows():
            pass
        return known[: bisect_left(known, -since, key=neg) + 1]

    def _grows(self) -> bool:
        """Work out one more event; False when there is none."""
        for found in self.older:
            if found < self.known[-1]:
                self.known.append(found if self.zone is None else _earlier_fold(found, self.zone))
                return True
        return False


def _earlier_fold(at: int, zone: ZoneInfo) -> int:
    local = datetime.fromtimestamp(at, UTC).astimezone(zone)
    return min(at, int(local.replace(fold=0).timestamp()))
