"""The questions the program can ask Proxmox VE: path, right it needs, what it tells, what is kept of the answer.

Paths, rights and silent filters: pve-manager PVE/API2/*.pm, pve-storage PVE/API2/Storage/*.pm, qemu-server and
pve-container PVE/API2/*.pm. Each row carries the line to try by hand on a node.
"""

from dataclasses import replace
from functools import cache

from pve_backup_report.endpoints.endpoint import Endpoint, Per, Without
from pve_backup_report.model.gap import Blind

_EVERYTHING = (Blind.INVENTORY, Blind.COVERAGE, Blind.VOLUMES, Blind.EVIDENCE)
_DATASTORE = ("Datastore.Audit", "Datastore.AllocateSpace")
LOG_PAGE = 5000

VERSION = Endpoint(
    "version",
    "/version",
    "",
    (),
    "",
    Without.NOTHING,
    Per.CLUSTER,
    (Blind.INVENTORY,),
    "the version of Proxmox VE",
    ("version", "release"),
)
NODES = Endpoint(
    "nodes",
    "/nodes",
    "",
    (),
    "",
    Without.NOTHING,
    Per.CLUSTER,
    _EVERYTHING,
    "the names of the nodes, and so every task and guest configuration",
    ("node", "status"),
)
CLUSTER_STATUS = Endpoint(
    "cluster-status",
    "/cluster/status",
    "",
    ("Sys.Audit",),
    "/",
    Without.REFUSED,
    Per.CLUSTER,
    (Blind.INVENTORY,),
    "the cluster's name and whether it has quorum",
    ("type", "name", "quorate", "online", "local", "ip"),
)
RESOURCES = Endpoint(
    "resources",
    "/cluster/resources",
    "",
    ("VM.Audit",),
    "/vms",
    Without.SHORTENED,
    Per.CLUSTER,
    _EVERYTHING,
    "guests: those without the right are missing from every list",
    (
        "type",
        "id",
        "vmid",
        "node",
        "name",
        "status",
        "template",
        "pool",
        "lock",
        "tags",
        "storage",
        "plugintype",
        "shared",
        "content",
        "disk",
        "maxdisk",
    ),
)
STORAGES = Endpoint(
    "storages",
    "/storage",
    "",
    _DATASTORE,
    "/storage",
    Without.SHORTENED,
    Per.CLUSTER,
    (Blind.INVENTORY, Blind.COVERAGE, Blind.EVIDENCE),
    "storages: a job that writes to a hidden one cannot be judged",
    (
        "storage",
        "type",
        "content",
        "disable",
        "nodes",
        "shared",
        "prune-backups",
        "maxfiles",
        "server",
        "port",
        "datastore",
        "namespace",
        "username",
        "fingerprint",
        "encryption-key",
        "export",
        "share",
        "subdir",
        "path",
        "is_mountpoint",
    ),
)
POOLS = Endpoint(
    "pools",
    "/pools",
    "",
    ("Pool.Audit",),
    "/pool",
    Without.SHORTENED,
    Per.CLUSTER,
    (Blind.INVENTORY, Blind.COVERAGE),
    "pools, and which guests are in them: a job that names a hidden pool cannot be expanded",
    ("poolid", "comment"),
)
JOBS = Endpoint(
    "jobs",
    "/cluster/backup",
    "",
    ("Sys.Audit",),
    "/",
    Without.REFUSED,
    Per.CLUSTER,
    (Blind.COVERAGE,),
    "all backup jobs: no guest can be called covered or uncovered",
    (
        "id",
        "type",
        "enabled",
        "schedule",
        "starttime",
        "dow",
        "next-run",
        "repeat-missed",
        "comment",
        "node",
        "all",
        "vmid",
        "exclude",
        "pool",
        "storage",
        "dumpdir",
        "mode",
        "compress",
        "prune-backups",
        "maxfiles",
        "remove",
        "protected",
        "notes-template",
        "fleecing",
        "exclude-path",
    ),
)
PERMISSIONS = Endpoint(
    "permissions",
    "/access/permissions",
    "",
    (),
    "",
    Without.NOTHING,
    Per.CLUSTER,
    _EVERYTHING,
    "the token's own rights: without them no list can be proven whole",
    (),
)
ACL = Endpoint(
    "acl",
    "/access/acl",
    "",
    ("Sys.Audit",),
    "/access",
    Without.SHORTENED,
    Per.CLUSTER,
    (Blind.INVENTORY,),
    "rules that take rights away on single paths",
    ("path", "ugid", "roleid", "propagate", "type"),
)
NOT_BACKED_UP = Endpoint(
    "not-backed-up",
    "/cluster/backup-info/not-backed-up",
    "",
    ("Sys.Audit",),
    "/",
    Without.REFUSED,
    Per.CLUSTER,
    (),
    "Proxmox's own list of guests without a job, to compare with",
    ("vmid", "type", "name"),
)
REPLICATION = Endpoint(
    "replication",
    "/cluster/replication",
    "",
    ("VM.Audit",),
    "/vms",
    Without.SHORTENED,
    Per.CLUSTER,
    (),
    "replication jobs, which are sometimes taken for backups",
    ("guest", "target", "schedule", "disable", "remove_job"),
)
INCLUDED_VOLUMES = Endpoint(
    "included-volumes",
    "/cluster/backup/{job}/included_volumes",
    "",
    ("Sys.Audit",),
    "/",
    Without.REFUSED,
    Per.JOB,
    (Blind.COVERAGE, Blind.VOLUMES),
    "Proxmox's own expansion of each job",
    ("children", "id", "name", "type", "included", "reason", "leaf"),
)
TASKS = Endpoint(
    "tasks",
    "/nodes/{node}/tasks",
    "typefilter=vzdump&source=all&limit={limit}",
    ("Sys.Audit",),
    "/nodes/{node}",
    Without.SHORTENED,
    Per.NODE,
    (Blind.EVIDENCE,),
    "backup tasks started by anyone else, and so what the last backups did",
    ("upid", "node", "starttime", "endtime", "type", "id", "user", "tokenid", "status"),
)
TASKS_PAGE = replace(TASKS, name="tasks-page", query=f"{TASKS.query}&start={{start}}")
TASK_INDEX = Endpoint(
    "task-index",
    TASKS.path,
    "",
    TASKS.privileges,
    TASKS.on,
    TASKS.without,
    Per.NODE,
    TASKS.blinds,
    "how far back a node's task history reaches",
    ("upid", "starttime", "endtime", "type"),
)
TASK_INDEX_END = replace(TASK_INDEX, name="task-index-end", query="start={start}&limit=1")
TASK_LOG = Endpoint(
    "task-log",
    "/nodes/{node}/tasks/{upid}/log",
    "start={start}&limit={limit}",
    ("Sys.Audit",),
    "/nodes/{node}",
    Without.REFUSED,
    Per.TASK,
    (Blind.EVIDENCE,),
    "what a task did for each of its guests",
    ("t",),
)
RESTORES = Endpoint(
    "restores",
    TASKS.path,
    "typefilter={type}&limit=500",
    TASKS.privileges,
    TASKS.on,
    TASKS.without,
    Per.NODE,
    (),
    "restores that were done, which alone show that a backup can be brought back",
    ("upid", "starttime", "endtime", "status", "user"),
)
RESTORE_LOG = Endpoint(
    "restore-log",
    "/nodes/{node}/tasks/{upid}/log",
    "start=0&limit=500",
    ("Sys.Audit",),
    "/nodes/{node}",
    Without.REFUSED,
    Per.TASK,
    (),
    "whose backup was restored",
    ("t",),
)
NODE_TIME = Endpoint(
    "time",
    "/nodes/{node}/time",
    "",
    ("Sys.Audit",),
    "/nodes/{node}",
    Without.REFUSED,
    Per.NODE,
    (Blind.EVIDENCE,),
    "the node's time zone, in which schedules and archive names are written",
    ("timezone", "time", "localtime"),
)
VZDUMP_DEFAULTS = Endpoint(
    "defaults",
    "/nodes/{node}/vzdump/defaults",
    "",
    _DATASTORE,
    "/storage/local",
    Without.REFUSED,
    Per.NODE,
    (Blind.COVERAGE,),
    "the storage that jobs without one of their own write to",
    ("storage", "dumpdir", "prune-backups", "remove"),
)
GUEST_CONFIG = Endpoint(
    "config",
    "/nodes/{node}/{type}/{vmid}/config",
    "current=1",
    ("VM.Audit",),
    "/vms/{vmid}",
    Without.REFUSED,
    Per.GUEST,
    (Blind.VOLUMES,),
    "a guest's disks and notes",
    (),
)
SNAPSHOTS = Endpoint(
    "snapshots",
    "/nodes/{node}/{type}/{vmid}/snapshot",
    "",
    ("VM.Audit",),
    "/vms/{vmid}",
    Without.REFUSED,
    Per.GUEST,
    (),
    "how old a guest's snapshots are",
    ("name", "snaptime"),
)
CONTENT = Endpoint(
    "content",
    "/nodes/{node}/storage/{storage}/content",
    "content=backup",
    _DATASTORE,
    "/storage/{storage}",
    Without.SHORTENED,
    Per.STORAGE,
    (Blind.EVIDENCE,),
    "the backups on a storage: each one also needs Datastore.Allocate there, or Datastore.AllocateSpace there "
    "and VM.Backup on its guest",
    ("volid", "ctime", "size", "vmid", "subtype", "notes", "protected", "encrypted", "verification", "state"),
)
CONTENT_OF_GUEST = replace(CONTENT, name="content-of-guest", query=f"{CONTENT.query}&vmid={{vmid}}")
PRUNE_PREVIEW = Endpoint(
    "prune-preview",
    "/nodes/{node}/storage/{storage}/prunebackups",
    "prune-backups=keep-all%3D1",
    _DATASTORE,
    "/storage/{storage}",
    Without.REFUSED,
    Per.STORAGE,
    (Blind.EVIDENCE,),
    "the names of the backups on a file storage",
    ("volid", "ctime", "mark", "type", "vmid"),
)
PERMISSIONS_AT = Endpoint(
    "permissions-at",
    "/access/permissions",
    "path={path}",
    (),
    "",
    Without.NOTHING,
    Per.PATH,
    (Blind.INVENTORY,),
    "the token's rights on one path",
    (),
)

FIRST_WAVE = (
    VERSION,
    NODES,
    CLUSTER_STATUS,
    RESOURCES,
    STORAGES,
    POOLS,
    JOBS,
    PERMISSIONS,
    ACL,
    NOT_BACKED_UP,
    REPLICATION,
)
ALL_ENDPOINTS = (
    *FIRST_WAVE,
    INCLUDED_VOLUMES,
    TASKS,
    TASK_LOG,
    NODE_TIME,
    VZDUMP_DEFAULTS,
    GUEST_CONFIG,
    SNAPSHOTS,
    CONTENT,
    PRUNE_PREVIEW,
)


@cache
def log_pages(limit: int) -> tuple[tuple[int, int], ...]:
    """Return (start, limit) of each page of a task log that may be asked for.

    Args:
        limit: lines read per log at the most.
    """
    return tuple((start, min(LOG_PAGE, limit - start)) for start in range(0, limit, LOG_PAGE))
