"""What the first screens show: the worst guests, the days, the night and the room."""

from dataclasses import replace
from datetime import date

import pytest

from pve_backup_report.coverage.sizes import sizes_of
from pve_backup_report.model.anomaly import Acknowledged, Severity
from pve_backup_report.model.day import DayState
from pve_backup_report.model.guest import VolumeWhy
from pve_backup_report.model.report import Report
from pve_backup_report.model.room import Room
from pve_backup_report.model.task import LogState, RunResult, Task
from pve_backup_report.model.verdict import Freshness, GuestVerdict, Reason, Verdict
from pve_backup_report.render.answer import answer
from pve_backup_report.render.day_grid import DayGrid, day_grid
from pve_backup_report.render.fill_row import fill_rows
from pve_backup_report.render.language import load_language
from pve_backup_report.render.night import WIDTH, Night, night
from pve_backup_report.render.page import page
from pve_backup_report.render.wording import Wording
from pve_backup_report.render.worst_row import worst_guests
from render.sample_facts import DAY, DUE, GIB, NOW, anomaly, covered, disk, guest, judged, node, run, storage, volume
from render.sample_report import report_of

ENGLISH = load_language("en")
OK, FAILED, MISSED, NONE_DUE, UNKNOWN = DayState


def wording_of(report: Report) -> Wording:
    return Wording.of(report, ENGLISH)


def lost(vmid: int, reason: Reason = Reason.NO_JOB, **changes: object) -> GuestVerdict:
    made = replace(guest(vmid, f"vm{vmid}"), **changes)  # type: ignore[arg-type] # replace() refuses what is no field
    return judged(made, Verdict.UNCOVERED, reason)


def worst(*guests: GuestVerdict) -> list[int]:
    report = report_of(guests)
    return [each.row.vmid for each in worst_guests(report, wording_of(report))]


def test_the_worst_guests_come_first_and_good_ones_not_at_all() -> None:
    late = covered(guest(1), freshness=Freshness.LATE)
    later = covered(guest(2), freshness=Freshness.LATE, failures=3)
    never = covered(guest(3), freshness=Freshness.NEVER, last_success=None)
    on_purpose = judged(guest(6), Verdict.EXEMPT, Reason.EXCLUDED)
    assert worst(covered(guest(5)), late, later, never, lost(4), on_purpose) == [3, 4, 2, 1]


def test_among_equals_the_running_one_and_the_larger_one_come_first() -> None:
    small, large = lost(1), lost(2, volumes=(volume(size=900 * GIB),))
    assert worst(lost(3, status="stopped"), small, large) == [2, 1, 3]


def test_a_guest_that_somebody_excluded_comes_after_one_that_was_forgotten() -> None:
    assert worst(lost(1, Reason.EXCLUDED), lost(2)) == [2, 1]


def test_the_remedy_is_that_of_its_gravest_anomaly_and_the_anomaly_is_not_told_twice() -> None:
    told = anomaly("guest-uncovered", Severity.WARNING, "qemu/4", message="No job.", remedy="Add a job.", details={})
    other = anomaly("guest-uncovered", Severity.WARNING, "job/x", message="A job.", remedy="Mend it.", details={})
    shown = page(report_of((lost(4),), anomalies=(told, other)), ENGLISH)
    assert [each.remedy for each in shown.worst] == ["Add a job."]
    assert [item.message for group in shown.others for item in group.items] == ["A job."]
    assert [item.message for group in shown.troubles for item in group.items] == ["No job.", "A job."]


def test_the_remedy_of_another_matter_does_not_stand_beside_an_acknowledged_state() -> None:
    known = Acknowledged(1, None, "it moves", "ana", date(2026, 3, 31))
    never = replace(
        anomaly("never-backed-up", Severity.ERROR, "qemu/4", message="Never.", remedy="Back it up.", details={}),
        acknowledged=known,
    )
    other = anomaly("policy-copies-missing", Severity.WARNING, "qemu/4", message="One.", remedy="Copy it.", details={})
    told = covered(guest(4), freshness=Freshness.NEVER, last_success=None)
    (shown,) = page(report_of((told,), anomalies=(never, other)), ENGLISH).worst
    assert shown.remedy is not None
    assert "ana" in shown.remedy
    assert "Copy it." not in shown.remedy


def grid_of(*months: tuple[DayState, ...]) -> DayGrid:
    guests = tuple(covered(guest(100 + number), days=days) for number, days in enumerate(months))
    report = report_of(guests)
    grid = day_grid(report.analysis.guests, wording_of(report))
    assert grid is not None
    return grid


def test_days_that_look_alike_are_one_run_and_bad_ones_stand_alone() -> None:
    (row,) = grid_of((UNKNOWN,) * 2 + (OK,) * 24 + (FAILED, FAILED, MISSED, NONE_DUE)).uneven
    assert [(each.state, each.count) for each in row.runs] == [
        ("unknown", 2), ("ok", 24), ("failed", 1), ("failed", 1), ("missed", 1), ("none-due", 1),
    ]  # fmt: skip
    assert [each.title for each in row.runs][2:5] == ["1\u00a0Mar: failed", "2\u00a0Mar: failed", "3\u00a0Mar: missed"]
    assert row.told == "2 failed, 1 missed, 2 unknown"


def test_the_worst_month_comes_first_and_even_ones_are_apart() -> None:
    good, bad, worse = (OK,) * 30, (OK,) * 29 + (FAILED,), (MISSED,) * 30
    grid = grid_of(good, bad, worse, (UNKNOWN,) * 30)
    assert ([row.vmid for row in grid.uneven], [row.vmid for row in grid.even]) == ([102, 101], [100, 103])
    assert (grid.first, grid.last, len(grid.labels)) == ("3\u00a0Feb", "4\u00a0Mar", 6)


def test_without_any_day_there_is_no_calendar() -> None:
    assert day_grid((), wording_of(report_of())) is None


def night_of(*guests: GuestVerdict, nodes: tuple[str, ...] = ("pve1",)) -> Night:
    report = report_of(guests, nodes=tuple(node(name) for name in nodes))
    return night(report.analysis.cluster, wording_of(report))


def test_runs_at_the_same_time_lie_below_each_other() -> None:
    first = covered(guest(100), runs=(run(100, DUE),))
    second = covered(guest(101), runs=(run(101, DUE + 60, RunResult.FAILED),))
    third = covered(guest(102), runs=(run(102, DUE + 3600),))
    (lane,) = night_of(first, second, third).lanes
    assert [(bar.row, bar.tone) for bar in lane.bars] == [(0, "good"), (1, "bad"), (0, "good")]
    assert (lane.rows, [(sign.word, count) for sign, count in lane.counts]) == (2, [("finished", 2), ("failed", 1)])
    assert lane.bars[0].title == "100 web: 02:00, ✓ finished, 3\u00a0min\u00a05\u00a0s"


def test_a_bar_never_leaves_the_lane_and_a_running_one_ends_now() -> None:
    long = covered(guest(100), runs=(replace(run(100, NOW - 7 * 3600, RunResult.RUNNING), duration_s=None),))
    short = covered(guest(101), runs=(run(101, NOW),))
    (lane,) = night_of(long, short).lanes
    assert all(bar.start >= 0 and bar.start + bar.length <= WIDTH and bar.length > 0 for bar in lane.bars)
    assert lane.bars[0].length > WIDTH // 2


def test_a_run_of_the_day_before_is_not_of_this_night() -> None:
    assert night_of(covered(guest(100), runs=(run(100, NOW - DAY - 1),))).runs == 0


def test_a_node_whose_tasks_are_hidden_is_not_called_quiet() -> None:
    report = report_of(nodes=(node("pve1"), node("pve2", "offline")))
    lanes = night(report.analysis.cluster, wording_of(report)).lanes
    assert [(lane.node, lane.seen) for lane in lanes] == [("pve1", True), ("pve2", False)]


def test_a_thousand_runs_make_few_bars_and_keep_every_failure() -> None:
    results = [RunResult.FAILED if number == 500 else RunResult.OK for number in range(1000)]
    runs = tuple(replace(run(100, DUE + 20 * number, result), duration_s=18) for number, result in enumerate(results))
    (lane,) = night_of(covered(guest(100), runs=runs)).lanes
    assert len(lane.bars) < 10
    assert [bar.tone for bar in lane.bars].count("bad") == 1


@pytest.mark.parametrize(
    ("used", "percent", "tone"),
    [(0, 0, "good"), (899, 89, "good"), (900, 90, "fair"), (970, 97, "bad"), (2000, 100, "bad")],
)
def test_how_full_a_place_is(used: int, percent: int, tone: str) -> None:
    report = report_of(storages=(storage(states=(disk("pve1", used * GIB),)),))
    (row,) = fill_rows(report.analysis, wording_of(report))
    assert (row.percent, row.sign.tone, row.where, row.forecast) == (percent, tone, None, None)


def test_a_local_storage_has_a_bar_on_each_node_and_tells_of_its_own_next_run() -> None:
    place = storage("local", shared=False, type="dir", states=(disk("pve1", 100 * GIB), disk("pve2", 990 * GIB)))
    report = report_of(storages=(place,))
    room = Room(
        "local", shared=False, node="pve2", job="j", due=DUE + DAY, needed=20 * GIB, free=10 * GIB, vmids=(100,)
    )
    rows = fill_rows(replace(report.analysis, rooms=(room,)), wording_of(report))
    assert [(row.where, row.short) for row in rows] == [("pve1", False), ("pve2", True)]
    assert rows[0].forecast is None
    assert "20\u00a0GiB of 10\u00a0GiB free" in (rows[1].forecast or "")


def test_places_that_take_no_backups_have_no_bar() -> None:
    images = storage("lvm", content=("images",))
    report = report_of(storages=(images, storage("off", enabled=False)))
    assert fill_rows(report.analysis, wording_of(report)) == ()


def test_a_place_whose_use_was_not_seen_says_so() -> None:
    half = storage("local", shared=False, type="dir", states=(disk("pve1", None), disk("pve2", 100 * GIB)))
    report = report_of(storages=(storage("dark", states=()), storage("dim", states=(disk("pve1", None),)), half))
    rows = fill_rows(report.analysis, wording_of(report))
    assert [(row.name, row.where, row.percent, row.sign.word) for row in rows] == [
        ("dark", None, None, "not seen"), ("dim", None, None, "not seen"), ("local", "pve1", None, "not seen"),
        ("local", "pve2", 10, "10\u00a0%"),
    ]  # fmt: skip


def test_a_node_with_a_task_whose_log_is_lost_is_not_called_quiet() -> None:
    report = report_of(nodes=(node("pve1"),))
    lost = Task(
        upid="UPID:x", node="pve1", start=NOW - 3600, end=NOW - 60, vmid=None, status="OK", log=LogState.GONE,
        log_error=None, job_error=None,
    )  # fmt: skip
    for task, seen in (
        (lost, False),
        (replace(lost, log=LogState.READ), True),
        (replace(lost, start=NOW - 2 * DAY), True),
    ):
        (lane,) = night(replace(report.analysis.cluster, tasks=(task,)), wording_of(report)).lanes
        assert lane.seen is seen


def test_bytes_count_what_is_left_out_as_not_covered() -> None:
    kept, dropped = volume(size=30 * GIB), volume("scsi1", VolumeWhy.BACKUP_OFF, size=10 * GIB)
    mount = volume("mp0", VolumeWhy.BIND_MOUNT, size=1000 * GIB)
    partial = covered(guest(1, volumes=(kept, dropped, mount)), verdict=Verdict.PARTIAL)
    sizes = sizes_of((partial, lost(2, volumes=(volume(size=60 * GIB),))))
    assert (sizes.covered, sizes.uncovered, sizes.wanted, sizes.unsized) == (30 * GIB, 70 * GIB, 100 * GIB, 0)


def test_a_size_that_is_not_known_never_makes_a_hundred_percent() -> None:
    known, unknown = covered(guest(1)), covered(guest(2, volumes=(volume(size=None),)))
    whole = report_of((known,))
    assert answer(whole, wording_of(whole)).covered_size == "100\u00a0%"
    part = report_of((known, unknown))
    told = answer(part, wording_of(part))
    assert (told.covered_size, told.unsized) == (None, 1)
