"""A volume that the backups leave out is told; a guest without any volume in them is an error."""

from anomalies.build import GIB, conclude, facts, found, guest, job, only, severity, sight, volume
from pve_backup_report.anomalies.volume_left_out import VOLUME_LEFT_OUT
from pve_backup_report.model.anomaly import Severity
from pve_backup_report.model.guest import GuestType, VolumeWhy

SYSTEM = volume("local-lvm:vm-100-disk-0")
DATA = volume("local-lvm:vm-100-disk-1", "scsi1", VolumeWhy.BACKUP_OFF, size=200 * GIB)


def test_loud_when_a_disk_is_left_out() -> None:
    finding = only(VOLUME_LEFT_OUT, conclude(guests=(guest(100, volumes=(SYSTEM, DATA)),)))
    assert finding.subject == "qemu/100"
    assert severity(VOLUME_LEFT_OUT, finding) is Severity.WARNING
    assert facts(finding, "volumes", "size_bytes", "held") == {
        "volumes": ("scsi1",),
        "size_bytes": 200 * GIB,
        "held": ("scsi0",),
    }


def test_loud_when_a_mount_point_is_left_out() -> None:
    root = volume("local-lvm:vm-100-disk-0", "rootfs", VolumeWhy.ROOTFS)
    data = volume("local-lvm:vm-100-disk-1", "mp0", VolumeWhy.MOUNT_POINT_DEFAULT, size=None)
    finding = only(VOLUME_LEFT_OUT, conclude(guests=(guest(100, type=GuestType.LXC, volumes=(root, data)),)))
    assert finding.subject == "lxc/100"
    assert facts(finding, "volumes", "size_bytes") == {"volumes": ("mp0",), "size_bytes": None}


def test_loud_as_an_error_when_every_volume_is_left_out() -> None:
    finding = only(VOLUME_LEFT_OUT, conclude(guests=(guest(100, volumes=(DATA,)),)))
    assert severity(VOLUME_LEFT_OUT, finding) is Severity.ERROR
    assert finding.details["held"] == ()


def test_quiet_when_every_disk_is_in() -> None:
    assert found(VOLUME_LEFT_OUT, conclude()) == ()


def test_quiet_about_a_bind_mount_and_an_efi_disk_that_is_not_used() -> None:
    volumes = (
        SYSTEM,
        volume("/srv/media", "mp1", VolumeWhy.BIND_MOUNT, size=None),
        volume("local-lvm:vm-100-disk-9", "efidisk0", VolumeWhy.EFIDISK_WITHOUT_OVMF),
    )
    assert found(VOLUME_LEFT_OUT, conclude(guests=(guest(100, volumes=volumes),))) == ()


def test_quiet_about_a_guest_that_no_job_covers() -> None:
    assert found(VOLUME_LEFT_OUT, conclude(guests=(guest(100, volumes=(SYSTEM, DATA)),), jobs=())) == ()


def test_blind_when_the_volumes_were_not_seen() -> None:
    assert found(VOLUME_LEFT_OUT, conclude(guests=(guest(100, volumes=None),))) == ()


def test_blind_when_the_jobs_were_not_seen() -> None:
    hidden = conclude(guests=(guest(100, volumes=(SYSTEM, DATA)),), jobs=(), sight=sight(jobs=False))
    assert found(VOLUME_LEFT_OUT, hidden) == ()
    assert (
        only(VOLUME_LEFT_OUT, conclude(guests=(guest(100, volumes=(DATA,)),), jobs=(job("n"),))).subject == "qemu/100"
    )


def test_loud_about_what_matters_alone() -> None:
    bind = volume("/srv/media", "mp1", VolumeWhy.BIND_MOUNT, size=None)
    finding = only(VOLUME_LEFT_OUT, conclude(guests=(guest(100, volumes=(SYSTEM, DATA, bind)),)))
    assert facts(finding, "volumes", "size_bytes") == {"volumes": ("scsi1",), "size_bytes": 200 * GIB}
