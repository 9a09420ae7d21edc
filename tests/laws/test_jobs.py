"""The second law: one more job never uncovers anyone, disabling one covers no one, and each guest has one verdict."""

import random
from dataclasses import replace
from functools import cache

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pve_backup_report.coverage.analysis import analyse
from pve_backup_report.model.cluster import Cluster
from pve_backup_report.model.job import Job
from pve_backup_report.model.verdict import Verdict
from pve_backup_report.normalize.cluster import read_cluster
from simulator import PRESETS, random_world
from tape_from_simulator import record

UNCOVERED, COVERED, PARTIAL = Verdict.UNCOVERED, Verdict.COVERED, Verdict.PARTIAL
TAKEN = (COVERED, PARTIAL)
WORLDS = 12


@cache
def seen(seed: int, token: str) -> Cluster:
    return read_cluster(record(random_world(seed, guests=8, nodes=3, days=2), PRESETS[token]))


def verdicts(cluster: Cluster, jobs: tuple[Job, ...]) -> dict[int, Verdict]:
    guests = analyse(replace(cluster, jobs=jobs)).guests
    found = {guest.guest.vmid: guest.verdict for guest in guests}
    assert len(found) == len(guests) == len(cluster.guests)
    return found


cases = given(st.integers(0, WORLDS), st.sampled_from(("root_full", "auditor_no_pools")), st.integers(0, 2**16))
often = settings(max_examples=35, deadline=None, suppress_health_check=list(HealthCheck))


@often
@cases
def test_one_more_job_never_uncovers_anyone(seed: int, token: str, luck: int) -> None:
    cluster, dice = seen(seed, token), random.Random(luck)
    other = dice.choice(seen((seed + 1) % WORLDS, token).jobs or cluster.jobs or (None,))
    if other is None:
        return
    some = tuple(job for job in cluster.jobs if dice.random() < 0.5)
    before = verdicts(cluster, some)
    more = verdicts(cluster, (*some, replace(other, id="one-more", enabled=True, included=None)))
    for vmid, verdict in before.items():
        assert verdict not in TAKEN or more[vmid] is verdict
        assert verdict is UNCOVERED or more[vmid] is not UNCOVERED


@often
@cases
def test_disabling_a_job_never_covers_anyone(seed: int, token: str, luck: int) -> None:
    cluster, dice = seen(seed, token), random.Random(luck)
    if not cluster.jobs:
        return
    off = dice.choice(cluster.jobs)
    before = verdicts(cluster, cluster.jobs)
    after = verdicts(cluster, tuple(replace(job, enabled=job.enabled and job is not off) for job in cluster.jobs))
    for vmid, verdict in before.items():
        assert after[vmid] not in TAKEN or after[vmid] is verdict
        assert verdict is not UNCOVERED or after[vmid] is UNCOVERED


@often
@cases
def test_the_order_of_jobs_and_guests_is_of_no_account(seed: int, token: str, luck: int) -> None:
    cluster, dice = seen(seed, token), random.Random(luck)
    jobs = tuple(dice.sample(cluster.jobs, len(cluster.jobs)))
    guests = tuple(dice.sample(cluster.guests, len(cluster.guests)))
    assert verdicts(cluster, cluster.jobs) == verdicts(replace(cluster, guests=guests), jobs)
