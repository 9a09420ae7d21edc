"""A node's zone out of its task logs: what fits them all, and from when that is certain."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from pve_backup_report.model.task import LogState, Task
from pve_backup_report.model.task_log import TaskLog
from pve_backup_report.normalize.task_log import read_task_log
from pve_backup_report.normalize.zone_from_tasks import likely_zone

PARIS = "Europe/Paris"


def epoch(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def local(at: int, zone: str) -> str:
    return datetime.fromtimestamp(at, ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M:%S")


def ran(begin: str, zone: str, *, waited: int = 0, hook: int = 0) -> tuple[Task, TaskLog]:
    """A task of one guest and its log, written in a zone; it may have waited for the lock, or for a hook at its end."""
    start = epoch(begin)
    end = start + waited + 60
    log = read_task_log(
        [
            "INFO: starting new backup job: vzdump 100 --quiet 1 --storage nas",
            "INFO: Starting Backup of VM 100 (qemu)",
            f"INFO: Backup started at {local(start + waited + 1, zone)}",
            "INFO: Finished Backup of VM 100 (00:00:58)",
            f"INFO: Backup finished at {local(end - 1, zone)}",
            "INFO: Backup job finished successfully",
            "TASK OK",
        ]
    )
    task = Task("UPID:a", "pve1", start, end + hook, None, "OK", LogState.READ, None, None)
    return task, log


NOW = epoch("2026-03-04T10:00:00")


def test_the_zone_that_fits_is_named_after_the_other_nodes() -> None:
    found = likely_zone([ran("2026-03-03T01:00:00", PARIS)], ["UTC", PARIS], NOW)
    assert found is not None
    assert found.name == PARIS


def test_it_is_certain_since_the_last_time_that_fitting_zones_differed() -> None:
    found = likely_zone([ran("2026-03-03T01:00:00", PARIS)], [PARIS], NOW)
    assert found is not None
    # zones with one hour all year long fit as well: until the end of October they were another hour than Paris
    assert epoch("2025-10-26T00:00:00") < found.since < epoch("2025-10-28T00:00:00")


def test_summer_and_winter_logs_tell_zones_with_daylight_saving_from_others() -> None:
    both = [ran("2026-03-28T01:00:00", PARIS), ran("2026-03-30T01:00:00", PARIS)]
    found = likely_zone(both, ["Africa/Lagos", PARIS], epoch("2026-03-30T09:00:00"))
    assert found is not None
    assert found.name == PARIS


def test_half_hours_are_offsets_too() -> None:
    found = likely_zone([ran("2026-03-03T01:00:00", "Asia/Kolkata")], ["UTC"], NOW)
    assert found is not None
    zone = ZoneInfo(found.name)
    assert datetime.fromtimestamp(NOW, zone).utcoffset() == timedelta(hours=5, minutes=30)


def test_a_wait_for_the_lock_is_not_taken_for_an_offset() -> None:
    assert likely_zone([ran("2026-03-03T01:00:00", PARIS, waited=3600)], [PARIS], NOW) is None
    assert likely_zone([ran("2026-03-03T01:00:00", PARIS, hook=3600)], [PARIS], NOW) is None


def test_logs_that_no_zone_fits_tell_nothing() -> None:
    moved = [ran("2026-03-02T01:00:00", PARIS), ran("2026-03-03T01:00:00", "Asia/Tokyo")]
    assert likely_zone(moved, [PARIS], NOW) is None
    assert likely_zone([], [PARIS], NOW) is None


def test_a_change_to_summer_time_since_the_last_log_leaves_it_open() -> None:
    winter = [ran("2026-03-28T01:00:00", PARIS)]
    assert likely_zone(winter, [PARIS], epoch("2026-03-30T09:00:00")) is None
