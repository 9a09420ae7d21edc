"""The questions the program can ask a Proxmox Backup Server.

Paths, rights and silent filters: proxmox-backup src/api2; field lists: pbs-api-types. Every list is shortened without
a word to what the token may see.
"""

from dataclasses import replace

from pve_backup_report.endpoints.endpoint import Endpoint, Per, Without
from pve_backup_report.model.gap import Blind

_TOOL = "proxmox-backup-debug api get"
_AUDIT = ("Datastore.Audit",)
_BACKUPS = (Blind.PBS, Blind.EVIDENCE)
_STATE = ("schedule", "next-run", "last-run-state", "last-run-endtime", "last-run-upid")
_KEEPS = ("keep-last", "keep-hourly", "keep-daily", "keep-weekly", "keep-monthly", "keep-yearly")

VERSION = Endpoint(
    "pbs-version",
    "/version",
    "",
    (),
    "",
    Without.NOTHING,
    Per.CLUSTER,
    (Blind.PBS,),
    "the version of the Proxmox Backup Server",
    ("version", "release"),
    _TOOL,
)
PERMISSIONS = Endpoint(
    "pbs-permissions",
    "/access/permissions",
    "",
    (),
    "",
    Without.NOTHING,
    Per.CLUSTER,
    _BACKUPS,
    "the token's own rights: without them no list can be proven whole",
    (),
    _TOOL,
)
DATASTORES = Endpoint(
    "pbs-datastores",
    "/admin/datastore",
    "",
    ("Datastore.Audit", "Datastore.Backup"),
    "/datastore",
    Without.SHORTENED,
    Per.CLUSTER,
    _BACKUPS,
    "datastores, with all that is in them",
    ("store", "comment", "maintenance", "mount-status"),
    _TOOL,
)
USAGE = Endpoint(
    "pbs-usage",
    "/status/datastore-usage",
    "",
    ("Datastore.Audit", "Datastore.Backup"),
    "/datastore",
    Without.SHORTENED,
    Per.CLUSTER,
    (Blind.PBS,),
    "how full datastores are, and when they will be full",
    ("store", "total", "used", "avail", "estimated-full-date", "error"),
    _TOOL,
)
DATASTORE_CONFIG = Endpoint(
    "pbs-datastore-config",
    "/config/datastore",
    "",
    _AUDIT,
    "/datastore",
    Without.SHORTENED,
    Per.CLUSTER,
    (Blind.PBS,),
    "whether new backups are verified at once",
    ("name", "verify-new", "prune-schedule", *_KEEPS),
    _TOOL,
)
GC = Endpoint(
    "pbs-gc",
    "/admin/gc",
    "",
    _AUDIT,
    "/datastore",
    Without.SHORTENED,
    Per.CLUSTER,
    (Blind.PBS,),
    "garbage collections, which alone free room",
    ("store", "pending-bytes", "removed-bytes", "disk-bytes", "still-bad", *_STATE),
    _TOOL,
)
PRUNE_JOBS = Endpoint(
    "pbs-prune-jobs",
    "/admin/prune",
    "",
    ("Datastore.Audit", "Datastore.Modify"),
    "/datastore",
    Without.SHORTENED,
    Per.CLUSTER,
    (Blind.PBS,),
    "prune jobs, which decide how many backups are kept",
    ("id", "store", "ns", "max-depth", "disable", "comment", *_KEEPS, *_STATE),
    _TOOL,
)
VERIFY_JOBS = Endpoint(
    "pbs-verify-jobs",
    "/admin/verify",
    "",
    ("Datastore.Audit", "Datastore.Verify"),
    "/datastore",
    Without.SHORTENED,
    Per.CLUSTER,
    (Blind.PBS,),
    "verify jobs, which alone find damage",
    ("id", "store", "ns", "max-depth", "ignore-verified", "outdated-after", "comment", *_STATE),
    _TOOL,
)
SYNC_JOBS = Endpoint(
    "pbs-sync-jobs",
    "/admin/sync",
    "",
    ("Remote.Audit",),
    "/remote",
    Without.SHORTENED,
    Per.CLUSTER,
    (Blind.PBS,),
    "sync jobs, which bring copies to another place",
    (
        "id",
        "store",
        "ns",
        "remote",
        "remote-store",
        "remote-ns",
        "sync-direction",
        "max-depth",
        "remove-vanished",
        "owner",
        "comment",
        *_STATE,
    ),
    _TOOL,
)
# Both directions; servers before 3.3 only fetch, and refuse the parameter.
SYNC_JOBS_BOTH = replace(SYNC_JOBS, query="sync-direction=all")
ACL = Endpoint(
    "pbs-acl",
    "/access/acl",
    "",
    ("Sys.Audit",),
    "/access",
    Without.SHORTENED,
    Per.CLUSTER,
    (),
    "rules that take rights away on single paths",
    ("path", "ugid", "ugid_type", "roleid", "propagate"),
    _TOOL,
)
USERS = Endpoint(
    "pbs-users",
    "/access/users",
    "include_tokens=1",
    ("Sys.Audit",),
    "/access",
    Without.SHORTENED,
    Per.CLUSTER,
    (Blind.PBS,),
    "users and tokens; what each may do on the datastores is asked one by one",
    ("userid", "tokens", "tokenid", "enable", "expire"),
    _TOOL,
)
# What another user or token may do; 400 without Sys.Audit on /access (src/api2/access.rs list_permissions).
PERMISSIONS_OF = replace(PERMISSIONS, name="pbs-permissions-of", query="auth-id={auth_id}", blinds=(Blind.PBS,))
TASKS = Endpoint(
    "pbs-tasks",
    "/nodes/localhost/tasks",
    "limit={limit}",
    ("Sys.Audit",),
    "/system/tasks",
    Without.SHORTENED,
    Per.CLUSTER,
    (Blind.PBS,),
    "recent tasks of the server",
    ("upid", "worker_type", "worker_id", "starttime", "endtime", "status", "user"),
    _TOOL,
)
NAMESPACES = Endpoint(
    "pbs-namespaces",
    "/admin/datastore/{store}/namespace",
    "",
    ("Datastore.Audit", "Datastore.Backup", "Datastore.Read", "Datastore.Modify"),
    "/datastore/{store}",
    Without.SHORTENED,
    Per.STORAGE,
    _BACKUPS,
    "namespaces: backups in a hidden one cannot be seen",
    ("ns", "comment"),
    _TOOL,
)
SNAPSHOTS_OF_ROOT = Endpoint(
    "pbs-snapshots",
    "/admin/datastore/{store}/snapshots",
    "",
    _AUDIT,
    "/datastore/{store}",
    Without.SHORTENED,
    Per.STORAGE,
    _BACKUPS,
    "backups: with Datastore.Backup alone only the token's own are listed",
    (
        "backup-type",
        "backup-id",
        "backup-time",
        "files",
        "filename",
        "crypt-mode",
        "size",
        "comment",
        "verification",
        "fingerprint",
        "owner",
        "protected",
    ),
    _TOOL,
)
SNAPSHOTS = Endpoint(
    "pbs-snapshots-of-namespace",
    SNAPSHOTS_OF_ROOT.path,
    "ns={ns}",
    SNAPSHOTS_OF_ROOT.privileges,
    "/datastore/{store}/{ns}",
    Without.SHORTENED,
    Per.STORAGE,
    _BACKUPS,
    SNAPSHOTS_OF_ROOT.hides,
    SNAPSHOTS_OF_ROOT.keeps,
    _TOOL,
)
TASKS_LOOKED_AT = 500
USERS_LOOKED_AT = 100
NAMESPACES_LOOKED_AT = 2000
"""Of each datastore: whoever may write into one may make any number of namespaces, and each is a question."""

FIRST_WAVE = (
    VERSION,
    PERMISSIONS,
    DATASTORES,
    USAGE,
    DATASTORE_CONFIG,
    GC,
    PRUNE_JOBS,
    VERIFY_JOBS,
    SYNC_JOBS_BOTH,
    ACL,
)
ALL_ENDPOINTS = (*FIRST_WAVE, USERS, TASKS, NAMESPACES, SNAPSHOTS_OF_ROOT)


def snapshots_of(store: str, namespace: str) -> str:
    """Return the question for the snapshots of one namespace; the root is asked for without a name."""
    if not namespace:
        return SNAPSHOTS_OF_ROOT.ask(store=store)
    return SNAPSHOTS.ask(store=store, ns=namespace)
