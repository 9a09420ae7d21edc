"""Mornings in a row: what each report says of those before it, in SQLite and in PostgreSQL."""

from dataclasses import replace
from pathlib import Path

from history.lab import DAY, DB, GUESTS, MAIL, NIGHTLY, NOW, STORAGES, WEB, Keeper, lab, morning
from pve_backup_report.model.past import Change, ChangeKind, Kind
from pve_backup_report.model.policy import Policy
from pve_backup_report.model.report import Report
from pve_backup_report.settings.policy_file import tag_exemptions
from simulator import Job, Node
from simulator.builders import vm


def told(report: Report, *kinds: Kind) -> list[tuple[str, str]]:
    assert report.past is not None
    wanted = kinds or (Kind.GUEST, Kind.JOB, Kind.STORAGE, Kind.NODE)
    return [(str(change.kind), change.key) for change in report.past.changes if change.what in wanted]


def test_a_first_run_has_nothing_to_compare(place: Path | str) -> None:
    report = Keeper(place).run(lab())
    assert report.past is not None
    assert (report.past.previous, report.past.changes, report.past.changed) == (None, (), None)
    assert report.past.guests["qemu/100"].verdict_since == NOW


def test_a_morning_like_the_one_before_changes_nothing(place: Path | str) -> None:
    keeper = Keeper(place)
    keeper.run(lab())
    report = keeper.run(lab(now=NOW + DAY))
    assert report.past is not None
    assert report.past.previous is not None
    assert (report.past.previous.at, report.past.changes, report.past.changed) == (NOW, (), False)
    assert report.past.guests["qemu/100"].verdict_since == NOW
    assert keeper.faults == []


def test_what_came_and_went_is_told(place: Path | str) -> None:
    keeper = Keeper(place)
    some = Job("some", "01:30", storage="nas", vmid="100,101")
    keeper.run(lab(jobs=(some,)))
    git = vm(104, "git", "pve2")
    changed = replace(some, schedule="02:30", vmid="100")
    report = keeper.run(
        lab(guests=(WEB, DB, git), jobs=(changed, replace(NIGHTLY, id="late", enabled=False)), now=NOW + DAY)
    )
    assert told(report) == [
        ("newly-uncovered", "qemu/101"),
        ("newly-uncovered", "qemu/104"),
        ("gone", "lxc/102"),
        ("new", "qemu/104"),
        ("changed", "some"),
        ("new", "late"),
    ]
    assert report.past is not None
    job = next(change for change in report.past.changes if change.key == "some")
    assert job.fields == ("schedule", "vmids")
    assert report.past.guests["qemu/101"].verdict_since == NOW + DAY


def test_recovery_is_told_and_uncovered_since_counts_from_the_first_morning(place: Path | str) -> None:
    keeper = Keeper(place)
    some = Job("some", "01:30", storage="nas", vmid="100,101")
    for day in range(3):
        report = keeper.run(lab(jobs=(some,), now=NOW + day * DAY))
    assert report.past is not None
    assert report.past.guests["lxc/102"].verdict_since == NOW
    since = report.past.anomalies_since
    assert since["guest-uncovered", "lxc/102"] == NOW
    report = keeper.run(lab(now=NOW + 3 * DAY))
    assert ("recovered", "lxc/102") in told(report)
    assert report.past is not None
    assert report.past.guests["lxc/102"].verdict_since == NOW + 3 * DAY
    assert ("gone", "guest-uncovered lxc/102") in told(report, Kind.ANOMALY)


def test_a_run_that_saw_less_loses_no_guest_and_finds_none(place: Path | str) -> None:
    keeper = Keeper(place)
    uncovered = Job("some", "01:30", storage="nas", vmid="100,101")
    keeper.run(lab(jobs=(uncovered,)))
    blind = keeper.run(lab(jobs=(uncovered,), now=NOW + DAY), "nopriv")
    assert [change for change in told(blind) if change[0] in ("gone", "new", "recovered")] == []
    seeing = keeper.run(lab(jobs=(uncovered,), now=NOW + 2 * DAY))
    assert [change for change in told(seeing) if change[0] in ("gone", "new", "newly-uncovered")] == []
    assert seeing.past is not None
    assert seeing.past.guests["lxc/102"].verdict_since == NOW


def test_what_was_lost_on_its_way_is_told_again(place: Path | str) -> None:
    keeper = Keeper(place)
    some = Job("some", "01:30", storage="nas", vmid="100,101")
    keeper.run(lab())
    lost = keeper.run(lab(jobs=(some,), now=NOW + DAY), told=False)
    again = keeper.run(lab(jobs=(some,), now=NOW + 2 * DAY))
    assert ("newly-uncovered", "lxc/102") in told(lost)
    assert told(again) == told(lost)
    assert told(keeper.run(lab(jobs=(some,), now=NOW + 3 * DAY))) == []


def test_what_only_a_gap_hid_is_no_news_when_it_is_seen_again(place: Path | str) -> None:
    keeper = Keeper(place)
    some = Job("some", "01:30", storage="nas", vmid="100,101")
    keeper.run(lab(jobs=(some,)))
    keeper.run(lab(jobs=(some,), now=NOW + DAY), "auditor_no_pools")
    blind = keeper.run(lab(jobs=(some,), now=NOW + 2 * DAY), "nopriv")
    assert [change for change in told(blind, Kind.ANOMALY) if change[0] == "gone"] == []
    seeing = keeper.run(lab(jobs=(some,), now=NOW + 3 * DAY))
    assert "newly-uncovered" not in [kind for kind, _ in told(seeing)]
    assert "new" not in [kind for kind, _ in told(seeing, Kind.ANOMALY)]
    assert seeing.past is not None
    assert seeing.past.anomalies_since["guest-uncovered", "lxc/102"] == NOW


def test_a_clock_that_jumps_forgets_nothing(place: Path | str) -> None:
    keeper = Keeper(place, keep_s=30 * DAY)
    keeper.run(lab())
    keeper.run(lab(now=NOW + 4000 * DAY))
    report = keeper.run(lab(now=NOW + DAY))
    assert report.past is not None
    assert report.past.runs == 2
    report = keeper.run(lab(now=NOW + 2 * DAY))
    assert report.past is not None
    assert report.past.previous is not None
    assert report.past.previous.at == NOW + DAY


def test_nothing_is_due_of_a_guest_that_is_exempt(place: Path | str) -> None:
    keeper = Keeper(place)
    policy = Policy(exemptions=tag_exemptions(("nobackup",)))
    exempt = tuple(replace(guest, tags="nobackup") for guest in GUESTS)
    report = keeper.run(lab(guests=exempt), policy=policy)
    assert report.past is not None
    assert [(met.met, met.missed) for met in report.past.met] == [(0, 0)] * 3


def test_a_guest_that_was_gone_for_a_morning_begins_anew(place: Path | str) -> None:
    keeper = Keeper(place)
    keeper.run(lab())
    keeper.run(lab(guests=(WEB, DB), now=NOW + DAY))
    report = keeper.run(lab(now=NOW + 2 * DAY))
    assert told(report) == [("new", "lxc/102")]
    assert report.past is not None
    assert report.past.guests["lxc/102"].verdict_since == NOW + 2 * DAY
    assert report.past.guests["qemu/100"].verdict_since == NOW


def test_clusters_in_one_history_do_not_mix(place: Path | str) -> None:
    Keeper(place, "one").run(lab())
    report = Keeper(place, "other").run(lab(guests=(WEB,), now=NOW + DAY))
    assert report.past is not None
    assert report.past.previous is None


def test_old_runs_are_forgotten_and_what_still_holds_is_not(place: Path | str) -> None:
    keeper = Keeper(place, keep_s=3 * DAY)
    for day in range(6):
        report = keeper.run(lab(now=NOW + day * DAY))
    assert report.past is not None
    assert report.past.since == NOW + DAY  # this run has not forgotten it yet
    assert report.past.guests["qemu/100"].verdict_since == NOW
    assert report.past.changes == ()


def test_days_are_known_longer_than_the_nodes_tell(place: Path | str) -> None:
    keeper = Keeper(place)
    before = keeper.run(lab())
    world = lab(now=NOW + DAY)
    forgetful = replace(world, tasks=(), archives=())
    alone, report = morning(forgetful), keeper.run(forgetful)
    kept = {guest.guest.vmid: guest.days for guest in report.analysis.guests}
    for guest in before.analysis.guests:
        assert kept[guest.guest.vmid][:-2] == guest.days[1:-1]
    assert {guest.guest.vmid: guest.days for guest in alone.analysis.guests} != kept
    assert report.past is not None
    week = report.past.met[0]
    assert (week.days, week.met) == (7, 3 * 6)


def test_the_trend_has_the_last_run_of_each_day(place: Path | str) -> None:
    keeper = Keeper(place)
    for hours in (0, 6, 30, 54):
        report = keeper.run(lab(now=NOW + hours * 3600))
    assert report.past is not None
    assert [point.at for point in report.past.trend] == [NOW + 6 * 3600, NOW + 30 * 3600]
    assert [point.summary["covered"] for point in report.past.trend] == [3, 3]


def test_a_storage_and_a_node_that_go_are_told(place: Path | str) -> None:
    keeper = Keeper(place)
    keeper.run(lab())
    world = lab(guests=(WEB, MAIL), now=NOW + DAY)
    smaller = replace(world, nodes=(Node("pve1"),), storages=STORAGES[:2])
    report = keeper.run(smaller)
    assert {("gone", "nas"), ("gone", "pve2"), ("gone", "qemu/101")} <= set(told(report))


def test_hostile_names_go_in_and_come_out(place: Path | str) -> None:
    names = ("\x00\x1b", "<b>'; DROP TABLE fact; --", "x" * 10_000)
    guests = tuple(replace(guest, name=name) for guest, name in zip(GUESTS, names, strict=True))
    keeper = Keeper(place)
    keeper.run(lab(guests=guests))
    report = keeper.run(lab(now=NOW + DAY))
    assert keeper.faults == []
    assert report.past is not None
    renamed = {change.key: change for change in report.past.changes if change.kind is ChangeKind.CHANGED}
    assert {key: change.before["name"] for key, change in renamed.items()} == dict(
        zip(("qemu/100", "qemu/101", "lxc/102"), names, strict=True)
    )
    assert isinstance(renamed["qemu/100"], Change)
