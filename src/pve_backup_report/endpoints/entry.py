"""What an entry of an answer looks like: the fields that decide something, and what each of them may hold.

An entry that looks otherwise was destroyed on its way, or is not from Proxmox. What it would have told is not known:
to pass it over in silence would be to say that there is no such job, storage or backup.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from pve_backup_report.endpoints import pbs, pve


class Holds(StrEnum):
    """What a field may hold."""

    NAME = "name"  # a string that is not empty
    STRING = "string"
    TEXT = "text"  # a string, or a number as Perl may write one of digits
    NUMBER = "number"
    SIZE = "size"  # bytes
    VMID = "vmid"
    TIME = "time"  # an epoch
    FLAG = "flag"
    WORDS = "list"  # of strings, as Perl writes it or as JSON does; one at least
    VMIDS = "list of ids"  # of ids, the same; a word that is none makes each run of Proxmox fail
    ONLY_VMIDS = "list of nothing but ids"  # of ids, or of none at all
    OPTIONS = "options"  # a property string, or the object that newer versions send in its place
    FILES = "files"  # objects that each name a file
    VOLUMES = "volumes"  # objects that each name a disk, and tell whether it is taken
    VERIFICATION = "verification"  # an object with its outcome
    BACKUP_TYPE = "type of a backup"  # as a Proxmox Backup Server has them


@dataclass(frozen=True, slots=True, eq=False)  # each is one of those below
class Entry:
    """What one entry of a list holds.

    Attributes:
        must: fields that every entry has.
        may: fields that an entry can do without.
        never: fields that it cannot have.
        nulls: a field that is there may be null, as if it were not there.
        null: the fields of which that is so where it is not so of all: nothing depends on them.
        key: field of which no two entries that differ hold the same; None where they may.
    """

    must: Mapping[str, Holds]
    may: Mapping[str, Holds] = field(default_factory=dict)
    never: tuple[str, ...] = ()
    nulls: bool = True
    null: tuple[str, ...] = ()
    key: str | None = None

    def may_be_null(self, name: str) -> bool:
        """Whether a field may be null."""
        return self.nulls or name in self.null


_TASK = Entry(
    {"upid": Holds.NAME, "starttime": Holds.TIME},
    {"endtime": Holds.TIME, "status": Holds.STRING, "id": Holds.TEXT, "type": Holds.STRING},
)
_BACKUP = Entry(
    {"volid": Holds.NAME, "ctime": Holds.TIME},
    {
        "vmid": Holds.VMID,
        "size": Holds.SIZE,
        "type": Holds.STRING,
        "subtype": Holds.STRING,
        "mark": Holds.STRING,
        "protected": Holds.FLAG,
        "verification": Holds.VERIFICATION,
    },
    key="volid",
)
_PLACE = ("server", "port", "datastore", "namespace", "export", "share", "subdir", "path", "is_mountpoint")
_STATE = {"schedule": Holds.TEXT, "last-run-state": Holds.TEXT, "last-run-endtime": Holds.NUMBER}
_PBS_JOB = Entry(
    {"id": Holds.NAME, "store": Holds.NAME},
    {"ns": Holds.TEXT, "max-depth": Holds.NUMBER, "disable": Holds.FLAG, **_STATE},
)
_GUEST = Entry(
    {"vmid": Holds.VMID, "node": Holds.NAME},
    {"template": Holds.FLAG, "pool": Holds.NAME, "status": Holds.STRING, "name": Holds.TEXT, "tags": Holds.TEXT},
    nulls=False,
    null=("status", "name", "tags"),
    key="vmid",
)
_RESOURCES: Mapping[object, Entry] = {
    "qemu": _GUEST,
    "lxc": _GUEST,
    "node": Entry({"node": Holds.NAME}, {"status": Holds.STRING}),
    "storage": Entry({"storage": Holds.NAME, "node": Holds.NAME}),
    "pool": Entry({"pool": Holds.NAME}),
}
_ANY_RESOURCE = Entry({"type": Holds.NAME}, never=("vmid",))  # what has one is a guest
_ENTRIES: Mapping[str, Entry] = {
    pve.NODES.name: Entry({"node": Holds.NAME}, {"status": Holds.STRING}),
    pve.CLUSTER_STATUS.name: Entry({"type": Holds.NAME, "name": Holds.NAME}, {"ip": Holds.TEXT}),
    pve.STORAGES.name: Entry(
        {"storage": Holds.NAME, "type": Holds.NAME},
        {
            "content": Holds.WORDS,
            "nodes": Holds.WORDS,
            "disable": Holds.FLAG,
            "shared": Holds.FLAG,
            "prune-backups": Holds.OPTIONS,
            **dict.fromkeys(_PLACE, Holds.TEXT),
        },
        nulls=False,
        key="storage",
    ),
    pve.POOLS.name: Entry({"poolid": Holds.NAME}),
    pve.JOBS.name: Entry(
        {"id": Holds.NAME},
        {
            "enabled": Holds.FLAG,
            "schedule": Holds.STRING,
            "starttime": Holds.STRING,
            "dow": Holds.WORDS,
            "node": Holds.STRING,
            "all": Holds.FLAG,
            "vmid": Holds.VMIDS,
            "exclude": Holds.ONLY_VMIDS,
            "pool": Holds.STRING,
            "storage": Holds.STRING,
            "dumpdir": Holds.STRING,
            "prune-backups": Holds.OPTIONS,
            "remove": Holds.FLAG,
        },
        nulls=False,
        key="id",
    ),
    pve.ACL.name: Entry({"path": Holds.NAME}),
    pve.NOT_BACKED_UP.name: Entry({"vmid": Holds.VMID}),
    pve.REPLICATION.name: Entry({"guest": Holds.VMID, "target": Holds.NAME}),
    pve.INCLUDED_VOLUMES.name: Entry({"id": Holds.VMID}, {"type": Holds.STRING, "children": Holds.VOLUMES}),
    pve.TASKS.name: _TASK,
    pve.TASKS_PAGE.name: _TASK,
    pve.TASK_INDEX.name: _TASK,
    pve.TASK_INDEX_END.name: _TASK,
    pve.RESTORES.name: _TASK,
    pve.SNAPSHOTS.name: Entry({"name": Holds.NAME}, {"snaptime": Holds.NUMBER}),
    pve.CONTENT.name: _BACKUP,
    pve.CONTENT_OF_GUEST.name: _BACKUP,
    pve.PRUNE_PREVIEW.name: _BACKUP,
    pbs.DATASTORES.name: Entry({"store": Holds.NAME}, {"maintenance": Holds.TEXT, "mount-status": Holds.TEXT}),
    pbs.USAGE.name: Entry({"store": Holds.NAME}),
    pbs.DATASTORE_CONFIG.name: Entry({"name": Holds.NAME}),
    pbs.GC.name: Entry({"store": Holds.NAME}, _STATE),
    pbs.PRUNE_JOBS.name: _PBS_JOB,
    pbs.VERIFY_JOBS.name: _PBS_JOB,
    pbs.SYNC_JOBS.name: _PBS_JOB,
    pbs.ACL.name: Entry({"path": Holds.NAME}),
    pbs.USERS.name: Entry({"userid": Holds.NAME}),
    pbs.TASKS.name: Entry({"upid": Holds.NAME, "worker_type": Holds.NAME, "starttime": Holds.TIME}),
    pbs.NAMESPACES.name: Entry({"ns": Holds.TEXT}),
    pbs.SNAPSHOTS_OF_ROOT.name: Entry(
        {"backup-type": Holds.BACKUP_TYPE, "backup-id": Holds.NAME, "backup-time": Holds.TIME, "files": Holds.FILES},
        {"size": Holds.SIZE, "protected": Holds.FLAG, "verification": Holds.VERIFICATION},
        nulls=False,
    ),
}


def entry_of(endpoint: str, kind: object) -> Entry | None:
    """Return what an entry of a list must look like; None where nothing is asked of it.

    Args:
        endpoint: name of the question that the list is the answer to.
        kind: the entry's own ``type``, on which the fields of ``/cluster/resources`` depend.
    """
    if endpoint == pve.RESOURCES.name:
        return _RESOURCES.get(kind, _ANY_RESOURCE) if isinstance(kind, str) else _ANY_RESOURCE
    return _ENTRIES.get(endpoint)
