"""Traps of backups that a log tells of and no list: a storage that is gone, a log without one, another guest's log."""

from dataclasses import replace

import pytest

from laws.trap_worlds import (
    ARGV,
    BLIND_PBS,
    DAY,
    DB,
    DUE,
    HOUR,
    NAS,
    NOW,
    PBS,
    TO_PBS,
    WEB,
    archive,
    conclude,
    night,
    run,
    task,
    world,
)
from simulator import Node, Storage, Task
from simulator.builders import local, local_lvm, nfs, vm

OLD = nfs("old")
BY_HAND = NOW - 5 * HOUR
YESTERDAY = (archive(WEB, DUE - DAY), archive(DB, DUE + 5))


def last_night_on_old() -> Task:
    return replace(task(WEB.node, DUE + 3, run(WEB, DUE + 5, storage=OLD)), argv=ARGV.replace("nas", "old"))


@pytest.mark.parametrize(
    "others",
    [
        pytest.param((), id="removed"),
        pytest.param((replace(OLD, content=("iso",)),), id="no longer for backups"),
        pytest.param(
            (Storage("old", "dir", ("backup",), nodes=("pve2",), extra=(("path", "/d"),)),), id="on other nodes only"
        ),
    ],
)
def test_a_storage_that_the_cluster_has_no_more_keeps_nobody_fresh(others: tuple[Storage, ...]) -> None:
    storages = (local(), local_lvm(), NAS, *others)
    made = world(storages=storages, tasks=(last_night_on_old(),), archives=())
    said = conclude(made)[100]
    assert (str(said.freshness), said.last_success, said.backups) == ("unknown", None, 0)


def test_a_disabled_storage_is_a_gap_and_the_log_tells() -> None:
    made = world(
        storages=(local(), local_lvm(), NAS, replace(OLD, disable=True)), tasks=(last_night_on_old(),), archives=()
    )
    said = conclude(made)[100]
    assert said.last_success is not None
    assert (str(said.freshness), said.last_success.source) == ("fresh", "task")


def by_hand(storage: Storage, *, pbs: bool = False) -> Task:
    """A backup by hand without ``--storage``: nobody asked what the node's default is."""
    made = task("pve1", BY_HAND, run(WEB, BY_HAND + 2, storage=storage), pbs=pbs)
    return replace(made, argv="vzdump 100 --mode snapshot")


def test_the_directory_of_an_archive_tells_its_storage() -> None:
    made = world(tasks=(by_hand(local()), night(DB, DUE)), archives=YESTERDAY)
    said = conclude(made)[100]
    assert said.last_success is not None
    assert (str(said.freshness), said.last_success.at) == ("late", DUE - DAY)  # the file is not there any more


def test_a_snapshot_that_is_listed_is_judged_by_its_list_wherever_its_log_says_it_is() -> None:
    nodes = (Node("pve1", timezone="UTC", vzdump_storage="pbs1"), Node("pve2", timezone="UTC"))
    made = world(
        nodes=nodes,
        storages=(local(), local_lvm(), NAS, PBS),
        tasks=(by_hand(PBS, pbs=True), night(DB, DUE)),
        archives=(*YESTERDAY, archive(WEB, BY_HAND + 2, PBS, verification="failed")),
    )
    assert str(conclude(made)[100].freshness) == "late"


def test_the_log_of_an_earlier_guest_of_the_other_type_is_not_of_this_one() -> None:
    earlier = vm(DB.vmid, "dbvm", "pve2")
    of_earlier = task("pve2", DUE + 3, run(earlier, DUE + 5, storage=PBS), pbs=True)
    made = world(
        storages=(local(), local_lvm(), BLIND_PBS),
        jobs=(TO_PBS,),
        tasks=(
            night(WEB, DUE, PBS),
            replace(of_earlier, argv=ARGV.replace("nas", "pbs1")),
        ),
        archives=(archive(WEB, DUE + 5, PBS), archive(earlier, DUE + 5, PBS)),
    )
    said = conclude(made, "auditor")[DB.vmid]
    assert (str(said.freshness), said.last_success, said.last_attempt) == ("unknown", None, None)
