"""In how many places a guest's backups lie, and which of them are away."""

from dataclasses import replace

from anomalies.build import (
    DUE,
    archive,
    cluster,
    datastore,
    guest,
    job,
    listing,
    pbs_job,
    ran,
    server,
    snapshot,
    storage,
)
from pve_backup_report.coverage.analysis import analyse
from pve_backup_report.model.backup import Backup
from pve_backup_report.model.copies import Copies
from pve_backup_report.model.pbs import Datastore, DatastoreJob, JobKind, JobResult, Namespace, PbsServer
from pve_backup_report.model.storage import PbsTarget
from pve_backup_report.model.wishes import Wishes

OWNER = "backup@pbs!pve"
NAS = storage("nas")
PBS = storage(
    "pbs",
    type="pbs",
    place=("pbs", "server=vault", "datastore=main", "namespace="),
    target=PbsTarget("192.0.2.30", 8007, "main", "", None, OWNER),
)
LISTED = (listing("nas"), listing("pbs"))


def on_server(night: int, **changes: object) -> Backup:
    """A snapshot as the server itself lists it."""
    listed = snapshot(100, night, source="pbs", owner=OWNER, verified_at=DUE, **changes)
    return replace(listed, storage="vault:main", volid=listed.volid.partition(":backup/")[2])


def joined(night: int, **changes: object) -> Backup:
    """The same as the storage's backup."""
    return snapshot(100, night, source="pbs", owner=OWNER, verified_at=DUE, **changes)


def holding(name: str, *snapshots: Backup, namespace: str = "") -> Datastore:
    return datastore(name, namespaces=(Namespace(namespace, whole=True, snapshots=snapshots),))


def copies(*backups: Backup, pbs: tuple[PbsServer, ...] = (), offsite: tuple[str, ...] = ()) -> Copies:
    made = cluster(
        guests=(guest(100),), storages=(NAS, PBS), jobs=(job("nightly"),), backups=backups, listings=LISTED, runs=(),
        tasks=(), pbs=pbs,
    )  # fmt: skip
    made = replace(made, nodes=tuple(replace(node, history_since=None) for node in made.nodes))
    found = analyse(made, Wishes(offsite=frozenset(offsite))).guests[0].copies
    assert found is not None
    return found


def names(found: Copies) -> list[tuple[str, bool]]:
    return [(place.name, place.offsite) for place in found.places]


def test_each_storage_is_a_place_and_the_guest_itself_a_copy() -> None:
    found = copies(archive(100), archive(100, 1), joined(0, protected=True))
    assert names(found) == [("nas", False), ("pbs", False)]
    assert (found.copies, found.media, found.offsite, found.protected, found.failed) == (3, 3, 0, 1, 0)
    assert found.verified_at == DUE


def test_what_is_not_good_is_no_copy_and_damage_is_counted() -> None:
    assert names(copies(joined(0, finished=False))) == []
    assert copies(joined(0), joined(1, verified="failed")).failed == 1


def test_a_place_is_off_site_when_the_settings_name_it() -> None:
    assert names(copies(archive(100), offsite=("nas",))) == [("nas", True)]
    for name in ("pbs", "vault", "vault:main"):
        assert names(copies(joined(0), offsite=(name,))) == [("pbs", True)]


def pull(result: JobResult = JobResult.OK) -> DatastoreJob:
    return pbs_job(JobKind.SYNC, "s-in", datastore="copy", remote="home", remote_datastore="main", state=ran(result))


def test_a_synced_namespace_is_a_place_and_off_site_while_its_job_works() -> None:
    for result, away in ((JobResult.OK, True), (JobResult.FAILED, False)):
        far = server(holding("copy", on_server(0), on_server(1)), jobs=(pull(result),), name="far")
        assert names(copies(joined(0), pbs=(far,))) == [("far:copy", away), ("pbs", False)]


def test_there_may_be_more_copies_where_not_all_of_a_server_was_seen() -> None:
    for stores, spaces in ((True, True), (True, False), (False, True)):
        far = server(datastore("copy", namespaces_seen=spaces), name="far", datastores_seen=stores)
        assert copies(joined(0), pbs=(far,)).whole is (stores and spaces)


def test_another_clusters_guest_of_the_same_id_is_no_copy() -> None:
    far = server(holding("copy", on_server(5)), name="far")
    assert names(copies(joined(0), pbs=(far,))) == [("pbs", False)]


def test_what_is_sent_away_counts_while_the_job_works() -> None:
    sent = pbs_job(JobKind.SYNC, "s-out", push=True, remote="far", remote_datastore="copy")
    home = server(holding("main", on_server(0)), jobs=(sent,))
    assert names(copies(joined(0), pbs=(home,))) == [("far:copy", True), ("pbs", False)]
    failing = server(holding("main", on_server(0)), jobs=(replace(sent, state=ran(JobResult.FAILED)),))
    assert names(copies(joined(0), pbs=(failing,))) == [("pbs", False)]


def test_a_place_that_was_asked_itself_is_not_counted_twice() -> None:
    sent = pbs_job(JobKind.SYNC, "s-out", push=True, remote="far", remote_datastore="copy")
    home = server(holding("main", on_server(0)), jobs=(sent,))
    far = server(holding("copy", on_server(0)), name="far")
    assert [name for name, _ in names(copies(joined(0), pbs=(home, far)))] == ["far:copy", "pbs"]
