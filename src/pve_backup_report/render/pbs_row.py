"""Backup servers as people read them: datastores with their namespaces, and jobs."""

from collections.abc import Mapping
from dataclasses import dataclass

from pve_backup_report.model.natural import natural
from pve_backup_report.model.pbs import (
    Datastore,
    DatastoreJob,
    DatastoreUser,
    JobKind,
    JobResult,
    JobState,
    Namespace,
    PbsServer,
)
from pve_backup_report.render.guest_row import ERROR_SHOWN, NAME_SHOWN
from pve_backup_report.render.job_row import retention_words
from pve_backup_report.render.moment import Moment
from pve_backup_report.render.sign import CALM, Sign, state_sign
from pve_backup_report.render.visible import shorten
from pve_backup_report.render.wording import Wording
from pve_backup_report.render.words import _

_KINDS: Mapping[JobKind, str] = {
    JobKind.PRUNE: _("prune"),
    JobKind.VERIFY: _("verify"),
    JobKind.SYNC: _("sync"),
}
_RESULTS: Mapping[JobResult, tuple[bool | None, str]] = {
    JobResult.OK: (True, _("finished")),
    JobResult.WARNINGS: (True, _("finished with warnings")),
    JobResult.FAILED: (False, _("failed")),
    JobResult.NEVER: (False, _("never ran")),
    JobResult.UNKNOWN: (None, _("result unknown")),
}


@dataclass(frozen=True, slots=True)
class NamespaceRow:
    """One namespace: how many snapshots of how many groups, and the newest."""

    path: str
    content: str
    newest: Moment | None


@dataclass(frozen=True, slots=True)
class DatastoreRow:
    """One datastore.

    Attributes:
        name: the datastore.
        state: in service or not.
        used: ``12 GiB of 1 TiB``; None when not told.
        full_at: when it will be full; None when that is not foreseen.
        gc: how the last garbage collection ended; None when not seen.
        gc_when: when.
        namespaces: what is in them.
        namespaces_seen: all of them were listed.
    """

    name: str
    state: Sign
    used: str | None
    full_at: Moment | None
    gc: Sign | None
    gc_when: Moment | None
    namespaces: tuple[NamespaceRow, ...]
    namespaces_seen: bool


@dataclass(frozen=True, slots=True)
class DatastoreJobRow:
    """One prune, verify or sync job.

    Attributes:
        kind: prune, verify or sync.
        id: the job's id.
        works_on: datastore, namespace, and the other side of a sync job.
        schedule: None when nothing starts it.
        keeps: of a prune job; None for others.
        result: how its last run ended.
        error: the server's words when it failed.
        last_end: None when it never ran.
        next_run: None when none is planned.
    """

    kind: str
    id: str
    works_on: str
    schedule: str | None
    keeps: str | None
    result: Sign
    error: str | None
    last_end: Moment | None
    next_run: Moment | None


@dataclass(frozen=True, slots=True)
class ServerRow:
    """One backup server.

    Attributes:
        name: its name in the settings.
        address: ``host:port``.
        version: None when not seen.
        whole: all its datastores and jobs were listed.
        datastores: by name.
        jobs: by kind and id.
        users: who may do what, one line each; None when not seen.
    """

    name: str
    address: str
    version: str | None
    whole: bool
    datastores: tuple[DatastoreRow, ...]
    jobs: tuple[DatastoreJobRow, ...]
    users: tuple[str, ...] | None


def server_row(server: PbsServer, wording: Wording) -> ServerRow:
    """Return one backup server."""
    by_name = sorted(server.datastores, key=lambda datastore: natural(datastore.name))
    return ServerRow(
        name=shorten(server.name, NAME_SHOWN),
        address=server.address,
        version=server.version,
        whole=server.datastores_seen and server.jobs_seen == frozenset(JobKind),
        datastores=tuple(_datastore(datastore, wording) for datastore in by_name),
        jobs=tuple(_job(job, wording) for job in server.jobs),
        users=None if server.users is None else tuple(_user(user, wording) for user in server.users),
    )


def _datastore(datastore: Datastore, wording: Wording) -> DatastoreRow:
    used = None
    if datastore.used is not None and datastore.total:
        size = wording.language.size
        used = wording.say("{used} of {total}", used=size(datastore.used), total=size(datastore.total))
    return DatastoreRow(
        name=shorten(datastore.name, NAME_SHOWN),
        state=_service(datastore, wording),
        used=used,
        full_at=wording.moment(datastore.full_at),
        gc=None if datastore.gc is None else _collected(datastore.gc, wording),
        gc_when=None if datastore.gc is None else wording.moment(datastore.gc.last_end),
        namespaces=tuple(_namespace(namespace, wording) for namespace in datastore.namespaces),
        namespaces_seen=datastore.namespaces_seen,
    )


def _service(datastore: Datastore, wording: Wording) -> Sign:
    if datastore.maintenance is not None:
        return state_sign(state=False, word=wording.say("maintenance: {type}", type=datastore.maintenance))
    if datastore.mounted is False:
        return state_sign(state=False, word=wording.say("not mounted"))
    if datastore.error is not None:
        return state_sign(state=False, word=shorten(datastore.error, NAME_SHOWN))
    return state_sign(state=True, word=wording.say("in service"))


def _namespace(namespace: Namespace, wording: Wording) -> NamespaceRow:
    groups = len({snapshot.volid.rpartition("/")[0] for snapshot in namespace.snapshots})
    snapshots = wording.plural("{n} snapshot", "{n} snapshots", len(namespace.snapshots))
    content = wording.plural("{snapshots} in {n} group", "{snapshots} in {n} groups", groups, snapshots=snapshots)
    if not namespace.whole:
        content = wording.say("{what}: {detail}", what=content, detail=wording.say("perhaps not all"))
    newest = max((snapshot.at for snapshot in namespace.snapshots if snapshot.good), default=None)
    return NamespaceRow(namespace.path or wording.say("root"), content, wording.moment(newest))


def _job(job: DatastoreJob, wording: Wording) -> DatastoreJobRow:
    failed = job.state.last_result is JobResult.FAILED
    keeps = None
    if job.kind is JobKind.PRUNE:
        keeps = retention_words(job.keeps) if job.keeps else wording.say("everything")
    result = _result(job.state, wording)
    return DatastoreJobRow(
        kind=wording.language.gettext(_KINDS[job.kind]),
        id=shorten(job.id, NAME_SHOWN),
        works_on=shorten(_works_on(job, wording), 3 * NAME_SHOWN),
        schedule=job.state.schedule,
        keeps=keeps,
        result=result if job.enabled else Sign("–", wording.language.pgettext("job", "disabled"), CALM),
        error=shorten(job.state.last_message, ERROR_SHOWN) if failed and job.state.last_message else None,
        last_end=wording.moment(job.state.last_end),
        next_run=wording.moment(job.state.next_run),
    )


def _works_on(job: DatastoreJob, wording: Wording) -> str:
    here = _place(job.datastore, job.namespace)
    if job.max_depth is not None:
        levels = wording.plural("{n} level down", "{n} levels down", job.max_depth)
        here = wording.say("{what}, {detail}", what=here, detail=levels)
    if job.kind is not JobKind.SYNC:
        return here
    remote = job.remote or wording.say("this server")
    there = _place(f"{remote}:{job.remote_datastore}", job.remote_namespace)
    return f"{here} → {there}" if job.push else f"{there} → {here}"


def _place(datastore: str, namespace: str) -> str:
    return f"{datastore}/{namespace}" if namespace else datastore


def _result(state: JobState, wording: Wording) -> Sign:
    good, word = _RESULTS[state.last_result]
    return state_sign(good, wording.language.gettext(word))


def _collected(state: JobState, wording: Wording) -> Sign:
    """Return how the last garbage collection ended: in French no job, so not of its gender."""
    pgettext = wording.language.pgettext
    if state.last_result is JobResult.OK:
        return state_sign(state=True, word=pgettext("garbage collection", "finished"))
    if state.last_result is JobResult.WARNINGS:
        return state_sign(state=True, word=pgettext("garbage collection", "finished with warnings"))
    return _result(state, wording)


def _user(user: DatastoreUser, wording: Wording) -> str:
    if user.held is None:
        return wording.say("{who}: not seen", who=user.auth_id)
    held = (
        wording.say(
            "{rights} on {path}", rights=", ".join(name.removeprefix("Datastore.") for name in names), path=path
        )
        for path, names in user.held
    )
    return wording.say("{who}: {rights}", who=user.auth_id, rights="; ".join(held))
