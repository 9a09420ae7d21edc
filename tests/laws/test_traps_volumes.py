"""Traps in which volumes of a guest a backup takes: the verdict, and which keys are in and out, written by hand."""

from dataclasses import replace

import pytest

from laws.trap_worlds import PBS, TO_PBS, conclude, refused, world
from pve_backup_report.model.verdict import Verdict
from simulator import Guest, Node, Replication, Snapshot
from simulator.builders import ct, local, vm

# name: (the guest's settings, verdict, keys that are in, keys that are left out)
MACHINES: dict[str, tuple[dict[str, str], str, set[str], set[str]]] = {
    "a plain disk": ({"scsi0": "32G"}, "covered", {"scsi0"}, set()),
    "a disk left out": ({"scsi0": "32G", "scsi1": "8G,backup=0"}, "partial", {"scsi0"}, {"scsi1"}),
    "left out by another word": ({"scsi0": "32G", "virtio15": "8G,backup=off"}, "partial", {"scsi0"}, {"virtio15"}),
    "a disk taken in so many words": ({"sata5": "32G,backup=1"}, "covered", {"sata5"}, set()),
    "every disk left out": ({"scsi30": "32G,backup=no"}, "partial", set(), {"scsi30"}),
    "an EFI disk without OVMF is no loss": ({"scsi0": "32G", "efidisk0": "4M"}, "covered", {"scsi0"}, {"efidisk0"}),
    "an EFI disk with OVMF": ({"bios": "ovmf", "efidisk0": "4M"}, "covered", {"efidisk0"}, set()),
    "an image, a cloud-init drive, an unused disk": (
        {"ide0": "local:iso/x.iso,media=cdrom", "ide3": "a:vm-100-cloudinit,media=cdrom", "unused0": "a:vm-100-disk-9"},
        "covered",
        set(),
        set(),
    ),
    "a drive that is none without being a CD-ROM": ({"scsi0": "none"}, "covered", {"scsi0"}, set()),
    "a raw device": ({"scsi0": "/dev/disk/by-id/x"}, "covered", {"scsi0"}, set()),
    "a raw device left out": ({"scsi0": "/dev/disk/by-id/x,backup=0"}, "partial", set(), {"scsi0"}),
}  # fmt: skip
CONTAINERS: dict[str, tuple[dict[str, str], str, set[str], set[str]]] = {
    "a root alone": ({}, "covered", {"rootfs"}, set()),
    "a mount point is left out unless told": ({"mp0": "8G"}, "partial", {"rootfs"}, {"mp0"}),
    "a mount point taken": ({"mp0": "8G,backup=1", "mp9": "8G,backup=yes"}, "covered", {"rootfs", "mp0", "mp9"}, set()),
    "one taken, one not": ({"mp0": "8G,backup=1", "mp1": "8G,backup=0"}, "partial", {"rootfs", "mp0"}, {"mp1"}),
    "a bind mount is never taken, and no loss": ({"mp0": "/srv,mp=/srv,backup=1"}, "covered", {"rootfs"}, {"mp0"}),
    "a device mount is never taken, and no loss": ({"mp0": "/dev/sdb1,mp=/srv"}, "covered", {"rootfs"}, {"mp0"}),
    "a root is taken whatever it says": ({"rootfs": "8G,backup=0"}, "covered", {"rootfs"}, set()),
    "an unused volume": ({"unused0": "local-lvm:vm-100-disk-9"}, "covered", {"rootfs"}, set()),
}  # fmt: skip


def judge(guest: Guest, verdict: str, taken: set[str], left: set[str]) -> None:
    said = conclude(world(guests=(guest,)))[guest.vmid]
    assert str(said.verdict) == verdict
    volumes = {volume.key: volume.included for volume in said.guest.volumes or ()}
    assert volumes == {**dict.fromkeys(taken, True), **dict.fromkeys(left, False)}


@pytest.mark.parametrize("name", MACHINES)
def test_a_machine_is_covered_as_far_as_its_disks_are_taken(name: str) -> None:
    settings, verdict, taken, left = MACHINES[name]
    judge(vm(100, "web", "pve1", **settings), verdict, taken, left)


@pytest.mark.parametrize("name", CONTAINERS)
def test_a_container_is_covered_as_far_as_its_mount_points_are_taken(name: str) -> None:
    settings, verdict, taken, left = CONTAINERS[name]
    judge(ct(100, "web", "pve1", **settings), verdict, taken, left)


@pytest.mark.parametrize(
    ("now", "later", "verdict"), [("backup=0", "backup=1", "partial"), ("backup=1", "backup=0", "covered")]
)
def test_a_pending_change_is_not_yet_so(now: str, later: str, verdict: str) -> None:
    guest = vm(100, "web", "pve1", scsi0="32G", scsi1=f"8G,{now}")
    waits = replace(guest, pending=(("scsi1", f"local-lvm:vm-100-disk-1,{later},size=8G"),))
    assert str(conclude(world(guests=(waits,)))[100].verdict) == verdict


def test_a_guest_on_a_dead_node_is_judged_by_its_configuration() -> None:
    nodes = (Node("pve1", timezone="UTC"), Node("pve2", timezone="UTC", online=False))
    guest = ct(101, "db", "pve2", mp0="8G")
    assert conclude(world(nodes=nodes, guests=(guest,)))[101].verdict is Verdict.PARTIAL


def test_without_a_configuration_nothing_is_called_covered_or_partial() -> None:
    changes = {"/nodes/pve1/qemu/100/config": refused(500), "/cluster/backup/nightly/included_volumes": refused(500)}
    assert conclude(world(), changes=changes)[100].verdict is Verdict.UNDETERMINED


def test_what_is_no_backup_covers_nothing() -> None:
    guest = replace(vm(100, "web", "pve1"), snapshots=(Snapshot("daily", 1_772_600_000),))
    made = world(guests=(guest,), jobs=(), replications=(Replication(100, 0, "pve1", "pve2"),))
    said = conclude(made)[100]
    assert (said.verdict, said.freshness, said.last_success) == (Verdict.UNCOVERED, None, None)


def test_a_disk_of_a_storage_that_cannot_hold_backups_is_backed_up_all_the_same() -> None:
    made = world(storages=(local(), PBS), jobs=(TO_PBS,))
    assert conclude(made)[100].verdict is Verdict.COVERED
