"""The whole tape to one ``Cluster``."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from zoneinfo import ZoneInfo

from pve_backup_report import endpoints as ep
from pve_backup_report.endpoints import Endpoint
from pve_backup_report.model.answer import Answer
from pve_backup_report.model.cluster import Cluster
from pve_backup_report.model.gap import Blind, Gap, GapKind
from pve_backup_report.model.guest import Guest
from pve_backup_report.model.job import Job
from pve_backup_report.model.node import Node
from pve_backup_report.model.pool import Pool
from pve_backup_report.model.sight import Sight
from pve_backup_report.model.tape import Tape
from pve_backup_report.model.task import Run, Task
from pve_backup_report.normalize.archives import dated_backups, read_archives
from pve_backup_report.normalize.guest import is_config, read_guest
from pve_backup_report.normalize.job import read_included, read_job
from pve_backup_report.normalize.listing_plan import plan_listings
from pve_backup_report.normalize.node import is_online, node_states, read_clock
from pve_backup_report.normalize.pool import read_pools
from pve_backup_report.normalize.reading import Row, flag, missing, number, rows, text, unusable
from pve_backup_report.normalize.rights import Rights, read_rights
from pve_backup_report.normalize.sight import SHORTENED, absent, pools_that_pve_misses, shortened
from pve_backup_report.normalize.storage import read_storages
from pve_backup_report.normalize.task_list import read_task_list
from pve_backup_report.normalize.task_runs import TaskReader
from pve_backup_report.normalize.volume import volumes_as_pve_says


def read_cluster(tape: Tape) -> Cluster:
    """Return everything the tape tells, with a gap for whatever it does not.

    Args:
        tape: the answers of one run.
    """
    return _Reading(tape).cluster()


@dataclass(slots=True)
class _Reading:
    """One pass over a tape; gaps are gathered on the way."""

    tape: Tape
    gaps: list[Gap] = field(default_factory=list)

    def cluster(self) -> Cluster:
        rights = read_rights(self._answer(ep.PERMISSIONS), self._answer(ep.ACL))
        self._rows(ep.NODES)
        for endpoint in (ep.VERSION, ep.PERMISSIONS):
            self._object(endpoint)
        resources = self._rows(ep.RESOURCES)
        storages = read_storages(self._rows(ep.STORAGES), resources)
        pools = read_pools(self._rows(ep.POOLS), resources)
        jobs = self._jobs(pools)
        for endpoint in SHORTENED:
            if _listed(self._answer(endpoint)):
                self._note(shortened(endpoint, rights))
        status_rows = self._rows(ep.CLUSTER_STATUS)
        states = node_states(self._answer(ep.NODES), self._answer(ep.RESOURCES))
        nodes, tasks, runs = self._nodes(states, status_rows, rights, ask_defaults=_needs_defaults(jobs))
        guests = self._guests(resources, jobs, states)
        plans = plan_listings(storages, states, rights)
        archives = read_archives(self.tape.answers, storages, plans, rights, [guest.vmid for guest in guests])
        self.gaps.extend(archives.gaps)
        self.gaps.extend(
            Gap(f"{name}:/version", GapKind.NOT_ASKED, "this version does not ask backup servers", None, (Blind.PBS,))
            for name in self.tape.pbs
        )
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
            runs=tuple(sorted(runs, key=lambda run: (-run.at, run.vmid, run.upid))),
            backups=dated_backups(archives, runs, guests, nodes, ZoneInfo(self.tape.timezone)),
            listings=archives.listings,
            not_backed_up=self._not_backed_up(),
            sight=Sight(
                jobs=_listed(self._answer(self._jobs_endpoint)),
                guests=_listed(self._answer(ep.RESOURCES)) and rights.everywhere("/vms", *ep.RESOURCES.privileges),
                pools=_listed(self._answer(ep.POOLS)) and rights.everywhere("/pool", *ep.POOLS.privileges),
                storages=_listed(self._answer(ep.STORAGES)) and rights.everywhere("/storage", *ep.STORAGES.privileges),
                pools_absent=missed | self._absent(ep.POOLS, (job.pool for job in jobs), (p.id for p in pools), rights),
                storages_absent=self._absent(
                    ep.STORAGES,
                    [*(job.storage for job in jobs), *(node.default_storage for node in nodes)],
                    (storage.id for storage in storages),
                    rights,
                ),
            ),
            gaps=tuple(sorted(set(self.gaps), key=lambda gap: (gap.endpoint, gap.kind, gap.detail, gap.needs or ""))),
        )

    @property
    def _jobs_endpoint(self) -> Endpoint:
        return replace(ep.JOBS, path=self.tape.jobs_path)

    def _answer(self, endpoint: Endpoint, **values: str | int) -> Answer | None:
        return self.tape.answers.get(endpoint.ask(**values))

    def _note(self, gap: Gap | None) -> None:
        if gap is not None:
            self.gaps.append(gap)

    def _rows(self, endpoint: Endpoint) -> list[Row]:
        """Return the rows of a list; an empty list is always accompanied by a gap unless it was the answer."""
        answer = self._answer(endpoint)
        found = rows(answer)
        if found is None:
            self._note(missing(endpoint, answer) or unusable(endpoint, "no list"))
        return found or []

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
        if not _listed(self._answer(endpoint)):
            return frozenset()
        return absent(self.tape.answers, endpoint, names, listed, rights)

    def _included_answer(self, job: str) -> Answer | None:
        return self._answer(ep.INCLUDED_VOLUMES, job=job)

    def _jobs(self, pools: tuple[Pool, ...]) -> tuple[Job, ...]:
        jobs = []
        seen_pools = {pool.id for pool in pools}
        for row in self._rows(self._jobs_endpoint):
            name = text(row.get("id"))
            if name is None:
                self._note(unusable(self._jobs_endpoint, "a job without an id"))
                continue
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

    def _nodes(
        self, states: Mapping[str, str], status_rows: list[Row], rights: Rights, *, ask_defaults: bool
    ) -> tuple[tuple[Node, ...], list[Task], list[Run]]:
        nodes: list[Node] = []
        tasks: list[Task] = []
        runs: list[Run] = []
        for name, state in states.items():
            node, rows_of_node = self._node(name, state, status_rows, rights, ask_defaults=ask_defaults)
            nodes.append(node)
            zone = ZoneInfo(node.timezone or self.tape.timezone)
            reader = TaskReader(
                self.tape.answers, name, zone, self.tape.asked_at, self.tape.log_limit, node.default_storage
            )
            for row in rows_of_node:
                read = reader.read(row)
                if read is None:
                    self._note(unusable(ep.TASKS, "a task without a UPID or a start", node=name, limit=0))
                    continue
                task, task_runs, gap = read
                tasks.append(task)
                runs.extend(task_runs)
                self._note(gap)
        return tuple(nodes), tasks, runs

    def _node(
        self, name: str, state: str, status_rows: list[Row], rights: Rights, *, ask_defaults: bool
    ) -> tuple[Node, tuple[Row, ...]]:
        if state == "offline":
            blinds = (Blind.VOLUMES, Blind.EVIDENCE)
            self._note(Gap(f"/nodes/{name}", GapKind.NOT_ASKED, "the node is offline", None, blinds, (f"node/{name}",)))
            return Node(
                name,
                state,
                online=False,
                timezone=None,
                clock_offset=None,
                default_storage=None,
                default_dumpdir=None,
                tasks_seen=False,
                history_since=None,
            ), ()
        zone, offset, clock_gap = read_clock(name, self._answer(ep.NODE_TIME, node=name), self.tape.asked_at)
        self._note(clock_gap)
        listed = read_task_list(self.tape.answers, name, self.tape.history_limit)
        index = self._answer(ep.TASK_INDEX, node=name)
        if index is not None:
            self._note(missing(ep.TASK_INDEX, index, node=name))
        self.gaps.extend(listed.gaps)
        allowed = rights.on(f"/nodes/{name}", "Sys.Audit")
        if listed.listed and not allowed:
            kind = GapKind.FILTERED if allowed is False else GapKind.UNPROVEN
            self._note(Gap(f"/nodes/{name}/tasks", kind, "", ep.TASKS.needs(node=name), ep.TASKS.blinds))
        storage, dumpdir = self._defaults(name) if ask_defaults else (None, None)
        node = Node(
            name=name,
            status=state,
            online=is_online(name, state, status_rows),
            timezone=zone,
            clock_offset=offset,
            default_storage=storage,
            default_dumpdir=dumpdir,
            tasks_seen=listed.listed and allowed is True,
            history_since=listed.since,
        )
        return node, listed.rows

    def _defaults(self, node: str) -> tuple[str | None, str | None]:
        """Return storage and dumpdir of a node's ``/etc/vzdump.conf``; the storage wins when both are told."""
        answer = self._answer(ep.VZDUMP_DEFAULTS, node=node)
        self._note(missing(ep.VZDUMP_DEFAULTS, answer, node=node))
        if answer is None or not answer.ok:
            return None, None
        data = answer.data if isinstance(answer.data, Mapping) else {}
        storage, dumpdir = text(data.get("storage")), text(data.get("dumpdir"))
        if storage is None and dumpdir is None:
            return "local", None
        return storage, None if storage is not None else dumpdir

    def _guests(self, resources: list[Row], jobs: tuple[Job, ...], states: Mapping[str, str]) -> tuple[Guest, ...]:
        as_pve_says = volumes_as_pve_says(guest for job in jobs for guest in job.included or ())
        guests = {}
        for row in resources:
            vmid, node, kind = number(row.get("vmid")), text(row.get("node")), text(row.get("type"))
            if vmid is None or node is None or kind not in ("qemu", "lxc"):
                continue
            answer = self._answer(ep.GUEST_CONFIG, node=node, type=kind, vmid=vmid)
            config = answer.data if answer is not None and answer.ok and is_config(answer.data, kind) else None
            if config is None and states.get(node) != "offline":
                gap = missing(ep.GUEST_CONFIG, answer, node=node, type=kind, vmid=vmid) or unusable(
                    ep.GUEST_CONFIG, "no object", node=node, type=kind, vmid=vmid
                )
                # PVE's own expansion of a job tells the volumes as well; then only notes and sizes are missing
                self._note(replace(gap, blinds=() if vmid in as_pve_says else gap.blinds))
            guest = read_guest(row, config, as_pve_says.get(vmid))
            if guest is not None:
                guests[vmid] = guest
        return tuple(guests[vmid] for vmid in sorted(guests))

    def _not_backed_up(self) -> frozenset[int] | None:
        answer = self._answer(ep.NOT_BACKED_UP)
        listed = rows(answer)
        if listed is None:
            self._note(missing(ep.NOT_BACKED_UP, answer) or unusable(ep.NOT_BACKED_UP, "no list"))
            return None
        return frozenset(vmid for row in listed if (vmid := number(row.get("vmid"))) is not None)


def _listed(answer: Answer | None) -> bool:
    return rows(answer) is not None


def _needs_defaults(jobs: Iterable[Job]) -> bool:
    return any(job.storage is None and job.dumpdir is None for job in jobs)


def _cluster_name(status_rows: list[Row]) -> str | None:
    """Return the cluster's name; a standalone node has no cluster entry and gives its own."""
    for kind in ("cluster", "node"):
        for row in status_rows:
            if row.get("type") == kind and (name := text(row.get("name"))):
                return name
    return None
