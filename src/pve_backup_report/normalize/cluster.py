"""The whole tape to one ``Cluster``."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from zoneinfo import ZoneInfo

from pve_backup_report.endpoints import pve as ep
from pve_backup_report.endpoints.endpoint import Endpoint
from pve_backup_report.model.answer import Answer
from pve_backup_report.model.cluster import Cluster
from pve_backup_report.model.gap import Blind, Gap, GapKind
from pve_backup_report.model.guest import Guest
from pve_backup_report.model.job import Job
from pve_backup_report.model.pool import Pool
from pve_backup_report.model.sight import Sight
from pve_backup_report.model.tape import Tape
from pve_backup_report.normalize.archives import dated_backups, read_archives
from pve_backup_report.normalize.defaults import decide_retention, decide_storage
from pve_backup_report.normalize.entries import damage, is_whole, read_entries
from pve_backup_report.normalize.guest import has_snapshots, is_config, read_guest
from pve_backup_report.normalize.job import read_included, read_job
from pve_backup_report.normalize.listing_plan import plan_listings
from pve_backup_report.normalize.node import node_states
from pve_backup_report.normalize.nodes import NodesReading
from pve_backup_report.normalize.order import runs_in_order
from pve_backup_report.normalize.pbs_server import read_pbs_server
from pve_backup_report.normalize.pool import read_pools
from pve_backup_report.normalize.reading import Row, flag, missing, number, rows, text, unusable
from pve_backup_report.normalize.replication import read_replications
from pve_backup_report.normalize.restore import read_restores
from pve_backup_report.normalize.rights import Rights, read_rights
from pve_backup_report.normalize.sight import SHORTENED, absent, pools_that_pve_misses, shortened
from pve_backup_report.normalize.storage import read_storages
from pve_backup_report.normalize.volume import volumes_as_pve_says
from pve_backup_report.normalize.with_pbs import with_pbs

_DAY_S = 86400


def read_cluster(tape: Tape) -> Cluster:
    """Return everything the tape tells, with a gap for whatever it does not.

    Args:
        tape: the answers of one run.
    """
    read = [read_pbs_server(server, tape.asked_at) for server in tape.pbs]
    cluster = _Reading(tape).cluster() if tape.answers or not tape.pbs else _not_asked(tape)
    if not read:
        return cluster
    return with_pbs(cluster, tuple(server for server, _ in read), [gap for _, gaps in read for gap in gaps])


@dataclass(slots=True)
class _Reading:
    """One pass over a tape; gaps are gathered on the way."""

    tape: Tape
    gaps: list[Gap] = field(default_factory=list)

    def cluster(self) -> Cluster:
        rights = read_rights(self._answer(ep.PERMISSIONS), self._answer(ep.ACL))
        if self._answer(ep.NODES) is not None or not self._names_nodes():
            self._rows(ep.NODES)
        for endpoint in (ep.VERSION, ep.PERMISSIONS):
            self._object(endpoint)
        if (acl := self._answer(ep.ACL)) is not None:
            self._note(missing(ep.ACL, acl) or damage(ep.ACL, acl))
        resources = self._rows(ep.RESOURCES)
        storages = read_storages(self._rows(ep.STORAGES), resources)
        pools = read_pools(self._rows_where_asked(ep.POOLS), resources)
        jobs = self._jobs(pools)
        pools_from = self._pools_from(pools, jobs)
        named_by = {ep.POOLS: pools_from}
        for endpoint in SHORTENED:
            if rows(self._answer(named_by.get(endpoint, endpoint))) is not None:
                self._note(shortened(endpoint, rights))
        status_rows = self._rows(ep.CLUSTER_STATUS)
        states = node_states(self._answer(ep.NODES), self._answer(ep.RESOURCES))
        decided = decide_storage(jobs)
        asked = decided or decide_retention(jobs, storages)
        by_id = {storage.id: storage for storage in storages}
        of_nodes = NodesReading(self.tape, status_rows, rights, decided, asked, by_id)
        of_nodes.read(states)
        self.gaps.extend(of_nodes.gaps)
        nodes, tasks, runs = tuple(of_nodes.nodes), of_nodes.tasks, of_nodes.runs
        guests = self._guests(resources, jobs, states)
        plans = plan_listings(storages, states, rights)
        archives = read_archives(self.tape.answers, storages, plans, rights, [guest.vmid for guest in guests])
        self.gaps.extend(archives.gaps)
        restores, restore_gaps = read_restores(self.tape.answers, states)
        self.gaps.extend(restore_gaps)
        missed = pools_that_pve_misses({job.id: self._included_answer(job.id) for job in jobs}, jobs)
        return Cluster(
            name=_cluster_name(status_rows),
            version=self._version(),
            quorate=next((flag(row.get("quorate")) for row in status_rows if row.get("type") == "cluster"), None),
            asked_at=self.tape.asked_at,
            timezone=self.tape.timezone,
            nodes=nodes,
            guests=guests,
            storages=storages,
            pools=pools,
            jobs=jobs,
            tasks=tuple(sorted(tasks, key=lambda task: (-task.start, task.upid))),
            runs=runs_in_order(runs),
            backups=dated_backups(archives, of_nodes, guests, ZoneInfo(self.tape.timezone)),
            listings=archives.listings,
            not_backed_up=self._not_backed_up(),
            sight=Sight(
                jobs=self._whole(self._jobs_endpoint),
                guests=self._whole(ep.RESOURCES) and rights.everywhere("/vms", *ep.RESOURCES.privileges),
                pools=self._whole(pools_from) and rights.everywhere("/pool", *ep.POOLS.privileges),
                storages=self._whole(ep.STORAGES) and rights.everywhere("/storage", *ep.STORAGES.privileges),
                pools_absent=missed | self._absent(ep.POOLS, (job.pool for job in jobs), (p.id for p in pools), rights),
                storages_absent=self._absent(
                    ep.STORAGES,
                    [*(job.storage for job in jobs), *(node.default_storage for node in nodes)],
                    (storage.id for storage in storages),
                    rights,
                ),
            ),
            restores=restores,
            replications=read_replications(self._rows_where_asked(ep.REPLICATION)),
            gaps=tuple(sorted(set(self.gaps), key=lambda gap: (gap.endpoint, gap.kind, gap.detail, gap.needs or ""))),
        )

    @property
    def _jobs_endpoint(self) -> Endpoint:
        return replace(ep.JOBS, path=self.tape.jobs_path)

    def _answer(self, endpoint: Endpoint, **values: str | int) -> Answer | None:
        return self.tape.answers.get(endpoint.ask(**values))

    def _whole(self, endpoint: Endpoint) -> bool:
        return is_whole(endpoint, self._answer(endpoint))

    def _note(self, gap: Gap | None) -> None:
        if gap is not None:
            self.gaps.append(gap)

    def _rows(self, endpoint: Endpoint) -> list[Row]:
        """Return the sound rows of a list; what is not whole is always accompanied by a gap."""
        answer = self._answer(endpoint)
        found, damaged = read_entries(endpoint, answer)
        if found is None:
            self._note(missing(endpoint, answer) or unusable(endpoint, "no list"))
        self._note(damaged)
        return found or []

    def _rows_where_asked(self, endpoint: Endpoint) -> list[Row]:
        """Return the rows of a list that the collector asks for only where there can be something in it."""
        return [] if self._answer(endpoint) is None else self._rows(endpoint)

    def _names_nodes(self) -> bool:
        return any(row.get("type") == "node" for row in rows(self._answer(ep.RESOURCES)) or ())

    def _pools_from(self, pools: tuple[Pool, ...], jobs: tuple[Job, ...]) -> Endpoint:
        """Return the list that tells the pools: that of the resources is one too, if it names all that jobs name."""
        names = {pool.id for pool in pools}
        enough = all(job.pool in names for job in jobs if job.pool is not None)
        return ep.RESOURCES if self._answer(ep.POOLS) is None and enough else ep.POOLS

    def _object(self, endpoint: Endpoint) -> Mapping[str, object]:
        answer = self._answer(endpoint)
        if answer is not None and answer.ok and isinstance(answer.data, Mapping):
            return answer.data
        self._note(missing(endpoint, answer) or unusable(endpoint, "no object"))
        return {}

    def _version(self) -> str | None:
        answer = self._answer(ep.VERSION)
        data = answer.data if answer is not None and isinstance(answer.data, Mapping) else {}
        return text(data.get("version"))

    def _absent(
        self, endpoint: Endpoint, names: Iterable[str | None], listed: Iterable[str], rights: Rights
    ) -> frozenset[str]:
        if not self._whole(endpoint):
            return frozenset()
        return absent(self.tape.answers, endpoint, names, listed, rights)

    def _included_answer(self, job: str) -> Answer | None:
        return self._answer(ep.INCLUDED_VOLUMES, job=job)

    def _jobs(self, pools: tuple[Pool, ...]) -> tuple[Job, ...]:
        jobs = []
        seen_pools = {pool.id for pool in pools}
        for row in self._rows(self._jobs_endpoint):
            name = str(row["id"])
            included, gap = read_included(name, self._included_answer(name))
            job = read_job(row, included)
            if job is None:
                continue
            jobs.append(job)
            if gap is not None:
                # our own expansion of the job stands; PVE's is only needed where a pool is not visible
                blinds = (Blind.COVERAGE,) if job.pool is not None and job.pool not in seen_pools else ()
                self._note(replace(gap, blinds=blinds))
        return tuple(jobs)

    def _guests(self, resources: list[Row], jobs: tuple[Job, ...], states: Mapping[str, str]) -> tuple[Guest, ...]:
        as_pve_says = volumes_as_pve_says(guest for job in jobs for guest in job.included or ())
        guests = {}
        unseen: list[bool] = []
        for row in resources:
            vmid, node, kind = number(row.get("vmid")), text(row.get("node")), text(row.get("type"))
            if vmid is None or node is None or kind not in ("qemu", "lxc"):
                continue
            answer = self._answer(ep.GUEST_CONFIG, node=node, type=kind, vmid=vmid)
            config = answer.data if answer is not None and answer.ok and is_config(answer.data, kind) else None
            if config is None and answer is None and not self.tape.notes:
                unseen.append(vmid not in as_pve_says)
            elif config is None and states.get(node) != "offline":
                gap = missing(ep.GUEST_CONFIG, answer, node=node, type=kind, vmid=vmid) or unusable(
                    ep.GUEST_CONFIG, "no object", node=node, type=kind, vmid=vmid
                )
                # PVE's own expansion of a job tells the volumes as well; then only notes and sizes are missing
                self._note(replace(gap, blinds=() if vmid in as_pve_says else gap.blinds))
            snapshots = None
            if config is not None and has_snapshots(config):
                asked = self._answer(ep.SNAPSHOTS, node=node, type=kind, vmid=vmid)
                snapshots, damaged = read_entries(ep.SNAPSHOTS, asked, node=node, type=kind, vmid=vmid)
                self._note(missing(ep.SNAPSHOTS, asked, node=node, type=kind, vmid=vmid))
                self._note(damaged)
            guest = read_guest(row, config, as_pve_says.get(vmid), snapshots)
            if guest is not None:
                made_later = guest.born is not None and guest.born > self.tape.asked_at + _DAY_S
                guests[vmid] = replace(guest, born=None) if made_later else guest
        if unseen:  # not wanted: one gap for all of them
            blinds = ep.GUEST_CONFIG.blinds if any(unseen) else ()
            self._note(Gap("/nodes/*/*/*/config", GapKind.NOT_ASKED, "PVE_COLLECT_NOTES=false", None, blinds))
        return tuple(guests[vmid] for vmid in sorted(guests))

    def _not_backed_up(self) -> frozenset[int] | None:
        listed = self._rows(ep.NOT_BACKED_UP)
        if not self._whole(ep.NOT_BACKED_UP):
            return None
        return frozenset(vmid for row in listed if (vmid := number(row.get("vmid"))) is not None)


def _not_asked(tape: Tape) -> Cluster:
    """Return the cluster of a run that asked backup servers only."""
    return Cluster(
        name=None,
        version=None,
        quorate=None,
        asked_at=tape.asked_at,
        timezone=tape.timezone,
        nodes=(),
        guests=(),
        storages=(),
        pools=(),
        jobs=(),
        tasks=(),
        runs=(),
        backups=(),
        listings=(),
        not_backed_up=None,
        sight=Sight(jobs=False, guests=False, pools=False, storages=False),
        gaps=(),
        asked=False,
    )


def _cluster_name(status_rows: list[Row]) -> str | None:
    """Return the cluster's name; a standalone node has no cluster entry and gives its own."""
    for kind in ("cluster", "node"):
        for row in status_rows:
            if row.get("type") == kind and (name := text(row.get("name"))):
                return name
    return None
