"""Traps in listed archives: which of them are good, whose they are, when they were made, and what was not listed."""

from dataclasses import replace

import pytest

from laws.trap_worlds import (
    DAY,
    DB,
    DUE,
    HOUR,
    NAS,
    NIGHTLY,
    NOW,
    PBS,
    TO_PBS,
    WEB,
    archive,
    at,
    clock,
    conclude,
    night,
    refused,
    rotated,
    run,
    task,
    world,
)
from pve_backup_report.model.answer import Answer, AnswerKind
from simulator import PRESETS, Archive, Node, Storage, World
from simulator.builders import ct, local, local_lvm, nfs, pbs, vm
from tape_from_simulator import record

OLD = archive(WEB, DUE - DAY + 5)
NEW = archive(WEB, DUE + 5)
CONTENT = "/nodes/pve1/storage/nas/content"


def of_web(*archives: Archive, **more: object) -> World:
    """A VM whose nights no log tells of, and these archives."""
    return world(**{**rotated(), "guests": (WEB,), "archives": archives, **more})


def on_pbs(*archives: Archive, **more: object) -> World:
    return of_web(*archives, **{"storages": (local(), PBS), "jobs": (TO_PBS,), **more})


def named(filename: str, **more: object) -> Archive:
    return replace(NEW, filename=filename, **more)  # type: ignore[arg-type]  # the tests name fields of an archive


def snapshot(when: int, **more: object) -> Archive:
    return replace(archive(WEB, when, PBS), **more)  # type: ignore[arg-type]  # the tests name fields of an archive


SPACE = pbs("b", namespace="b")
LEFT_BY_CONTAINER = of_web(named("vzdump-lxc-100-2026_03_04-01_00_05.tar", type="lxc"))
UNFINISHED = snapshot(DUE + 5, finished=False)
# name: (the world, freshness of VM 100, its good backups)
CASES: dict[str, tuple[World, str, int]] = {
    "a file": (of_web(OLD, NEW), "fresh", 2),
    "an old file": (of_web(OLD), "late", 1),
    "no file": (of_web(), "never", 0),
    "a snapshot without a manifest": (on_pbs(UNFINISHED), "never", 0),
    "a snapshot without a manifest after a good one": (on_pbs(snapshot(DUE - DAY), UNFINISHED), "late", 1),
    "a snapshot that failed its verification": (
        on_pbs(snapshot(DUE - DAY, verification="ok"), snapshot(DUE + 5, verification="failed")),
        "late",
        1,
    ),
    "a file of an earlier container with that id": (LEFT_BY_CONTAINER, "never", 0),
    "an old OpenVZ file": (of_web(named("vzdump-openvz-100-2026_03_04-01_00_05.tar")), "never", 0),
    "a disk image in that directory": (of_web(named("vm-100-disk-0.qcow2")), "never", 0),
    "a file that is still written": (of_web(named("vzdump-qemu-100-2026_03_04-01_00_05.vma.dat")), "never", 0),
    "the file of another id": (of_web(named("vzdump-qemu-1001-2026_03_04-01_00_05.vma", vmid=1001)), "never", 0),
    "a protected file": (of_web(replace(NEW, protected=True)), "fresh", 1),
    "one file on two storages of the same export": (
        of_web(NEW, storages=(local(), NAS, replace(nfs("nas2"), extra=NAS.extra))),
        "fresh",
        1,
    ),
    "one snapshot in two storages of the same namespace": (
        on_pbs(snapshot(DUE + 5), storages=(local(), PBS, pbs("again"))),
        "fresh",
        1,
    ),
    "a snapshot in another namespace is another one": (
        on_pbs(snapshot(DUE + 5), archive(WEB, DUE + 5, SPACE), storages=(local(), PBS, SPACE)),
        "fresh",
        2,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_only_good_archives_of_this_very_guest_count(name: str) -> None:
    made, freshness, backups = CASES[name]
    said = conclude(made)[100]
    assert (str(said.freshness), said.backups) == (freshness, backups)


def test_the_same_name_on_two_nodes_is_two_files() -> None:
    here = Storage("local", content=("backup",), extra=(("path", "/var/lib/vz"),))
    both = tuple(replace(archive(WEB, DUE + 5, here), place=here.place(node)) for node in ("pve1", "pve2"))
    said = conclude(of_web(*both, storages=(here,), jobs=(replace(NIGHTLY, storage="local"),)))[100]
    assert (str(said.freshness), said.backups) == ("fresh", 2)


@pytest.mark.parametrize("vmid", [None, 100])
def test_a_renamed_file_without_a_time_hides_no_backup(vmid: int | None) -> None:
    path = "/nodes/pve1/storage/nas/content?content=backup"
    made = of_web(OLD)
    whole = record(made, PRESETS["root_full"]).answers[path]
    assert isinstance(whole.data, list)
    # Proxmox tells neither the time nor the guest of such a name; where it tells the guest, the time was destroyed
    renamed = {"volid": "nas:backup/golden.vma.zst", "subtype": "qemu", "size": 1 << 30}
    said = conclude(made, changes={path: replace(whole, data=[*whole.data, {**renamed, "vmid": vmid}])})[100]
    assert (str(said.freshness), said.backups) == (("late", 1) if vmid is None else ("unknown", None))


def test_a_renamed_file_is_no_younger_than_it_is() -> None:
    # the date of such a name is unknown: its ctime is that of the renaming
    renamed = replace(NEW, filename="vzdump-qemu-100-before-upgrade.vma.zst")
    assert str(conclude(of_web(OLD, renamed))[100].freshness) == "unknown"
    assert str(conclude(of_web(renamed))[100].freshness) == "unknown"
    old = replace(renamed, ctime=DUE - DAY)
    assert str(conclude(of_web(old))[100].freshness) == "late"


BORN = DUE - 3 * HOUR
REBORN = replace(WEB, created=BORN, shows_ctime=True)


@pytest.mark.parametrize("when", [BORN - DAY, BORN - 1])
def test_the_archives_of_an_earlier_guest_with_that_id_are_not_its_own(when: int) -> None:
    said = conclude(of_web(archive(WEB, when), guests=(REBORN,)))[100]
    assert (str(said.freshness), said.backups, said.last_success) == ("never", 0, None)


def test_a_guest_younger_than_the_last_time_due_is_neither_late_nor_forgotten() -> None:
    young = replace(WEB, created=DUE + HOUR, shows_ctime=True)
    for archives in ((), (OLD,)):
        assert str(conclude(of_web(*archives, guests=(young,)))[100].freshness) not in {"late", "never", "fresh"}


@pytest.mark.parametrize("outcome", ["prune", "hook"])
def test_an_archive_counts_whatever_failed_after_it(outcome: str) -> None:
    error = "error pruning backups - check log" if outcome == "prune" else "command '/hook backup-end' failed"
    failed = run(WEB, DUE + 5, "failed", stage="prune", error=error)
    said = conclude(of_web(OLD, NEW, tasks=(task("pve1", DUE + 3, failed),), nodes=world().nodes))[100]
    assert said.last_attempt is not None
    assert (str(said.freshness), str(said.last_attempt.result)) == ("fresh", "failed")
    assert said.last_success is not None
    assert clock(said.last_success.at) == "2026-03-04 01:00:05"


def test_an_archive_that_was_deleted_is_no_backup_whatever_the_log_says() -> None:
    said = conclude(of_web(OLD, tasks=(night(WEB, DUE),)))[100]
    assert str(said.freshness) == "late"
    assert said.last_success is not None
    assert clock(said.last_success.at) == "2026-03-03 01:00:05"


BROKEN: dict[str, Answer | None] = {
    "refused": refused(403),
    "the storage is not online": refused(500, "storage 'nas' is not online"),
    "it hangs": Answer(AnswerKind.TIMEOUT, error="timeout"),
    "the node does not answer": refused(596, "Connection timed out"),
    "null": Answer(AnswerKind.OK, 200, None),
    "not asked": None,
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_storage_that_was_not_listed_is_not_empty(name: str) -> None:
    # the logs were rotated away: nothing else can tell
    for archives in ((), (archive(WEB, DUE - DAY + 5, local()),)):
        said = conclude(of_web(*archives, NEW), changes={CONTENT: BROKEN[name]})[100]
        assert (str(said.freshness), said.backups) == ("unknown", None)


def test_a_shared_storage_that_one_node_cannot_reach_is_listed_by_another() -> None:
    far = replace(NAS, offline_on=frozenset({"pve1"}))
    said = conclude(of_web(NEW, storages=(local(), far)))[100]
    assert str(said.freshness) in {"fresh", "unknown"}
    assert str(conclude(of_web(storages=(local(), far)))[100].freshness) in {"never", "unknown"}


def test_a_local_storage_of_a_node_that_is_down_is_not_empty() -> None:
    here = replace(local(), content=("backup",))
    moved = replace(WEB, node="pve2", lived_on=((DUE + HOUR, "pve1"),))
    made = of_web(replace(archive(WEB, DUE + 5, here), place=here.place("pve1")), guests=(moved,), storages=(here,))
    made = replace(made, jobs=(replace(NIGHTLY, storage="local"),))
    assert str(conclude(made)[100].freshness) == "fresh"
    down = replace(made, nodes=(replace(made.nodes[0], online=False), made.nodes[1]))
    assert str(conclude(down)[100].freshness) == "unknown"


NEW_YORK = "America/New_York"


def test_a_file_is_as_old_as_the_clock_of_the_node_that_made_it_says() -> None:
    # that node is down; to the one that lists the file, its name says 01:30 UTC, after the time due
    nodes = (Node("pve1", timezone="UTC", online=False), Node("pve2", timezone=NEW_YORK))
    evening, job = archive(WEB, at("2026-03-03 20:30")), replace(NIGHTLY, schedule="01:00 UTC")
    made = world(nodes=nodes, guests=(WEB,), archives=(evening,), jobs=(job,))
    assert str(conclude(made)[100].freshness) in {"unknown", "late"}


@pytest.mark.parametrize(
    ("now_on", "made_on", "hours", "false"),
    [
        pytest.param("pve2", "pve1", -1, "fresh"),
        pytest.param("pve1", "pve2", 1, "late"),
        ("pve2", "pve1", 1, "late"),
        ("pve1", "pve2", -1, "fresh"),
    ],
)
def test_the_file_of_a_guest_that_moved_into_another_zone(now_on: str, made_on: str, hours: int, false: str) -> None:
    # its name does not tell in which of the two zones it was made, and the log is gone
    where, left = {"pve1": "UTC", "pve2": NEW_YORK}, NOW - HOUR
    nodes = tuple(Node(name, timezone=zone, history_since=left) for name, zone in where.items())
    tasks = tuple(task(name, left, type="qmstart", lines=("TASK OK",)) for name in where)
    guest = replace(WEB, node=now_on, lived_on=((left, made_on),))
    file = archive(guest, DUE + hours * HOUR, where=where[made_on])
    job = replace(NIGHTLY, schedule="01:00 UTC")
    said = conclude(world(nodes=nodes, guests=(guest,), archives=(file,), jobs=(job,), tasks=tasks))[100]
    assert str(said.freshness) != false


def test_nodes_in_two_zones_count_a_file_once_and_at_its_own_time() -> None:
    nodes = (Node("pve1", timezone="UTC"), Node("pve2", timezone=NEW_YORK))
    guests = (WEB, DB)
    archives = (archive(WEB, DUE + 5), archive(DB, DUE + 5 * HOUR + 5, where=NEW_YORK))
    tasks = (night(WEB, DUE), night(DB, DUE + 5 * HOUR, where=NEW_YORK))
    said = conclude(world(nodes=nodes, guests=guests, archives=archives, tasks=tasks))
    assert {vmid: (str(guest.freshness), guest.backups) for vmid, guest in said.items()} == {
        100: ("fresh", 1),
        101: ("fresh", 1),
    }
    found = [guest.last_success.at for guest in said.values() if guest.last_success]
    assert [clock(when) for when in found] == ["2026-03-04 01:00:05", "2026-03-04 06:00:05"]


def test_a_container_does_not_inherit_the_files_of_a_machine_that_had_its_id() -> None:
    reused = ct(100, "new", "pve1")
    made = of_web(archive(vm(100, "old", "pve1"), DUE + 5), guests=(reused,), storages=(local(), local_lvm(), NAS))
    assert str(conclude(made)[100].freshness) == "never"
