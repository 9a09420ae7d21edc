"""Each form of a value loses its names and keeps its shape."""

import pytest

from pve_backup_report.bundle.kinds import Kind
from pve_backup_report.bundle.names import Names
from pve_backup_report.bundle.values import Values


def twice(form: str, *texts: str) -> list[str]:
    """Rewrite values in two passes, as a tape is."""
    names = Names()
    for _ in range(2):
        done = [getattr(Values(names), form)(text) for text in texts]
        if names.known("") is None:
            names.settle()
    return done


@pytest.mark.parametrize(
    ("form", "text", "new"),
    [
        ("auth", "alice@corp-ad!token7", "user-1@realm-1!token-1"),
        ("auth", "root@pam", "root@pam"),
        ("auth", "root@pam!full", "root@pam!token-1"),
        ("auth", "ops-team", "group-1"),
        ("host", "10.1.2.3", "host-1"),
        ("host", "8.8.4.4", "192.88.99.1"),
        ("host", "127.0.0.1", "127.0.0.1"),
        ("host", "10.1.2.3:8007", "host-1:8007"),
        ("host", "fe80::1", "host-1"),
        ("host", "[fe80::1]:8007", "host-1:8007"),
        ("host", "vault.corp.example", "host-1.domain-1"),
        ("path", "/mnt/pve/vault/dump", "/mnt/pve/folder-1/dump"),
        ("path", "/var/lib/vz", "/var/lib/vz"),
        ("acl_path", "/storage/vault", "/storage/storage-1"),
        ("acl_path", "/storage/local", "/storage/local"),
        ("acl_path", "/vms/100", "/vms/100"),
        ("acl_path", "/access/groups", "/access/groups"),
        ("acl_path", "/access/groups/corp", "/access/groups/group-1"),
        ("acl_path", "/datastore/store1/a/b", "/datastore/datastore-1/namespace-1/namespace-2"),
        ("acl_path", "/", "/"),
        ("identifier", "qemu/100", "qemu/100"),
        ("identifier", "storage/host7/vault", "storage/name-1/name-2"),
        ("identifier", "140:scsi0", "140:scsi0"),
        ("identifier", "drive-scsi0.img.fidx", "drive-scsi0.img.fidx"),
        ("upid", "UPID:host7:00001953:0A496D0B:69A77D0B:vzdump:100:alice@corp:",
         "UPID:node-1:00001953:0A496D0B:69A77D0B:vzdump:100:user-1@realm-1:"),
        ("upid", r"UPID:h:00000A1B:0001C2D3:00000004:69A7A030:prunejob:store1\x3ap\x2dnightly:root@pam:",
         r"UPID:node-1:00000A1B:0001C2D3:00000004:69A7A030:prunejob:name\x2d2\x3aname\x2d1:root@pam:"),
        ("volid", "vault:backup/vm/100/2026-03-04T01:00:01Z", "storage-1:backup/vm/100/2026-03-04T01:00:01Z"),
        ("volid", "vault:backup/vzdump-qemu-100-2026_03_04-01_00_01.vma.zst",
         "storage-1:backup/vzdump-qemu-100-2026_03_04-01_00_01.vma.zst"),
        ("volid", "vault:backup/vzdump-qemu-100-last-of-corp.vma.zst", "storage-1:backup/file-1.vma.zst"),
        ("volid", "local-lvm:vm-100-disk-0", "local-lvm:vm-100-disk-0"),
        ("volid", "local-lvm:vm-100-corpdata", "local-lvm:file-1"),
        ("volid", "/srv/corp", "/srv/folder-1"),
        ("properties", "vault:vm-1-disk-0,size=4G,mp=/corp", "storage-1:vm-1-disk-0,size=4G,mp=/folder-1"),
        ("properties", "none,media=cdrom", "none,media=cdrom"),
        ("properties", "enabled=1,storage=vault", "enabled=1,storage=storage-1"),
        ("properties", 'type=offline,message="Call Bob"', "type=offline,message=note-1"),
        ("role", "PVEAuditor", "PVEAuditor"),
        ("role", "CorpRole", "role-1"),
        ("fingerprint", "1", "1"),
    ],
)  # fmt: skip
def test_a_value_keeps_its_shape(form: str, text: str, new: str) -> None:
    assert twice(form, text) == [new]


def test_a_fingerprint_stays_one_and_stays_the_same_however_it_is_written() -> None:
    old = "AB:CD:" * 15 + "AB:CD"
    loud, plain = twice("fingerprint", old, old.replace(":", "").lower())
    assert loud.replace(":", "").lower() == plain
    assert len(plain) == 64
    assert "abcd" not in plain


def test_a_host_and_a_server_of_the_same_short_name_stay_alike() -> None:
    names = Names()
    for _ in range(2):
        server = names.of(Kind.SERVER, "vault")
        host = Values(names).host("vault.corp.example")
        if names.known("vault") is None:
            names.settle()
    assert host.startswith(f"{server}.")
