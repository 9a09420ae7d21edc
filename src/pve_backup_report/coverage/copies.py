"""In how many places a guest's backups lie: the storages, and what sync jobs have carried further."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from pve_backup_report.coverage.evidence import GuestEvidence
from pve_backup_report.model.archive_name import tail
from pve_backup_report.model.backup import Backup
from pve_backup_report.model.cluster import Cluster
from pve_backup_report.model.copies import Copies, CopyPlace
from pve_backup_report.model.guest import Guest
from pve_backup_report.model.pbs import DatastoreJob, JobKind, JobResult

_WENT_WELL = (JobResult.OK, JobResult.WARNINGS)
_Group = tuple[str, str]  # the label of a namespace, and a group such as ``vm/100``


class CopyFinder:
    """Finds the places of every guest of a cluster."""

    def __init__(self, cluster: Cluster, offsite: frozenset[str]) -> None:
        """Sort what the backup servers hold beyond the cluster's own storages.

        Args:
            cluster: the normalized tape.
            offsite: storages, backup servers and ``server:datastore`` pairs that are away from the cluster.
        """
        self._offsite = offsite
        self._storages = {storage.id: storage for storage in cluster.storages}
        self._servers = {server.name: server for server in cluster.pbs}
        joined = {_place(storage.place) for storage in cluster.storages if storage.type == "pbs"}
        self._elsewhere: dict[str, dict[str, list[Backup]]] = defaultdict(lambda: defaultdict(list))
        self._fetched_by: dict[str, DatastoreJob] = {}
        self._whole = all(
            server.datastores_seen and all(store.namespaces_seen for store in server.datastores)
            for server in cluster.pbs
        )
        for server in cluster.pbs:
            for datastore in server.datastores:
                for namespace in datastore.namespaces:
                    if (server.name, datastore.name, namespace.path) in joined:
                        continue
                    label = f"{server.name}:{datastore.name}{f'/{namespace.path}' if namespace.path else ''}"
                    for snapshot in namespace.snapshots:
                        self._elsewhere[snapshot.volid.rpartition("/")[0]][label].append(snapshot)
                    fetched = server.jobs_for(JobKind.SYNC, datastore.name, namespace.path)
                    if pulls := [job for job in fetched if not job.push and job.remote is not None]:
                        self._fetched_by[label] = pulls[0]

    def of(self, guest: Guest, evidence: GuestEvidence, offsite: frozenset[str] = frozenset()) -> Copies:
        """Return the places of one guest's good backups.

        Args:
            guest: the guest.
            evidence: what is known of its backups.
            offsite: what counts as away for this guest, besides what does for all.
        """
        away = self._offsite | offsite
        by_place: dict[tuple[str, str | None], list[Backup]] = defaultdict(list)
        for archive in evidence.archives:
            by_place[archive.storage, archive.node].append(archive)
        places = [self._of_storage(storage, node, found, away) for (storage, node), found in by_place.items()]
        places.extend(self._of_namespaces(f"{_GROUPS[guest.type]}/{guest.vmid}", evidence, away))
        places.extend(self._pushed({storage for storage, _ in by_place}))
        good = [place for place in places if place.count or place.newest_at is None]
        disks = {volume.volume.partition(":")[0] for volume in guest.volumes or () if ":" in volume.volume}
        return Copies(
            places=tuple(sorted(good, key=lambda place: (place.name, place.node or ""))),
            whole=evidence.archives_seen and self._whole,
            media=1 + len({place.name for place in good} - disks),
        )

    def _of_storage(self, name: str, node: str | None, found: Iterable[Backup], away: frozenset[str]) -> CopyPlace:
        storage = self._storages.get(name)
        aliases = {name, *(_labels(storage.place) if storage is not None else ())}
        return _copy_place(name, node, found, offsite=not away.isdisjoint(aliases), by_sync=None, is_storage=True)

    def _of_namespaces(self, group: str, evidence: GuestEvidence, away: frozenset[str]) -> Iterable[CopyPlace]:
        """Yield the other namespaces that hold a snapshot of this guest: the group there is then this guest's."""
        if group not in self._elsewhere:
            return
        known = {tail(archive.volid) for archive in evidence.archives} | {tail(run.archive) for run in evidence.runs}
        for label, snapshots in self._elsewhere[group].items():
            if not any(snapshot.volid in known for snapshot in snapshots):
                continue  # another cluster's guest with the same id, as far as can be told
            job = self._fetched_by.get(label)
            carried = job is not None and job.state.last_result in _WENT_WELL
            server, _, rest = label.partition(":")
            named = not away.isdisjoint({server, label, f"{server}:{rest.partition('/')[0]}"})
            brought_by = job.id if job else None
            yield _copy_place(label, None, snapshots, offsite=carried or named, by_sync=brought_by, is_storage=False)

    def _pushed(self, storages: Iterable[str]) -> Iterable[CopyPlace]:
        """Yield the places that a sync job sends a storage's backups to, and that were not asked themselves."""
        for name in sorted(storages):
            storage = self._storages.get(name)
            place = _place(storage.place) if storage is not None else None
            server = self._servers.get(place[0]) if place is not None else None
            if place is None or server is None:
                continue
            for job in server.jobs_for(JobKind.SYNC, place[1], place[2]):
                if job.push and job.remote is not None and job.state.last_result in _WENT_WELL:
                    label = f"{job.remote}:{job.remote_datastore}"
                    if not self._was_asked(job):
                        yield CopyPlace(
                            name=label,
                            node=None,
                            newest_at=None,
                            count=0,
                            offsite=True,
                            protected=0,
                            verified_at=None,
                            failed=0,
                            by_sync=job.id,
                            is_storage=False,
                        )

    def _was_asked(self, job: DatastoreJob) -> bool:
        remote = self._servers.get(job.remote or "")
        return remote is not None and any(store.name == job.remote_datastore for store in remote.datastores)


_GROUPS: Mapping[str, str] = {"qemu": "vm", "lxc": "ct"}


def _copy_place(  # noqa: PLR0913 -- the last three by name
    name: str, node: str | None, found: Iterable[Backup], *, offsite: bool, by_sync: str | None, is_storage: bool
) -> CopyPlace:
    backups = list(found)
    good = [backup for backup in backups if backup.good]
    return CopyPlace(
        name=name,
        node=node,
        newest_at=max([backup.at for backup in good], default=0),
        count=len(good),
        offsite=offsite,
        protected=len([backup for backup in good if backup.protected]),
        verified_at=max([backup.verified_at for backup in good if backup.verified_at is not None], default=None),
        failed=len([backup for backup in backups if backup.verified == "failed"]),
        by_sync=by_sync,
        is_storage=is_storage,
    )


def _place(place: tuple[str, ...]) -> tuple[str, str, str]:
    """Return server, datastore and namespace of a storage's place."""
    told = dict(part.partition("=")[::2] for part in place[1:])
    return told.get("server", ""), told.get("datastore", ""), told.get("namespace", "")


def _labels(place: tuple[str, ...]) -> Iterable[str]:
    server, datastore, _ = _place(place)
    if datastore:
        yield server
        yield f"{server}:{datastore}"
