"""What backup servers hold is told as it is: nothing against the truth, whatever lies beside it and whoever asks."""

from functools import cache

import pytest

from pve_backup_report.coverage.analysis import analyse
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.verdict import Freshness, GuestVerdict
from pve_backup_report.normalize.cluster import read_cluster
from simulator import PRESETS as PVE_TOKENS
from simulator import Truth, World, random_world
from simulator_pbs import PRESETS as PBS_TOKENS
from simulator_pbs import PbsTruth, PbsWorld, random_pbs, servers_of
from simulator_pbs.records import Snapshot
from simulator_pbs.traps import ELSEWHERE
from tape_from_simulator import record, record_pbs, with_servers

SEEDS = range(16)
CASES = [(seed, token) for seed in SEEDS for token in sorted(PBS_TOKENS)]


@cache
def world_of(seed: int) -> tuple[World, Truth, tuple[PbsWorld, ...]]:
    world = random_world(seed)
    servers = tuple(random_pbs(seed, world, address) for address in servers_of(world))
    return world, Truth.of(world), servers


@cache
def conclusions(seed: int, token: str) -> Analysis:
    world, _, servers = world_of(seed)
    tapes = [
        record_pbs(server, PBS_TOKENS[token], address, name=f"vault{number}")
        for number, (server, address) in enumerate(zip(servers, servers_of(world), strict=True))
    ]
    return analyse(read_cluster(with_servers(record(world, PVE_TOKENS["auditor"]), *tapes)))


def good_times(seed: int, guest: GuestVerdict) -> set[int]:
    """When the good backups were made that the cluster's own enabled storages hold, those of other clusters apart."""
    world, truth, servers = world_of(seed)
    places = {storage.place("") for storage in world.storages if storage.is_pbs and not storage.disable}
    files = truth.guests[guest.guest.vmid].reachable
    found = {archive.ctime for archive in files if archive.good and not archive.place.startswith("pbs:")}
    kind = "vm" if guest.guest.type == "qemu" else "ct"
    for server, address in zip(servers, servers_of(world), strict=True):
        for group in PbsTruth.of(server).of_guest(kind, str(guest.guest.vmid)):
            if group.reachable and f"pbs:{address}:{group.key.store}:{group.key.namespace}" in places:
                found.update(
                    snapshot.time for snapshot in group.snapshots if snapshot.good and snapshot.cluster != ELSEWHERE
                )
    return {at for at in found if at >= (guest.guest.born or 0)}


@pytest.mark.parametrize(("seed", "token"), CASES)
def test_no_backup_is_called_fresh_late_or_missing_against_the_truth(seed: int, token: str) -> None:
    analysis = conclusions(seed, token)
    for guest in analysis.guests:
        good = good_times(seed, guest)
        judged = guest.judged_due
        if guest.freshness is Freshness.NEVER:
            assert not good, guest.guest.key
        elif guest.freshness is Freshness.LATE and judged is not None:
            assert max(good, default=0) < judged, guest.guest.key
        elif guest.freshness is Freshness.FRESH and judged is not None and said_by_a_listing(guest):
            assert max(good, default=0) >= judged, guest.guest.key


def said_by_a_listing(guest: GuestVerdict) -> bool:
    return guest.last_success is not None and guest.last_success.source != "task"


@pytest.mark.parametrize("seed", SEEDS)
def test_an_auditor_of_the_server_sees_the_last_good_backup_of_each_guest(seed: int) -> None:
    for guest in conclusions(seed, "root_full").guests:
        if guest.backups is None or guest.uncertain or guest.last_success is None:
            continue
        assert guest.last_success.at == max(good_times(seed, guest)), guest.guest.key


@pytest.mark.parametrize("seed", SEEDS)
def test_verification_encryption_and_protection_are_the_servers(seed: int) -> None:
    _, _, servers = world_of(seed)
    for server in conclusions(seed, "root_full").cluster.pbs:
        real = servers[int(server.name.removeprefix("vault"))]
        truth = {(at.store, at.namespace, f"{at.type}/{at.id}", at.time): at for at in real.snapshots}
        for datastore in server.datastores:
            for namespace in datastore.namespaces:
                for snapshot in namespace.snapshots:
                    key = (datastore.name, namespace.path, snapshot.volid.rpartition("/")[0], snapshot.at)
                    assert facts(truth[key]) == (
                        snapshot.finished,
                        snapshot.verified,
                        snapshot.verified_at,
                        snapshot.encrypted,
                        snapshot.protected,
                        snapshot.owner,
                    )


def facts(snapshot: Snapshot) -> tuple[object, ...]:
    """What a listing can tell; of one without a readable manifest only who owns it and that it is protected."""
    readable = snapshot.readable
    return (
        readable,
        snapshot.verification if readable else None,
        snapshot.verified_at if readable else None,
        snapshot.encrypted if readable else False,
        snapshot.protected,
        snapshot.owner,
    )


def test_the_worlds_hold_enough_to_judge() -> None:
    guests = [guest for seed in SEEDS for guest in conclusions(seed, "root_full").guests]
    assert sum(guest.last_success is not None and guest.last_success.source == "pbs" for guest in guests) > len(SEEDS)
    assert any(guest.uncertain for guest in guests)
    unknown = sum(guest.freshness is Freshness.UNKNOWN for guest in guests)
    assert unknown * 10 < len(guests)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_token_without_rights_leaves_gaps_and_claims_nothing(seed: int) -> None:
    analysis = conclusions(seed, "nopriv")
    for server in analysis.cluster.pbs:
        assert server.datastores == ()
        assert not server.datastores_seen
        assert f"{server.name}:/admin/datastore" in {gap.endpoint for gap in analysis.cluster.gaps}
