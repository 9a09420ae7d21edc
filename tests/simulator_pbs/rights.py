"""What a token may see on a backup server: its access control entries, evaluated as PBS does, and ready-made tokens."""

from dataclasses import dataclass, field

SEES_NAMESPACE = frozenset({"Datastore.Modify", "Datastore.Read", "Datastore.Backup", "Datastore.Audit"})
"""Any of these makes a namespace visible (src/backup/hierarchy.rs)."""

_DATASTORE = SEES_NAMESPACE | {"Datastore.Verify", "Datastore.Prune"}
_REMOTE = frozenset({"Remote.Audit", "Remote.Modify", "Remote.Read"})
ROLES: dict[str, frozenset[str]] = {
    "Admin": _DATASTORE
    | _REMOTE
    | {
        "Datastore.Allocate",
        "Permissions.Modify",
        "RemoteDatastore.Audit",
        "Sys.Audit",
        "Sys.Console",
        "Sys.Modify",
        "Sys.PowerManagement",
        "Tape.Audit",
        "Tape.Modify",
        "Tape.Read",
        "Tape.Write",
    },
    "Audit": frozenset({"Sys.Audit", "Datastore.Audit"}),
    "NoAccess": frozenset(),
    "DatastoreAdmin": _DATASTORE,
    "DatastoreReader": frozenset({"Datastore.Audit", "Datastore.Verify", "Datastore.Read"}),
    "DatastoreBackup": frozenset({"Datastore.Backup"}),
    "DatastorePowerUser": frozenset({"Datastore.Backup", "Datastore.Prune"}),
    "DatastoreAudit": frozenset({"Datastore.Audit"}),
    "RemoteAudit": frozenset({"Remote.Audit"}),
    "RemoteAdmin": _REMOTE,
    "RemoteSyncOperator": frozenset({"Remote.Audit", "Remote.Read"}),
}

_ROOT = "root@pam"


@dataclass(frozen=True, slots=True)
class AclEntry:
    """One access control entry: a role on a path, for a user or a token (`authid`)."""

    path: str
    authid: str
    role: str
    propagate: bool = True


def user_of(authid: str) -> str:
    """The user that a token belongs to; of a user, the user."""
    return authid.partition("!")[0]


def owns(authid: str, owner: str) -> bool:
    """Whether a group of that owner is one's own: a user owns what its tokens made, not the other way round."""
    return authid in {owner, user_of(owner)}


def acl_path(store: str, namespace: str = "") -> str:
    """Where the rights on a namespace are looked up."""
    return f"/datastore/{store}/{namespace}".rstrip("/")


def levels(path: str) -> list[str]:
    """The paths from / down to this one."""
    parts = [part for part in path.split("/") if part]
    return ["/", *("/" + "/".join(parts[: end + 1]) for end in range(len(parts)))]


@dataclass(frozen=True)
class PbsRights:
    """A token (or a user) and the entries that name it or its owner; other entries are the world's.

    `known` is False for a token that the server turns away: everything is 401.
    """

    authid: str
    acl: tuple[AclEntry, ...] = ()
    known: bool = True
    _held: dict[str, dict[str, bool]] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, authid: str, *grants: tuple[str, str]) -> "PbsRights":
        """A token that holds roles on paths, as its owner does; (path, role) each."""
        names = dict.fromkeys((user_of(authid), authid))
        return cls(authid, tuple(AclEntry(path, name, role) for path, role in grants for name in names))

    def _roles(self, authid: str, path: str) -> dict[str, bool]:
        """The roles in force, each with whether it propagates: a deeper entry replaces what was inherited."""
        found: dict[str, bool] = {}
        for level in levels(path):
            here = {
                entry.role: entry.propagate
                for entry in self.acl
                if entry.authid == authid and entry.path == level and (entry.propagate or level == path)
            }
            found = here or found
        return {} if "NoAccess" in found else found

    def _privileges_of(self, authid: str, path: str) -> dict[str, bool]:
        if authid == _ROOT:
            return dict.fromkeys(sorted(ROLES["Admin"]), True)
        held: dict[str, bool] = {}
        for role, propagates in self._roles(authid, path).items():
            for privilege in ROLES[role]:
                held[privilege] = held.get(privilege, False) or propagates
        return held

    def privileges(self, path: str) -> dict[str, bool]:
        """Privilege to propagate flag; what is no key is not granted. A token never has more than its owner."""
        if path not in self._held:
            held = self._privileges_of(self.authid, path)
            if "!" in self.authid:
                owner = self._privileges_of(user_of(self.authid), path)
                held = {privilege: flag and owner[privilege] for privilege, flag in held.items() if privilege in owner}
            self._held[path] = held
        return self._held[path]

    def may(self, path: str, *privileges: str) -> bool:
        """Whether one of the privileges is held on the path."""
        held = self.privileges(path)
        return any(privilege in held for privilege in privileges)

    def may_below(self, path: str, *privileges: str) -> bool:
        """Whether one of the privileges is held on the path, or where an entry lies below it."""
        below = [entry.path for entry in self.acl if entry.path.startswith(f"{path}/")]
        return any(self.may(place, *privileges) for place in (path, *below))

    def sees(self, store: str, namespace: str, owner: str) -> bool:
        """Whether a group of that owner in that namespace is listed for the token."""
        path = acl_path(store, namespace)
        return self.may(path, "Datastore.Audit") or (self.may(path, "Datastore.Backup") and owns(self.authid, owner))


_REPORTER = "reporter@pbs!coverage"
ROOT_FULL = PbsRights.of("root@pam!full", ("/", "Admin"))
AUDITOR = PbsRights.of(_REPORTER, ("/", "Audit"))
AUDITOR_WITH_REMOTE = PbsRights.of(_REPORTER, ("/", "Audit"), ("/remote", "Audit"), ("/remote", "RemoteAudit"))
NOPRIV = PbsRights(_REPORTER)


def backup_only(authid: str = "backup@pbs!pve", path: str = "/datastore") -> PbsRights:
    """A token that makes backups: it sees its own groups only."""
    return PbsRights.of(authid, (path, "DatastoreBackup"))


def one_namespace(store: str = "main", namespace: str = "team/a") -> PbsRights:
    """An auditor of one namespace, and of those below it."""
    return PbsRights.of(_REPORTER, (acl_path(store, namespace), "DatastoreAudit"))


def without(path: str, seen: PbsRights = AUDITOR) -> PbsRights:
    """The same token with NoAccess on a path: a datastore, a namespace or a remote hidden from it."""
    return PbsRights(seen.authid, (*seen.acl, AclEntry(path, seen.authid, "NoAccess")))


PRESETS: dict[str, PbsRights] = {
    "root_full": ROOT_FULL,
    "auditor": AUDITOR,
    "auditor_with_remote": AUDITOR_WITH_REMOTE,
    "backup_only": backup_only(),
    "one_namespace": one_namespace(),
    "nopriv": NOPRIV,
}
