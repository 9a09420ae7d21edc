"""The first law, on simulated clusters with every trap: nothing is claimed against the truth, whatever the token."""

from functools import cache

import pytest

from pve_backup_report.coverage.analysis import analyse
from pve_backup_report.model.cluster import Cluster
from pve_backup_report.model.verdict import Freshness, GuestVerdict, Verdict
from pve_backup_report.normalize.cluster import read_cluster
from simulator import PRESETS, Truth, World, random_world
from simulator.truth import GuestTruth
from tape_from_simulator import record

SEEDS = range(24)
CASES = [(seed, token) for seed in SEEDS for token in sorted(PRESETS)]


@cache
def world_of(seed: int) -> tuple[World, Truth]:
    world = random_world(seed)
    return world, Truth.of(world)


@cache
def conclusions(seed: int, token: str) -> tuple[Cluster, tuple[GuestVerdict, ...], Truth]:
    world, truth = world_of(seed)
    cluster = read_cluster(record(world, PRESETS[token]))
    return cluster, analyse(cluster).guests, truth


@pytest.mark.parametrize(("seed", "token"), CASES)
def test_no_guest_is_called_covered_or_uncovered_against_the_truth(seed: int, token: str) -> None:
    _, guests, truth = conclusions(seed, token)
    for guest in guests:
        if guest.verdict is not Verdict.UNDETERMINED:
            assert str(guest.verdict) == truth.guests[guest.guest.vmid].verdict, guest.guest.key


@pytest.mark.parametrize(("seed", "token"), CASES)
def test_no_backup_is_called_fresh_late_or_missing_against_the_truth(seed: int, token: str) -> None:
    cluster, guests, truth = conclusions(seed, token)
    for guest in guests:
        real = truth.guests[guest.guest.vmid]
        newest = real.newest_good.ctime if real.newest_good else None
        if guest.freshness is Freshness.FRESH and guest.last_due is not None:
            assert is_fresh(guest, real, cluster.asked_at), guest.guest.key
        elif guest.freshness is Freshness.NEVER:
            assert newest is None or newest < (guest.guest.born or 0), guest.guest.key
        elif guest.freshness is Freshness.LATE and guest.last_due == real.last_due:
            assert newest is None or newest < (guest.last_due or 0), guest.guest.key


def is_fresh(guest: GuestVerdict, real: GuestTruth, now: int) -> bool:
    due = guest.last_due or 0
    if now < due + max(7200, 2 * (guest.usual_duration_s or 0)):
        return True
    if real.newest_good is not None and real.newest_good.ctime >= min(due, real.last_due or due):
        return True
    # where no archive can be listed, what the newest log calls finished counts
    told = guest.last_success is not None and guest.last_success.source == "task"
    return told and real.newest_success is not None and real.newest_success.start >= due


@pytest.mark.parametrize("seed", SEEDS)
def test_a_token_that_sees_everything_leaves_no_verdict_open(seed: int) -> None:
    _, guests, _ = conclusions(seed, "root_full")
    assert [guest.guest.key for guest in guests if guest.verdict is Verdict.UNDETERMINED] == []


@pytest.mark.parametrize("seed", SEEDS)
def test_a_token_without_rights_claims_nothing_and_says_why(seed: int) -> None:
    cluster, guests, _ = conclusions(seed, "nopriv")
    assert guests == ()
    endpoints = {gap.endpoint for gap in cluster.gaps}
    assert {"/cluster/backup", "/cluster/resources", "/storage", "/pools"} <= endpoints


def test_the_worlds_are_not_all_alike() -> None:
    seen = {guest.verdict for seed in SEEDS for guest in conclusions(seed, "root_full")[1]}
    fresh = {guest.freshness for seed in SEEDS for guest in conclusions(seed, "root_full")[1]}
    assert seen == {Verdict.COVERED, Verdict.PARTIAL, Verdict.UNCOVERED}
    assert fresh == {None, *Freshness}
