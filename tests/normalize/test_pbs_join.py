"""A storage is joined to the datastore that it is on, by certificate, else by address, else by name; or to none."""

from dataclasses import replace
from typing import Any

import pytest

from pbs_answers import FINGERPRINT, pbs_tape, refused, snapshot
from pve_backup_report.model.cluster import Cluster
from pve_backup_report.model.gap import Blind
from pve_backup_report.model.pbs import PbsServer
from pve_backup_report.model.storage import PbsTarget, Storage
from pve_backup_report.model.tape import PbsTape
from pve_backup_report.normalize.cluster import read_cluster
from pve_backup_report.normalize.pbs_join import PbsPlace, placed, places_of
from pve_backup_report.normalize.pbs_server import read_pbs_server
from simulator import PRESETS, Job, Node, World
from simulator.builders import local, local_lvm, pbs, vm
from tape_from_simulator import record, with_servers

NOW = 1_772_604_000
OURS = FINGERPRINT.replace(":", "").lower()
OTHER = "cd" * 32


def storage(name: str = "pbs1", **changes: object) -> Storage:
    target = PbsTarget("192.0.2.30", 8007, "main", "", None, "backup@pbs!pve")
    target = replace(target, **changes)  # type: ignore[arg-type] # replace() itself refuses what is no field
    place = ("pbs", f"server={target.server}", f"datastore={target.datastore}")
    return Storage(
        id=name, type="pbs", content=("backup",), enabled=True, nodes=None, shared=True, retention=None, place=place,
        states=(), target=target,
    )  # fmt: skip


def server(**changes: object) -> PbsServer:
    tape = pbs_tape({"main": {"": []}, "attic": {"": []}}, **changes)  # type: ignore[arg-type] # by name
    return read_pbs_server(tape, NOW)[0]


@pytest.mark.parametrize(
    ("of_storage", "of_server", "joined"),
    [
        ({"fingerprint": OURS, "server": "pbs.lan"}, {}, True),
        ({"fingerprint": OURS, "port": 9999}, {}, True),
        ({}, {}, True),
        ({}, {"fingerprint": None}, True),
        ({"server": "PBS.lan"}, {"address": "pbs.LAN:8007"}, True),
        ({"server": "vault.lan"}, {}, True),
        ({"server": "vault"}, {}, True),
        ({"server": "vault.lan", "datastore": "elsewhere"}, {}, False),
        ({"fingerprint": OTHER}, {}, False),
        ({"port": 8008}, {}, False),
        ({"server": "198.51.100.1"}, {}, False),
    ],
)
def test_a_storage_is_joined_where_nothing_speaks_against_it(
    of_storage: dict[str, Any],
    of_server: dict[str, object],
    joined: bool,  # noqa: FBT001 -- a table
) -> None:
    found = places_of([storage(**of_storage)], [server(**of_server)])
    assert (found == {"pbs1": PbsPlace("vault", "main", "")}) is joined
    assert bool(found) is joined


def test_two_servers_of_one_address_are_not_guessed_between() -> None:
    assert places_of([storage()], [server(fingerprint=None), server(fingerprint=None, name="other")]) == {}


def test_two_names_of_one_place_are_one_place() -> None:
    both = (storage("a"), storage("b", server="pbs.lan", fingerprint=OURS), storage("c", namespace="x"))
    first, second, third = placed(both, places_of(both, [server()]))
    assert first.place == second.place != third.place


def cluster(*servers: PbsTape, token: str = "auditor") -> Cluster:  # noqa: S107 -- a name, no secret
    world = World(
        now=NOW,
        nodes=(Node("pve1"),),
        guests=(vm(100, "web", "pve1"),),
        storages=(local(), local_lvm(), pbs("pbs1"), pbs("pbs2")),
        jobs=(Job("nightly", "02:00", storage="pbs1", all=True),),
    )
    return read_cluster(with_servers(record(world, PRESETS[token]), *servers))


def listing_gaps(found: Cluster) -> dict[str, tuple[Blind, ...]]:
    return {gap.endpoint: gap.blinds for gap in found.gaps if "content" in gap.endpoint or ":" in gap.endpoint}


def test_what_the_server_tells_closes_the_gap_that_the_cluster_leaves() -> None:
    blind = listing_gaps(cluster())
    assert Blind.EVIDENCE in blind["/nodes/pve1/storage/pbs1/content"]
    seeing = cluster(pbs_tape({"main": {"": [snapshot(100, NOW - 3600)]}}))
    assert set(listing_gaps(seeing).values()) == {()}
    assert {(backup.storage, backup.source) for backup in seeing.backups} == {("pbs1", "pbs"), ("pbs2", "pbs")}
    assert all(listing.whole for listing in seeing.listings if listing.storage in ("pbs1", "pbs2"))


def test_a_namespace_that_was_refused_is_not_an_empty_one() -> None:
    failing = {"/admin/datastore/main/snapshots": refused()}
    found = cluster(pbs_tape({"main": {"": []}}, failing=failing))
    assert not any(listing.whole for listing in found.listings if listing.storage == "pbs1")
    assert Blind.EVIDENCE in listing_gaps(found)["vault:/admin/datastore/main/snapshots"]


def test_a_server_that_no_storage_is_on_hides_no_evidence() -> None:
    failing = {"/admin/datastore/main/snapshots": refused()}
    tape = pbs_tape({"main": {"": []}}, address="198.51.100.9:8007", fingerprint=None, name="far", failing=failing)
    assert listing_gaps(cluster(tape))["far:/admin/datastore/main/snapshots"] == (Blind.PBS,)


def test_hosts_and_ids_that_are_no_number_are_nobodys_backups() -> None:
    rows = [snapshot("laptop", NOW - 60, "host"), snapshot("abc", NOW - 60), snapshot(100, NOW - 60)]
    assert {backup.vmid for backup in cluster(pbs_tape({"main": {"": rows}})).backups} == {100}
