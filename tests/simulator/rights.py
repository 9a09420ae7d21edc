"""What a token may see: its access control entries, evaluated as Proxmox VE does, and ready-made tokens."""

from dataclasses import dataclass, field

from simulator.parts import Pool

AUDITOR = frozenset(
    {
        "Datastore.Audit",
        "Mapping.Audit",
        "Pool.Audit",
        "SDN.Audit",
        "Sys.Audit",
        "VM.Audit",
        "VM.GuestAgent.Audit",
    },
)
EVERYTHING = AUDITOR | frozenset(
    [
        "Datastore.Allocate",
        "Datastore.AllocateSpace",
        "Datastore.AllocateTemplate",
        "Group.Allocate",
        "Mapping.Modify",
        "Mapping.Use",
        "Permissions.Modify",
        "Pool.Allocate",
        "Realm.Allocate",
        "Realm.AllocateUser",
        "SDN.Allocate",
        "SDN.Use",
        "Sys.AccessNetwork",
        "Sys.Console",
        "Sys.Incoming",
        "Sys.Modify",
        "Sys.PowerMgmt",
        "Sys.Syslog",
        "User.Modify",
        "VM.Allocate",
        "VM.Backup",
        "VM.Clone",
        "VM.Config.CDROM",
        "VM.Config.CPU",
        "VM.Config.Cloudinit",
        "VM.Config.Disk",
        "VM.Config.HWType",
        "VM.Config.Memory",
        "VM.Config.Network",
        "VM.Config.Options",
        "VM.Console",
        "VM.GuestAgent.FileRead",
        "VM.GuestAgent.FileSystemMgmt",
        "VM.GuestAgent.FileWrite",
        "VM.GuestAgent.Unrestricted",
        "VM.Migrate",
        "VM.PowerMgmt",
        "VM.Replicate",
        "VM.Snapshot",
        "VM.Snapshot.Rollback",
    ]
)
ROLES: dict[str, frozenset[str]] = {
    "NoAccess": frozenset(),
    "PVEAuditor": AUDITOR,
    "PVEVMUser": frozenset({"VM.Audit", "VM.Backup", "VM.Console", "VM.PowerMgmt"}),
    "PVEDatastoreUser": frozenset({"Datastore.AllocateSpace", "Datastore.Audit"}),
    "PVEDatastoreAdmin": frozenset({"Datastore.Allocate", "Datastore.AllocateSpace", "Datastore.Audit"}),
    "BackupSeer": AUDITOR | {"Datastore.AllocateSpace", "VM.Backup"},
    "AuditWithoutPools": AUDITOR - {"Pool.Audit"},
    "OnlySysAudit": frozenset({"Sys.Audit"}),
}


@dataclass(frozen=True, slots=True)
class Grant:
    """One access control entry: a role, its privileges, on a path."""

    path: str
    propagate: bool
    role: str
    privileges: frozenset[str]

    @classmethod
    def of(cls, path: str, role: str, *, propagate: bool = True) -> "Grant":
        """An entry with a role of `ROLES`."""
        return cls(path, propagate, role, ROLES[role])


def _levels(path: str) -> list[str]:
    """The paths from / down to this one."""
    parts = [part for part in path.split("/") if part]
    return ["/", *("/" + "/".join(parts[: end + 1]) for end in range(len(parts)))]


@dataclass(frozen=True)
class TokenRights:
    """A token and what it was granted; the owner has the same entries, so that privilege separation takes nothing.

    `foreign` are entries of other users: (entry, type, user or group). `superuser` is root@pam without separation.
    """

    tokenid: str = "reporter@pve!coverage"
    grants: tuple[Grant, ...] = ()
    foreign: tuple[tuple[Grant, str, str], ...] = ()
    superuser: bool = False
    _known: dict[tuple[str, tuple[str, ...]], dict[str, int]] = field(default_factory=dict, compare=False, repr=False)

    def roles(self, path: str) -> dict[Grant, bool]:
        """The entries in force at a path, each with whether it propagates (AccessControl.pm roles).

        A deeper level replaces what was inherited; an entry that does not propagate counts on its own path only.
        """
        found: dict[Grant, bool] = {}
        for level in _levels(path):
            here = {
                grant: grant.propagate
                for grant in self.grants
                if grant.path == level and (grant.propagate or level == path)
            }
            found = here or found
        wiped = {grant: how for grant, how in found.items() if grant.role == "NoAccess"}
        return wiped or found

    def privileges(self, path: str, pools: tuple[Pool, ...] = ()) -> dict[str, int]:
        """Privilege to propagate flag; a key that is there is granted (RPCEnvironment.pm compile_acl_path).

        `pools` are those that list the path as their direct member: their roles are added, but never propagate.
        """
        if self.superuser:
            return dict.fromkeys(sorted(EVERYTHING), 1)
        key = (path, tuple(pool.id for pool in pools))
        if key not in self._known:
            roles = self.roles(path)
            if not any(grant.role == "NoAccess" for grant in roles):
                for pool in pools:
                    roles = {**dict.fromkeys(self.roles(f"/pool/{pool.id}"), False), **roles}
            found: dict[str, int] = {}
            for grant, propagates in roles.items():
                for privilege in grant.privileges:
                    found[privilege] = max(found.get(privilege, 0), int(propagates))
            self._known[key] = found
        return self._known[key]

    def entries(self) -> list[tuple[Grant, str, str]]:
        """Every entry of the cluster: (entry, user or token or group, its name)."""
        user = self.tokenid.partition("!")[0]
        own = [(grant, kind, name) for grant in self.grants for kind, name in (("user", user), ("token", self.tokenid))]
        return [*own, *self.foreign]


_OTHERS = (
    (Grant.of("/vms/100", "PVEVMUser"), "user", "alice@pve"),
    (Grant.of("/", "PVEAuditor", propagate=False), "group", "ops"),
)
ROOT_FULL = TokenRights("root@pam!full", foreign=_OTHERS, superuser=True)
AUDITOR_TOKEN = TokenRights(grants=(Grant.of("/", "PVEAuditor"),), foreign=_OTHERS)
SEER = TokenRights(grants=(Grant.of("/", "BackupSeer"),), foreign=_OTHERS)
NOPRIV = TokenRights(foreign=_OTHERS)
AUDITOR_NO_POOLS = TokenRights(grants=(Grant.of("/", "AuditWithoutPools"),), foreign=_OTHERS)
SYS_AUDIT_ONLY_ROOT = TokenRights(grants=(Grant.of("/", "OnlySysAudit", propagate=False),), foreign=_OTHERS)


def without(path: str, seen: TokenRights = AUDITOR_TOKEN) -> TokenRights:
    """The same token with NoAccess on a path: a guest, a storage, a node or a pool hidden from it."""
    return TokenRights(seen.tokenid, (*seen.grants, Grant.of(path, "NoAccess")), seen.foreign)


def auditor_some_vms(vmid: int = 105) -> TokenRights:
    """An auditor who may not see one guest."""
    return without(f"/vms/{vmid}")


def auditor_storage_hidden(storage: str) -> TokenRights:
    """An auditor who may not see one storage."""
    return without(f"/storage/{storage}")


def auditor_node_hidden(node: str = "pve2") -> TokenRights:
    """An auditor who may not see one node's tasks."""
    return without(f"/nodes/{node}")


PRESETS: dict[str, TokenRights] = {
    "root_full": ROOT_FULL,
    "auditor": AUDITOR_TOKEN,
    "seer": SEER,
    "nopriv": NOPRIV,
    "auditor_no_pools": AUDITOR_NO_POOLS,
    "auditor_some_vms": auditor_some_vms(),
    "auditor_node_hidden": auditor_node_hidden(),
    "sys_audit_only_root_nonpropagating": SYS_AUDIT_ONLY_ROOT,
}
