"""Prune, verify and sync jobs made by chance: some switched off, failed, never run, running, or left behind."""

import random
from dataclasses import replace

from simulator.parts import zone
from simulator.schedule import last_until
from simulator_pbs.parts import Datastore, Job, PruneJob, SyncJob, VerifyJob
from simulator_pbs.records import PbsTask
from simulator_pbs.world import PbsWorld

_DAY = 86_400
_SCHEDULES = ("daily", "hourly", "sat 03:00", "02:30", "weekly")
_ERRORS = ("verification failed - please check the log for details", "sync failed with some errors.", "aborted")


def _worker(job: Job) -> tuple[str, str]:
    """The type and the id of the task that a job starts."""
    if isinstance(job, VerifyJob):
        return "verificationjob", f"{job.store}:{job.id}"
    if isinstance(job, PruneJob):
        return "prunejob", f"{job.store}:{job.ns}" if job.ns else job.store
    return "syncjob", f"{job.remote or '-'}:{job.remote_store}:{job.store}:{job.ns or ''}:{job.id}"


def _last_run(job: Job, world: PbsWorld, dice: random.Random) -> PbsTask | None:
    """How a job ran last: at its last event, or long before it."""
    fate = dice.choice(("ok", "ok", "ok", "warned", "failed", "never", "behind", "running"))
    if fate == "never" or job.schedule is None:
        return None
    event = last_until(job.schedule, zone(world.timezone), world.now)
    start = min(world.now, (world.now if event is None else event) + 5)
    if fate == "behind":
        start -= dice.randint(8, 60) * _DAY
    status = {"warned": "WARNINGS: 2", "failed": dice.choice(_ERRORS)}.get(fate, "OK")
    kind, name = _worker(job)
    task = PbsTask(kind, name, start, min(start + 1200, world.now), status, number=dice.getrandbits(31))
    return replace(task, endtime=None, status=None) if fate == "running" else task


def _verify(store: Datastore, dice: random.Random) -> VerifyJob:
    return VerifyJob(
        id=f"v-{store.name}-{dice.getrandbits(16):04x}",
        store=store.name,
        schedule=dice.choice((*_SCHEDULES, None)),
        ns=dice.choice((None, None, *store.namespaces)),
        max_depth=dice.choice((None, 0, 1)),
        ignore_verified=dice.choice((None, True, False)),
        outdated_after=dice.choice((None, 30)),
        comment=dice.choice((None, "check the disks")),
    )


def _prune(store: Datastore, dice: random.Random) -> PruneJob:
    keep = dice.choice(((("keep-last", 1),), (("keep-daily", 7), ("keep-weekly", 4)), ()))
    return PruneJob(
        id=f"s-{store.name}-{dice.getrandbits(16):04x}",
        store=store.name,
        schedule=dice.choice(_SCHEDULES),
        keep=keep,
        ns=dice.choice((None, None, *store.namespaces)),
        max_depth=dice.choice((None, 0)),
        disable=dice.random() < 0.25,
    )


def _sync(store: Datastore, other: Datastore, world: PbsWorld, dice: random.Random) -> SyncJob:
    """A sync job from a remote, from another datastore, or (newer versions) to a remote."""
    remotes = [remote.name for remote in world.remotes]
    remote = dice.choice((*remotes, None))
    pushes = remote is not None and world.numbers >= (3, 3) and dice.random() < 0.3
    return SyncJob(
        id=f"sync-{store.name}-{dice.getrandbits(16):04x}",
        store=store.name,
        remote=remote,
        remote_store=other.name if remote is None else "vault",
        remote_ns=dice.choice((None, "team")),
        schedule=dice.choice((*_SCHEDULES, None)),
        ns=dice.choice((None, *store.namespaces)),
        owner=dice.choice((None, "sync@pbs")),
        remove_vanished=dice.choice((None, True)),
        direction="push" if pushes else "pull",
    )


def with_jobs(world: PbsWorld, dice: random.Random) -> PbsWorld:
    """The world with jobs, and with the tasks of their last runs as far as these were not rotated away."""
    verify, prune, sync = [], [], []
    for store in world.datastores:
        born = world.now - dice.randint(1, 400) * _DAY
        if dice.random() < 0.7:
            checked = replace(_verify(store, dice), created=born)
            verify.append(replace(checked, last=_last_run(checked, world, dice)))
        if dice.random() < 0.7:
            pruned = replace(_prune(store, dice), created=born)
            prune.append(replace(pruned, last=_last_run(pruned, world, dice)))
        if dice.random() < 0.5:
            synced = replace(_sync(store, world.datastores[0], world, dice), created=born)
            sync.append(replace(synced, last=_last_run(synced, world, dice)))
    jobs: tuple[Job, ...] = (*verify, *prune, *sync)
    runs = [job.last for job in jobs if job.last is not None and (job.last.endtime is None or dice.random() < 0.8)]
    return replace(
        world,
        verify_jobs=tuple(verify),
        prune_jobs=tuple(prune),
        sync_jobs=tuple(sync),
        tasks=(*world.tasks, *runs),
    )
