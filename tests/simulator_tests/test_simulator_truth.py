"""The truth about each guest follows the contract, and the demo tells its story."""

from dataclasses import replace

import pytest

from simulator import PRESETS, Archive, Guest, Job, Node, Pool, ProxmoxApi, Storage, Truth, World, big_world, demo_world
from simulator.builders import ct, local, local_lvm, nfs, pbs, vm
from simulator.demo import NOW
from simulator.truth import NEARNESS, GuestTruth

_JOB = Job("nightly", "02:00", storage="pbs1", vmid="100")
_BASE = World(
    now=NOW,
    nodes=(Node("pve1"), Node("pve2", online=False)),
    guests=(vm(100, "web", "pve1"),),
    pools=(Pool("prod", (100,)),),
    storages=(
        local(),
        local_lvm(),
        nfs(),
        pbs(),
        replace(nfs("far"), nodes=("pve2",)),
        replace(pbs("off"), disable=True),
        Storage("iso", content=("iso",)),
    ),
    jobs=(_JOB,),
)


def _truth(world: World) -> GuestTruth:
    return Truth.of(world).guests[100]


@pytest.mark.parametrize(
    ("job", "reason"),
    [
        (replace(_JOB, storage="gone"), "storage-missing"),
        (replace(_JOB, storage="off"), "storage-disabled"),
        (replace(_JOB, storage="iso"), "storage-without-backup-content"),
        (replace(_JOB, storage="local-lvm"), "storage-without-backup-content"),
        (replace(_JOB, storage="far"), "storage-not-on-node"),
        (replace(_JOB, all=True), "job-always-fails"),
        (replace(_JOB, storage=None, protected=True), "job-always-fails"),
        (replace(_JOB, vmid=None, pool="gone"), "no-job"),
        (replace(_JOB, node="pve2"), "job-on-other-node"),
        (replace(_JOB, schedule="2015-10-21 02:00"), "job-never-fires"),
        (replace(_JOB, enabled=False), "job-disabled"),
        (replace(_JOB, enabled=False, storage="off"), "storage-disabled"),
        (replace(_JOB, vmid=None, all=True, exclude="100"), "excluded"),
        (replace(_JOB, vmid="101"), "no-job"),
    ],
)
def test_an_uncovered_guest_has_the_reason_nearest_to_being_covered(job: Job, reason: str) -> None:
    truth = _truth(replace(_BASE, jobs=(job,)))
    assert (truth.verdict, truth.reason, truth.last_due) == ("uncovered", reason, None)


def test_a_missing_pool_may_be_that_of_a_guest_without_one() -> None:
    job = replace(_JOB, vmid=None, pool="gone")
    assert _truth(replace(_BASE, pools=(), jobs=(job,))).reason == "job-pool-missing"


def test_of_several_jobs_the_nearest_counts() -> None:
    jobs = (
        replace(_JOB, enabled=False),
        replace(_JOB, id="other", node="pve2"),
        replace(_JOB, id="third", storage="off"),
    )
    truth = _truth(replace(_BASE, jobs=jobs))
    assert truth.reasons == ("storage-disabled", "job-on-other-node", "job-disabled")
    assert truth.selected_by == ("nightly", "third")
    assert list(truth.reasons) == sorted(truth.reasons, key=NEARNESS.index)


@pytest.mark.parametrize(
    "job",
    [
        _JOB,
        replace(_JOB, storage=None),
        replace(_JOB, storage=None, dumpdir="/srv/dump"),
        replace(_JOB, vmid=None, pool="prod"),
        replace(_JOB, vmid=None, exclude="101"),
        replace(_JOB, node="pve1"),
    ],
)
def test_an_effective_job_covers(job: Job) -> None:
    truth = _truth(replace(_BASE, jobs=(job,)))
    assert (truth.verdict, truth.reason, truth.effective) == ("covered", "selected-by-job", ("nightly",))
    assert truth.last_due == NOW - 5 * 3600
    assert truth.next_due == NOW + 19 * 3600


@pytest.mark.parametrize(
    ("guest", "verdict"),
    [
        (vm(100, "a", "pve1", scsi0="32G", scsi1="8G,backup=0"), "partial"),
        (vm(100, "a", "pve1", scsi0="32G", efidisk0="4M"), "covered"),
        (vm(100, "a", "pve1", scsi0="32G", efidisk0="4M", bios="ovmf"), "covered"),
        (vm(100, "a", "pve1", scsi0="32G", unused0="local-lvm:x", scsi5="local:cloudinit,media=cdrom"), "covered"),
        (vm(100, "a", "pve1", scsi0="32G,backup=0"), "partial"),
        (ct(100, "a", "pve1", mp0="8G"), "partial"),
        (ct(100, "a", "pve1", mp0="8G,backup=1"), "covered"),
        (ct(100, "a", "pve1", mp0="/srv,mp=/srv", mp1="/dev/sdb,mp=/x,backup=1"), "covered"),
    ],
)
def test_a_volume_left_out_makes_partial_unless_it_could_never_be_saved(guest: Guest, verdict: str) -> None:
    assert _truth(replace(_BASE, guests=(guest,))).verdict == verdict


def test_the_newest_good_archive_is_finished_verified_and_within_reach() -> None:
    main, off = _BASE.storages[3].place("pve1"), _BASE.storages[5].place("pve1")
    share = "nfs:elsewhere:/gone"
    archives = (
        Archive(main, 100, "qemu", NOW - 10, 1, finished=False),
        Archive(main, 100, "qemu", NOW - 20, 9, verification="failed"),
        Archive(main, 100, "qemu", NOW - 40, 9),
        Archive(share, 100, "qemu", NOW - 30, 9, filename="vzdump-qemu-100-2026_03_04-06_59_30.vma"),
    )
    truth = _truth(replace(_BASE, archives=archives))
    assert off == main  # the disabled storage looks at the same datastore
    assert truth.newest_good == archives[2]
    assert (len(truth.archives), len(truth.reachable)) == (4, 3)


def test_the_demo_tells_its_story() -> None:
    world = demo_world()
    truth = Truth.of(world).guests
    assert [(vmid, guest.reason) for vmid, guest in truth.items() if guest.verdict != "covered"] == [
        (101, "volume-left-out"),
        (102, "volume-left-out"),
        (121, "excluded"),
        (140, "storage-not-on-node"),
    ]
    outcome = {vmid: guest.last_attempt.outcome for vmid, guest in truth.items() if guest.last_attempt}
    assert {vmid for vmid, result in outcome.items() if result != "ok"} == {110, 113}
    late = [
        vmid for vmid, guest in truth.items() if guest.newest_good and guest.newest_good.ctime < (guest.last_due or 0)
    ]
    never = [vmid for vmid, guest in truth.items() if guest.last_due and guest.newest_good is None]
    assert (late, never) == ([110, 111], [113])
    assert any(guest.template for guest in world.guests)
    assert any(archive.vmid == 105 for archive in world.archives)
    assert demo_world() == world


def test_a_big_world_is_whole() -> None:
    world = big_world(guests=60, nodes=3, runs=5)
    truth = Truth.of(world)
    assert len(world.guests) == 60
    assert {guest.verdict for guest in truth.guests.values()} == {"covered"}
    assert all(guest.newest_good for guest in truth.guests.values())
    answers = ProxmoxApi(world, PRESETS["seer"]).all_answers()
    assert {answer.status for answer in answers.values()} == {200, 500}
