"""What the lines inside a guest's block of a vzdump task log tell."""

import pytest

from normalize.vzdump_log import DAY, HEADER, PATH, archive, bad_end, begin, good_end, only, read, within
from pve_backup_report.model.task_log import TargetKind, VolumeTold
from pve_backup_report.normalize.task_log import is_telling


@pytest.mark.parametrize(
    ("told", "seconds"), [("00:03:12", 192), ("01:11:58", 4318), ("123:00:01", 442801), ("00:00:00", 0)]
)
def test_the_duration_is_proxmox_s_own(told: str, seconds: int) -> None:
    assert only(read(HEADER, begin(100), archive(100), good_end(100, told))).duration_s == seconds


def test_a_clock_set_back_during_a_failure_leaves_the_duration_unknown() -> None:
    log = read(HEADER, begin(100), "ERROR: Backup of VM 100 failed - x", f"INFO: Failed at {DAY} 01:59:59")
    assert (only(log).ended, only(log).duration_s) == ("2026-03-04 01:59:59", None)


@pytest.mark.parametrize(
    ("told", "size"),
    [("742KB", 759808), ("0KB", 0), ("2MB", 2097152), ("1.41GB", 1513975972), ("1.50TB", 1649267441664)],
)
def test_the_size_of_an_archive_file_is_in_units_of_1024(told: str, size: int) -> None:
    run = only(read(HEADER, begin(100), archive(100), f"INFO: archive file size: {told}", good_end(100)))
    assert run.size == size


@pytest.mark.parametrize(
    ("line", "path", "kind", "guest_type"),
    [
        ("creating vzdump archive '/b/vzdump-lxc-100-x.tar.zst'", "/b/vzdump-lxc-100-x.tar.zst", "file", "lxc"),
        ("creating archive '/b/vzdump-qemu-100-x.vma.lzo'", "/b/vzdump-qemu-100-x.vma.lzo", "file", "qemu"),
        (
            "creating Proxmox Backup Server archive 'vm/100/2026-03-04T01:00:01Z'",
            "vm/100/2026-03-04T01:00:01Z",
            "pbs",
            "qemu",
        ),
        ("creating Borg Provider archive 'borg/100'", "borg/100", "other", None),
        ("creating vzdump archive '/mnt/p", None, "file", None),
        ("sending archive to stdout", None, "other", None),
    ],
)
def test_the_archive_is_named_by_its_maker(line: str, path: str | None, kind: str, guest_type: str | None) -> None:
    headless = only(read(f"INFO: {line}", bad_end(100, "x")))
    assert (headless.archive, headless.target_kind, headless.type) == (path, kind, guest_type)


def test_the_mode_is_the_one_really_used() -> None:
    fallback = [
        "INFO: mode failure - some volumes do not support snapshots",
        "INFO: trying 'suspend' mode instead",
        "INFO: backup mode: suspend",
    ]
    assert within(*fallback).mode == "suspend"
    assert within("INFO: backup mode: stop").mode == "snapshot", "a hook said the second"
    assert only(read(HEADER, bad_end(100, "x"))).mode is None


def test_names_and_volumes_are_told_in_the_log_s_order() -> None:
    run = within(
        "INFO: VM Name: web 'one'",
        "INFO: include disk 'scsi0' 'local-lvm:vm-100-disk-0' 32G",
        "INFO: include disk 'sata0' 'local-lvm:vm-100-disk-1'",
        "INFO: exclude disk 'scsi1' 'local-lvm:vm-100-disk-2' (backup=no)",
        "INFO: exclude disk 'efidisk0' 'local-lvm:vm-100-disk-5' (efidisk but no OVMF BIOS)",
        "INFO: skip unused drive 'local-lvm:vm-100-disk-9' (not included into backup)",
        "INFO: snapshots found (not included into backup)",
        "INFO: pending configuration changes found (not included into backup)",
        "INFO: special config section found (not included into backup)",
        "INFO: VM Name: another",
    )
    assert run.name == "web 'one'"
    assert run.volumes == (
        VolumeTold("scsi0", "local-lvm:vm-100-disk-0", included=True, why=None),
        VolumeTold("sata0", "local-lvm:vm-100-disk-1", included=True, why=None),
        VolumeTold("scsi1", "local-lvm:vm-100-disk-2", included=False, why="backup=no"),
        VolumeTold("efidisk0", "local-lvm:vm-100-disk-5", included=False, why="efidisk but no OVMF BIOS"),
    )


def test_a_container_s_mount_points_are_told_once_though_it_is_prepared_twice() -> None:
    mounts = [
        "INFO: CT Name: db",
        "INFO: including mount point rootfs ('/') in backup",
        "INFO: excluding volume mount point mp0 ('/data') from backup (disabled)",
        "INFO: excluding bind mount point mp1 ('/it's (x)') from backup (not a volume)",
        "INFO: excluding device mount point mp2 ('/dev') from backup",
    ]
    run = within(*mounts, "INFO: trying 'suspend' mode instead", "INFO: backup mode: suspend", *mounts)
    assert run.name == "db"
    assert run.volumes == (
        VolumeTold("rootfs", None, included=True, why=None),
        VolumeTold("mp0", None, included=False, why="disabled"),
        VolumeTold("mp1", None, included=False, why="not a volume"),
        VolumeTold("mp2", None, included=False, why=None),
    )


@pytest.mark.parametrize(
    "line",
    [
        "INFO: stopping virtual guest",
        "INFO: stopping vm",
        "INFO: resuming VM again after 12 seconds",
        "INFO: restarting vm",
        "INFO: guest is online again after <1 seconds",
        "INFO: suspending guest",
        "INFO: starting first sync /proc/1234/root/ to /tmpdir/",
        "INFO: first sync finished - transferred 1.20G bytes in 42s",
        "INFO: create storage snapshot 'vzdump'",
        "INFO: found old vzdump snapshot (force removal)",
        "INFO: starting kvm to execute backup task",
        "INFO: skipping guest-agent 'fs-freeze', agent configured but not running?",
        "INFO: skipping guest filesystem freeze - agent configured but not running?",
        "INFO: bandwidth limit: 1000 KiB/s",
        "INFO: ionice priority: 7",
        "INFO: scsi0: dirty-bitmap status: existing bitmap was invalid and has been cleared",
        "INFO: using fast incremental mode (dirty-bitmap), 1.2 GiB dirty of 32.0 GiB total",
        "INFO:  12% (3.9 GiB of 32.0 GiB) in 5m 3s, read: 100.0 MiB/s, write: 20.0 MiB/s",
        "INFO: status: 10% (6830620672/64424509440), sparse 10% (6820663296), duration 4",
        "INFO: Waiting for server to finish backup validation...",
        "INFO: backup is sparse: 10.00 GiB (31%) total zero data",
        "INFO: backup was done incrementally, reused 31.00 GiB (96%)",
        "INFO: root.pxar: had to backup 12.3 MiB of 1.2 GiB (compressed 4.5 MiB) in 10.20s",
        "INFO: Starting backup: ct/101/2026-03-04T01:05:00Z",
        "INFO: Starting backup protocol: Wed Mar  4 02:05:00 2026",
        "INFO: enabling encryption with master key feature",
        "INFO: backup contains no disks",
        "INFO: drive-scsi0: attaching fleecing image local-lvm:vm-100-fleece-0 to QEMU",
        "INFO: filesystem type on dumpdir is 'cifs' -using /var/tmp/vzdumptmp112226_119 for temporary files",
        "INFO: removing backup 'nas:backup/vzdump-qemu-100-2026_03_01-02_00_01.vma.zst'",
        "INFO: notified via target `mail-to-root`",
        "  WARNING: Sum of all thin volume sizes exceeds the size of thin pool",
        "Removing snap: 100% complete...done.",
        "[INFO]: TrueNAS: connect : Success",
        "...",
        "",
    ],
)
def test_lines_of_the_work_itself_are_not_used(line: str) -> None:
    assert not is_telling(line)
    assert within(line) == within()


def test_what_is_said_of_volumes_after_the_archive_is_a_hook_s() -> None:
    said = "INFO: include disk 'scsi9' 'x:y' 1G"
    assert only(read(HEADER, begin(100), archive(100), said, good_end(100))).volumes == ()


def test_blanks_at_the_end_of_a_line_do_not_matter() -> None:
    lines = [HEADER, *begin(100), *archive(100), *good_end(100)]
    assert read([f"{line}  " if line.startswith("INFO: ") else line for line in lines]) == read(lines)


def test_the_archive_is_the_one_that_bears_the_guest_s_id() -> None:
    said = ["INFO: creating tar archive 'x'", "INFO: creating vzdump archive '/b/vzdump-qemu-555-x.vma'"]
    run = only(read(HEADER, begin(100), said, archive(100), said, good_end(100)))
    assert (run.archive, run.target_kind) == (PATH.format(100), TargetKind.FILE)
