"""One Proxmox Backup Server's answers to a ``PbsServer``, with a gap for whatever was not seen."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from pve_backup_report.endpoints import pbs as ep
from pve_backup_report.endpoints.endpoint import Endpoint
from pve_backup_report.model.answer import Answer
from pve_backup_report.model.gap import Blind, Gap, GapKind
from pve_backup_report.model.pbs import (
    Datastore,
    DatastoreJob,
    DatastoreUser,
    JobKind,
    Namespace,
    PbsServer,
    PbsTask,
)
from pve_backup_report.model.tape import PbsTape
from pve_backup_report.normalize.entries import damage, is_whole, read_entries
from pve_backup_report.normalize.pbs_datastores import can_be_listed, maintenance_of, mounted_of, namespace_paths
from pve_backup_report.normalize.pbs_job import read_job, read_state
from pve_backup_report.normalize.pbs_snapshot import read_snapshots
from pve_backup_report.normalize.pbs_users import auth_ids, read_held
from pve_backup_report.normalize.reading import Row, flag, missing, moment, number, rows, text, unusable
from pve_backup_report.normalize.rights import NO_RIGHTS_SEEN, Rights, read_rights

_AUDIT = "Datastore.Audit"
_JOBS = {JobKind.PRUNE: ep.PRUNE_JOBS, JobKind.VERIFY: ep.VERIFY_JOBS}


def read_pbs_server(tape: PbsTape, now: int) -> tuple[PbsServer, tuple[Gap, ...]]:
    """Return the server and what was not seen of it; the gaps' endpoints begin with its name.

    Args:
        tape: the server's answers.
        now: epoch of the run.
    """
    reading = _Reading(tape, now)
    server = reading.server()
    return server, tuple(replace(gap, endpoint=f"{tape.name}:{gap.endpoint}") for gap in reading.gaps)


@dataclass(slots=True)
class _Reading:
    """One pass over a server's answers; gaps are gathered on the way."""

    tape: PbsTape
    now: int
    gaps: list[Gap] = field(default_factory=list)
    rights: Rights = NO_RIGHTS_SEEN
    about: dict[Endpoint, dict[str | None, Row]] = field(default_factory=dict)

    def server(self) -> PbsServer:
        version = self.tape.answers.get(ep.VERSION.ask())
        told = version.data if version is not None and isinstance(version.data, Mapping) else {}
        if version is None or version.status is None:  # nobody was there: one gap tells it all
            self._note(missing(replace(ep.VERSION, blinds=(Blind.PBS, Blind.EVIDENCE)), version))
            return self._nothing()
        self._note(missing(ep.VERSION, version))
        self.rights = rights = read_rights(self._answer(ep.PERMISSIONS), self._answer(ep.ACL))
        self._note(missing(ep.PERMISSIONS, self._answer(ep.PERMISSIONS)))
        if (acl := self._answer(ep.ACL)) is not None:
            self._note(missing(ep.ACL, acl) or damage(ep.ACL, acl))
        for endpoint, key in ((ep.USAGE, "store"), (ep.DATASTORE_CONFIG, "name"), (ep.GC, "store")):
            self.about[endpoint] = {text(row.get(key)): row for row in self._rows(endpoint)}
        named = [(text(row.get("store")), row) for row in self._rows(ep.DATASTORES)]
        datastores = [self._datastore(name, row) for name, row in named if name is not None]
        jobs = [job for kind in JobKind for job in self._jobs(kind)]
        seen = is_whole(ep.DATASTORES, self._answer(ep.DATASTORES)) and rights.everywhere("/datastore", _AUDIT)
        self._note(None if seen else self._shortened(ep.DATASTORES, "/datastore", _AUDIT))
        for privilege in self._sync_privileges():
            self._note(self._shortened(self._list_of(JobKind.SYNC), "/remote", privilege))
        return PbsServer(
            name=self.tape.name,
            address=self.tape.address,
            fingerprint=_plain(self.tape.fingerprint),
            version=_version(told),
            datastores=tuple(sorted(datastores, key=lambda datastore: datastore.name)),
            datastores_seen=seen,
            jobs=tuple(sorted(jobs, key=lambda job: (job.kind, job.id))),
            jobs_seen=self._jobs_seen(),
            users=self._users(),
            tasks=self._tasks(),
        )

    def _nothing(self) -> PbsServer:
        return PbsServer(
            self.tape.name,
            self.tape.address,
            _plain(self.tape.fingerprint),
            version=None,
            datastores=(),
            datastores_seen=False,
            jobs=(),
            jobs_seen=frozenset(),
            users=None,
            tasks=(),
        )

    def _answer(self, endpoint: Endpoint, **values: str | int) -> Answer | None:
        return self.tape.answers.get(endpoint.ask(**values))

    def _note(self, gap: Gap | None) -> None:
        if gap is not None:
            self.gaps.append(gap)

    def _rows(self, endpoint: Endpoint, **values: str | int) -> list[Row]:
        answer = self._answer(endpoint, **values)
        found, damaged = read_entries(endpoint, answer, **values)
        if found is None:
            self._note(missing(endpoint, answer, **values) or unusable(endpoint, "no list", **values))
        self._note(damaged)
        return found or []

    def _shortened(self, endpoint: Endpoint, root: str, privilege: str) -> Gap | None:
        """Return the gap of a list that answered, and that the rights do not prove whole."""
        rights = self.rights
        if rows(self._answer(endpoint)) is None or rights.everywhere(root, privilege):
            return None
        if not rights.known or (rights.handed_down(root, privilege) and rights.acl_paths is None):
            needs = f"{privilege} on {root}, and Sys.Audit on /access to prove it"
            return Gap(endpoint.path, GapKind.UNPROVEN, "", needs, (Blind.PBS,))
        lacking = rights.lacking_below(root, privilege) if rights.handed_down(root, privilege) else ()
        needs = f"{privilege} on {', '.join(lacking) or root}"
        return Gap(endpoint.path, GapKind.FILTERED, "", needs, (Blind.PBS,), lacking)

    def _sync_privileges(self) -> tuple[str, ...]:
        """Return the rights that show every sync job: one for those that fetch, one for those that send."""
        sends = self._list_of(JobKind.SYNC) is ep.SYNC_JOBS_BOTH
        return ("Remote.Audit", "RemoteDatastore.Audit") if sends else ("Remote.Audit",)

    def _list_of(self, kind: JobKind) -> Endpoint:
        """Return the question that lists a kind of job; an older server only knows the plain one for sync jobs."""
        if kind is not JobKind.SYNC:
            return _JOBS[kind]
        return ep.SYNC_JOBS_BOTH if rows(self._answer(ep.SYNC_JOBS_BOTH)) is not None else ep.SYNC_JOBS

    def _jobs(self, kind: JobKind) -> list[DatastoreJob]:
        return [job for row in self._rows(self._list_of(kind)) if (job := read_job(row, kind)) is not None]

    def _jobs_seen(self) -> frozenset[JobKind]:
        audited = self.rights.everywhere("/datastore", _AUDIT)
        remote = audited and all(self.rights.everywhere("/remote", privilege) for privilege in self._sync_privileges())
        proven = {JobKind.PRUNE: audited, JobKind.VERIFY: audited, JobKind.SYNC: remote}
        return frozenset(
            kind
            for kind, whole in proven.items()
            if whole and is_whole(self._list_of(kind), self._answer(self._list_of(kind)))
        )

    def _datastore(self, name: str, row: Row) -> Datastore:
        told = self.about[ep.USAGE].get(name, {})
        config, gc = self.about[ep.DATASTORE_CONFIG].get(name), self.about[ep.GC].get(name)
        namespaces: tuple[Namespace, ...] = ()
        seen = False
        if can_be_listed(row):
            namespaces, seen = self._namespaces(name)
        else:
            why = "the datastore is not in service"
            self._note(Gap(ep.NAMESPACES.ask(store=name), GapKind.NOT_ASKED, why, None, ep.NAMESPACES.blinds))
        full_at = moment(told.get("estimated-full-date"))
        verify_new = None if config is None else flag(config.get("verify-new"))
        return Datastore(
            name=name,
            comment=text(row.get("comment")),
            maintenance=maintenance_of(row),
            mounted=mounted_of(row),
            total=number(told.get("total")),
            used=number(told.get("used")),
            full_at=full_at if full_at is not None and full_at > self.now else None,
            error=text(told.get("error")),
            verify_new=verify_new,
            gc=None if gc is None else read_state(gc),
            namespaces=namespaces,
            namespaces_seen=seen,
        )

    def _namespaces(self, store: str) -> tuple[tuple[Namespace, ...], bool]:
        listed = self._answer(ep.NAMESPACES, store=store)
        audited = self.rights.everywhere(f"/datastore/{store}", _AUDIT)
        self._note(damage(ep.NAMESPACES, listed, store=store))
        seen = is_whole(ep.NAMESPACES, listed) and audited
        if rows(listed) is None:
            self._note(missing(ep.NAMESPACES, listed, store=store) or unusable(ep.NAMESPACES, "no list", store=store))
        elif not audited:
            needs = f"{_AUDIT} on /datastore/{store}, propagated"
            kind = GapKind.FILTERED if self.rights.acl_paths is not None else GapKind.UNPROVEN
            self._note(Gap(ep.NAMESPACES.ask(store=store), kind, "", needs, (Blind.PBS,)))
        paths = namespace_paths(listed)
        asked = self._looked_at(store, paths)
        if len(asked) < len(paths):
            seen = False
            told = f"{len(asked)} of {len(paths)} namespaces were looked at"
            path = ep.SNAPSHOTS.path.format(store=store)
            self._note(Gap(path, GapKind.LIMITED, told, None, ep.SNAPSHOTS.blinds))
        return tuple(self._namespace(store, path) for path in asked), seen

    def _looked_at(self, store: str, paths: tuple[str, ...]) -> tuple[str, ...]:
        """Return the namespaces whose backups were asked for; who recorded the tape may have had another limit."""
        if len(paths) <= ep.NAMESPACES_LOOKED_AT:
            return paths
        return tuple(path for path in paths if ep.snapshots_of(store, path) in self.tape.answers)

    def _namespace(self, store: str, path: str) -> Namespace:
        asked = ep.snapshots_of(store, path)
        answer = self.tape.answers.get(asked)
        listed, damaged = read_entries(ep.SNAPSHOTS_OF_ROOT, answer, store=store)
        shown = f"{ep.SNAPSHOTS.path.format(store=store)}{f'?ns={path}' if path else ''}"
        place = f"/datastore/{store}{f'/{path}' if path else ''}"
        if listed is None:
            gap = missing(ep.SNAPSHOTS_OF_ROOT, answer, store=store)
            gap = gap or unusable(ep.SNAPSHOTS_OF_ROOT, "no list", store=store)
            self._note(replace(gap, endpoint=shown, needs=gap.needs and f"{_AUDIT} on {place}"))
            return Namespace(path, whole=False, snapshots=())
        allowed = self.rights.on(place, _AUDIT)
        if not allowed:
            kind = GapKind.FILTERED if allowed is False else GapKind.UNPROVEN
            self._note(Gap(shown, kind, "", f"{_AUDIT} on {place}", ep.SNAPSHOTS.blinds))
        self._note(None if damaged is None else replace(damaged, endpoint=shown))
        label = f"{self.tape.name}:{store}{f'/{path}' if path else ''}"
        return Namespace(path, whole=allowed is True and damaged is None, snapshots=read_snapshots(listed, label))

    def _users(self) -> tuple[DatastoreUser, ...] | None:
        listed = self._answer(ep.USERS)
        if listed is None:  # only asked when all of them would be told
            return None
        if rows(listed) is None:
            self._note(missing(ep.USERS, listed) or unusable(ep.USERS, "no list"))
            return None
        found = []
        there, alive = auth_ids(listed), set(auth_ids(listed, self.now))
        for auth_id in there[: ep.USERS_LOOKED_AT]:
            answer = self._answer(ep.PERMISSIONS_OF, auth_id=auth_id)
            held = read_held(answer)
            if held is None:
                gap = missing(ep.PERMISSIONS_OF, answer, auth_id=auth_id)
                self._note(gap or unusable(ep.PERMISSIONS_OF, "no object", auth_id=auth_id))
            if held != () and auth_id in alive:
                found.append(DatastoreUser(auth_id, held))
        if len(there) > ep.USERS_LOOKED_AT:
            why = f"{ep.USERS_LOOKED_AT} of {len(there)} users and tokens were looked at"
            self._note(Gap(ep.PERMISSIONS_OF.path, GapKind.LIMITED, why, None, ep.PERMISSIONS_OF.blinds))
        return tuple(found)

    def _tasks(self) -> tuple[PbsTask, ...]:
        found = []
        for row in self._rows(ep.TASKS, limit=ep.TASKS_LOOKED_AT):
            upid, kind, start = text(row.get("upid")), text(row.get("worker_type")), moment(row.get("starttime"))
            if upid is not None and kind is not None and start is not None:
                end, status = moment(row.get("endtime")), text(row.get("status"))
                found.append(PbsTask(upid, kind, text(row.get("worker_id")), start, end, status))
        return tuple(sorted(found, key=lambda task: (-task.start, task.upid)))


def _version(told: Mapping[str, object]) -> str | None:
    version, release = text(told.get("version")), text(told.get("release"))
    return f"{version}.{release}" if version is not None and release is not None else version


def _plain(fingerprint: str | None) -> str | None:
    return None if fingerprint is None else fingerprint.replace(":", "").lower()
