"""The simulated verify, prune and sync jobs, as configured and with the state of their last run."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import TypeVar

from simulator_pbs.asking import Ask, Route, bad_parameter
from simulator_pbs.parts import Job, PruneJob, SyncJob, VerifyJob
from simulator_pbs.rights import acl_path

KNOWS_PUSH = (3, 3)
"""The first version with sync jobs that push, and with the parameter that asks for them."""

_Row = dict[str, object]
_J = TypeVar("_J", VerifyJob, PruneJob, SyncJob)


def _common(job: Job) -> _Row:
    row: _Row = {"id": job.id, "store": job.store, "ns": job.ns, "max-depth": job.max_depth, "comment": job.comment}
    return row | {"schedule": job.schedule}


def _verify_config(job: VerifyJob) -> _Row:
    return _common(job) | {"ignore-verified": job.ignore_verified, "outdated-after": job.outdated_after}


def _prune_config(job: PruneJob) -> _Row:
    return _common(job) | {"disable": True if job.disable else None, **dict(job.keep)}


def _sync_config(job: SyncJob) -> _Row:
    row = _common(job) | {"remote": job.remote, "remote-store": job.remote_store, "remote-ns": job.remote_ns}
    row |= {"owner": job.owner, "remove-vanished": job.remove_vanished}
    return row | {"sync-direction": "push" if job.direction == "push" else None}


def _state(ask: Ask, job: Job) -> _Row:
    """How it ran last and when it will next: counted from its last start, so that a job left behind is due in the past.

    A job that has never run counts from when it was made; a running one has no state yet.
    """
    last = job.last
    row: _Row = {}
    if last is not None:
        row |= {"last-run-upid": last.upid, "last-run-endtime": last.endtime, "last-run-state": last.status}
    if not (isinstance(job, PruneJob) and job.disable):
        row["next-run"] = ask.facts.next_run(job.schedule, job.created if last is None else last.starttime)
    return row


def _told(row: _Row) -> _Row:
    """Without what is not set."""
    return {key: value for key, value in row.items() if value is not None}


def _may_see(ask: Ask, job: Job, *, configured: bool) -> bool:
    """Whether the caller sees a job; a sync job takes a right at its other end as well (src/api2/config/sync.rs)."""
    rights, path = ask.rights, acl_path(job.store, job.ns or "")
    if isinstance(job, VerifyJob):
        return rights.may(path, "Datastore.Audit", "Datastore.Verify")
    if isinstance(job, PruneJob):
        return rights.may(path, "Datastore.Audit", *(() if configured else ("Datastore.Modify",)))
    if not rights.may(path, "Datastore.Audit"):
        return False
    if job.direction == "push":
        there = f"/remote/{job.remote}/{job.remote_store}/{job.remote_ns or ''}".rstrip("/")
        return rights.may(there, "RemoteDatastore.Audit")
    if job.remote is None:
        return rights.may(acl_path(job.remote_store), "Datastore.Audit")
    return rights.may(f"/remote/{job.remote}", "Remote.Audit")


def _wanted_syncs(ask: Ask) -> list[SyncJob]:
    """Jobs of the asked direction; unasked, those that pull only."""
    direction = ask.query.get("sync-direction")
    if direction is not None and ask.world.numbers < KNOWS_PUSH:
        raise bad_parameter("sync-direction", "schema does not allow additional properties.")
    if direction not in {None, "all", "push", "pull"}:
        raise bad_parameter("sync-direction", f"value '{direction}' is not defined in the enumeration.")
    return [job for job in ask.world.sync_jobs if (direction or "pull") in {"all", job.direction}]


def _answer(ask: Ask, jobs: Iterable[_J], config: Callable[[_J], _Row], *, configured: bool) -> object:
    """The rows of the jobs that the caller sees, with the state of each unless only the configuration is asked."""
    store = ask.query.get("store")
    return [
        _told(config(job) | ({} if configured else _state(ask, job)))
        for job in jobs
        if store in {None, job.store} and _may_see(ask, job, configured=configured)
    ]


def _verify(ask: Ask, *, configured: bool) -> object:
    return _answer(ask, ask.world.verify_jobs, _verify_config, configured=configured)


def _prune(ask: Ask, *, configured: bool) -> object:
    return _answer(ask, ask.world.prune_jobs, _prune_config, configured=configured)


def _sync(ask: Ask, *, configured: bool) -> object:
    return _answer(ask, _wanted_syncs(ask), _sync_config, configured=configured)


ROUTES = (
    Route("/config/verify", partial(_verify, configured=True)),
    Route("/admin/verify", partial(_verify, configured=False), ("store",)),
    Route("/config/prune", partial(_prune, configured=True)),
    Route("/admin/prune", partial(_prune, configured=False), ("store",)),
    Route("/config/sync", partial(_sync, configured=True), ("sync-direction",)),
    Route("/admin/sync", partial(_sync, configured=False), ("store", "sync-direction")),
)
