"""The collector: asks everything the report needs, each question as soon as what it depends on is known."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial

from pve_backup_report.collect.budget import clocks_to_ask, in_turn, spare
from pve_backup_report.collect.crew import Crew, Limits
from pve_backup_report.collect.guests_to_ask import GuestsToAsk, guest_in
from pve_backup_report.collect.log_shelf import LogShelf
from pve_backup_report.collect.logs_aside import LogsAside
from pve_backup_report.collect.redact import redact
from pve_backup_report.endpoints import pve as ep
from pve_backup_report.endpoints.endpoint import Endpoint
from pve_backup_report.model.answer import Answer, AnswerKind
from pve_backup_report.model.tape import Tape
from pve_backup_report.normalize.defaults import decide_retention, decide_storage
from pve_backup_report.normalize.guest import has_snapshots, is_config
from pve_backup_report.normalize.job import read_job
from pve_backup_report.normalize.listing_plan import ListingPlan, plan_listings
from pve_backup_report.normalize.node import node_states
from pve_backup_report.normalize.reading import Row, flag, number, rows, text
from pve_backup_report.normalize.restore import RESTORE_TYPES
from pve_backup_report.normalize.rights import Rights, read_rights
from pve_backup_report.normalize.sight import would_list
from pve_backup_report.normalize.storage import read_storages
from pve_backup_report.normalize.task_list import needs_log
from pve_backup_report.normalize.zone_shown import may_show

Progress = Callable[[int, int], None]
Values = Mapping[str, str | int]

# What others wait for goes first, then what takes the nodes long: lists of backups, logs. Guest configurations lead
# nowhere and are quick.
_FIRST, _LEADING, _LISTING, _LOG, _LAST = range(5)
_MANY = _LISTING
_LARGE = 200  # guests, nodes and storages of a cluster whose logs are long
_HISTORY = (ep.TASKS.name, ep.TASKS_PAGE.name, ep.TASK_LOG.name, ep.NODE_TIME.name)


@dataclass(frozen=True, slots=True)
class Scope:
    """What is asked.

    Attributes:
        jobs_path: the path that lists the backup jobs.
        history_limit: vzdump tasks looked at per node.
        log_limit: lines read per task log.
        notes: ask each guest's configuration, with its notes, snapshots and disks.
        restores: look for restores in the task history as well.
        sample: ask each kind of question once only, whether it is needed or not.
    """

    jobs_path: str = "/cluster/backup"
    history_limit: int = 5000
    log_limit: int = 100_000
    notes: bool = True
    restores: bool = False
    sample: bool = False


class Collector:
    """Asks one cluster and keeps the answers, redacted.

    Nothing is asked twice, and nothing that fails keeps anything else from being asked.
    """

    def __init__(  # noqa: PLR0913 -- the last five by name
        self,
        ask: Callable[[str], Answer],
        scope: Scope,
        limits: Limits,
        *,
        now: int,
        shelf: LogShelf | None = None,
        meet: Callable[[Mapping[str, str]], None] | None = None,
        logs_aside: LogsAside | None = None,
        progress: Progress | None = None,
    ) -> None:
        """Prepare the collection.

        Args:
            ask: asks one path with its query, and turns every failure into an answer.
            scope: what is asked.
            limits: how much at a time, and until when.
            now: epoch, the run's one clock reading.
            shelf: where earlier runs put the logs of finished tasks; None to ask for all of them.
            meet: told the addresses of the nodes by name, once they are known; None where they are not wanted.
            logs_aside: reads logs in another process; None where this one reads all.
            progress: called with (answered, asked) after each answer.
        """
        self._crew = Crew(ask, limits, _MANY, self._keep, logs_aside.is_starting if logs_aside is not None else None)
        self._scope = scope
        self._now = now
        self._jobs = replace(ep.JOBS, path=scope.jobs_path)
        self._shelf = shelf
        self._meet = meet
        self._logs_aside = logs_aside
        self._finished: set[str] = set()
        self._progress = progress
        self._errands: dict[str, tuple[Endpoint, Values]] = {}
        self._answers: dict[str, Answer] = {}
        self._settled: set[str] = set()
        self.asked: Counter[str] = Counter()
        """Questions by the name of their endpoint; what an earlier run knew is not among them."""
        self._open: Counter[str] = Counter()
        self._clocks_asked = False
        self._wave = 0
        self._waves: dict[str, int] = {}
        self._runs = 0
        self._guests = GuestsToAsk()
        self._wave_of_guests = 0
        self._plans: dict[tuple[str, str], ListingPlan] = {}
        self._followers: Mapping[Endpoint, Callable[[Values, Answer], None]] = {
            ep.TASKS: self._follow_tasks,
            ep.TASKS_PAGE: self._follow_tasks,
            ep.TASK_INDEX: self._follow_index,
            ep.TASK_LOG: self._follow_log,
            ep.RESTORES: self._follow_restores,
            ep.GUEST_CONFIG: self._follow_config,
            ep.CONTENT_OF_GUEST: self._follow_guest_listing,
            ep.CONTENT: partial(self._follow_listing, ep.CONTENT),
            ep.PRUNE_PREVIEW: partial(self._follow_listing, ep.PRUNE_PREVIEW),
        }
        self._steps: list[tuple[frozenset[str], Callable[[], None]]] = [
            (_paths(ep.CLUSTER_STATUS), self._meet_nodes),
            (_paths(ep.RESOURCES), self._ask_for_nodes),
            (_paths(ep.RESOURCES, self._jobs), self._ask_for_pools),
            (_paths(ep.NODES, ep.RESOURCES, ep.NOT_BACKED_UP, self._jobs), self._ask_for_replication),
            (_paths(ep.NODES, ep.RESOURCES), self._ask_nodes),
            (_paths(ep.NODES, ep.RESOURCES), self._ask_guests),
            (_paths(self._jobs), self._ask_jobs),
            (_paths(ep.NODES, ep.RESOURCES, ep.STORAGES, self._jobs), self._ask_defaults),
            (_paths(ep.NODES, ep.RESOURCES, ep.STORAGES, ep.PERMISSIONS, ep.ACL, self._jobs), self._ask_listings),
            (_paths(self._jobs, ep.POOLS, ep.STORAGES, ep.PERMISSIONS, ep.ACL), self._ask_rights),
        ]

    def collect(self) -> dict[str, Answer]:
        """Ask everything, and return the answers by path with query."""
        # the state of the cluster tells which node is asked all this: until then the others must be spared as well
        for endpoint in (ep.RESOURCES, ep.CLUSTER_STATUS, self._jobs, ep.STORAGES, ep.PERMISSIONS, ep.ACL):
            self._send(_FIRST, endpoint)
        for endpoint in (ep.VERSION, ep.NOT_BACKED_UP):
            self._send(_LEADING, endpoint)
        with self._crew:
            self._listen()
        return self._answers

    @property
    def waves(self) -> int:
        """The longest chain of questions of which each had to wait for the one before."""
        return max(self._waves.values(), default=0)

    def _listen(self) -> None:
        """Take the answers as they come, until nothing is left to ask."""
        for path, asked in self._crew.answers():
            endpoint, values = self._errands[path]
            self._wave = self._waves[path]
            self._answers[path] = answer = redact(endpoint, asked) if endpoint is ep.TASK_LOG else asked
            self._follow(path, answer)
            self._answers[path] = answer = redact(endpoint, answer)  # what it leads to is already being asked
            if self._shelf is not None and self._is_finished(endpoint, values):
                self._shelf.offer(path, answer)
            self._open[endpoint.name] -= 1
            if self._history_is_in():
                self._ask_clocks()
            if "node" in values:
                self._ask_some_guests(str(values["node"]))
            if self._progress is not None:
                self._progress(self._crew.answered, self._crew.asked)

    def _keep(self, path: str, read: Answer) -> Answer:
        return redact(self._errands[path][0], read)

    def _send(self, urgency: int, endpoint: Endpoint, **values: str | int) -> None:
        if self._scope.sample and any(endpoint == sent for sent, _ in self._errands.values()):
            return
        path = endpoint.ask(**values)
        if path not in self._errands and self._shelf is not None and self._is_finished(endpoint, values):
            kept = self._shelf.recall(path)
            if kept is not None:
                self._errands[path] = (endpoint, values)
                self._answers[path] = kept
                self._follow(path, kept)
                return
        if path not in self._errands:
            self._errands[path] = (endpoint, values)
            self.asked[endpoint.name] += 1
            self._waves[path] = self._wave + 1
            self._open[endpoint.name] += 1
            self._crew.send(path, urgency, heavy=endpoint is ep.TASK_LOG)

    def _follow(self, path: str, answer: Answer) -> None:
        """Ask what only this answer makes known, or what waited for it."""
        endpoint, values = self._errands[path]
        follow = self._followers.get(endpoint)
        if follow is not None:
            follow(values, answer)
        if self._steps:
            self._settle(path)

    def _settle(self, path: str) -> None:
        """Do what waited for a question that is answered now, or that need not be asked."""
        self._settled.add(path)
        ready = [step for step in self._steps if step[0] <= self._settled]
        self._steps = [step for step in self._steps if step not in ready]
        for _, act in ready:
            act()

    def _ask_if(self, needed: bool, endpoint: Endpoint) -> None:  # noqa: FBT001 -- reads as a sentence
        """Ask what need not be asked of every cluster."""
        if needed or self._scope.sample:
            self._send(_FIRST, endpoint)
        else:
            self._settle(endpoint.ask())

    def _is_finished(self, endpoint: Endpoint, values: Values) -> bool:
        """Whether a question is about the log of a task that is over: its answer never changes."""
        return endpoint in (ep.TASK_LOG, ep.RESTORE_LOG) and values["upid"] in self._finished

    def _note_finished(self, tasks: Iterable[Row]) -> None:
        ended = (text(row.get("upid")) for row in tasks if number(row.get("endtime")) is not None)
        self._finished.update(upid for upid in ended if upid is not None)

    def _rows(self, endpoint: Endpoint) -> list[Row]:
        return rows(self._answers.get(endpoint.ask())) or []

    def _states(self) -> dict[str, str]:
        return node_states(self._answers.get(ep.NODES.ask()), self._answers.get(ep.RESOURCES.ask()))

    @cached_property
    def _rights(self) -> Rights:
        """The token's rights; for what waits for both answers."""
        return read_rights(self._answers.get(ep.PERMISSIONS.ask()), self._answers.get(ep.ACL.ask()))

    def _up(self) -> list[str]:
        return [node for node, state in self._states().items() if state != "offline"]

    def _meet_nodes(self) -> None:
        """Learn which node is asked, for its workers answer for the cluster as well, and where the others are."""
        members = [row for row in self._rows(ep.CLUSTER_STATUS) if row.get("type") == "node"]
        here = [name for row in members if flag(row.get("local")) and (name := text(row.get("name"))) is not None]
        if len(here) == 1:
            self._crew.enter_at(here[0])
        if self._meet is not None:
            named = {name: ip for row in members if (name := text(row.get("name"))) and (ip := text(row.get("ip")))}
            self._meet({name: ip for name, ip in named.items() if name not in here})

    def _ask_for_nodes(self) -> None:
        """Ask for the nodes, where the resources do not tell them: both lists are made alike (PVE/API2Tools.pm)."""
        self._ask_if(not any(row.get("type") == "node" for row in self._rows(ep.RESOURCES)), ep.NODES)

    def _ask_for_pools(self) -> None:
        """Ask for the pools with their comments, where there are any, or a job names one that is not seen."""
        names_one = any(text(row.get("pool")) is not None for row in self._rows(self._jobs))
        seen = rows(self._answers.get(ep.RESOURCES.ask()))
        self._ask_if(names_one or seen is None or any(row.get("type") == "pool" for row in seen), ep.POOLS)

    def _ask_for_replication(self) -> None:
        """Ask for replication jobs, where one may be mistaken for a backup: not where every guest is in a job."""
        in_jobs = rows(self._answers.get(ep.NOT_BACKED_UP.ask())) == []
        enabled = all(flag(row.get("enabled"), default=True) for row in self._rows(self._jobs))
        self._ask_if(len(self._states()) > 1 and not (in_jobs and enabled), ep.REPLICATION)

    def _ask_nodes(self) -> None:
        if self._logs_aside is not None and self._shelf is None and len(self._rows(ep.RESOURCES)) >= _LARGE:
            self._logs_aside.start()  # without a history every log is read
        for node in self._up():
            self._send(_LEADING, ep.TASKS, node=node, limit=self._scope.history_limit)
            for kind in RESTORE_TYPES if self._scope.restores else ():
                self._send(_LAST, ep.RESTORES, node=node, type=kind)
        for node in in_turn(self._up(), self._now)[:1]:
            self._send(_LAST, ep.NODE_TIME, node=node)

    def _history_is_in(self) -> bool:
        """Whether the task histories and their logs are here, and the clocks that are still to be asked are not."""
        if self._clocks_asked or not any(self.asked[kind] for kind in _HISTORY):
            return False
        return not any(self._open[kind] for kind in _HISTORY)

    def _ask_clocks(self) -> None:
        """Ask the clocks of more nodes: where a time zone is in doubt, and for the rest as the budget allows."""
        self._clocks_asked = True
        scope = self._scope
        new_runs = self._runs if self._shelf is None else self.asked[ep.TASK_LOG.name]
        left = spare(self.asked, len(self._states()), new_runs)
        so_far = Tape(self._now, "UTC", "", scope.jobs_path, scope.history_limit, scope.log_limit, self._answers)
        for node in clocks_to_ask(so_far, self._up(), left):
            self._send(_LAST, ep.NODE_TIME, node=node)

    def _ask_guests(self) -> None:
        if not self._scope.notes and not self._scope.sample:
            return
        states = self._states()
        guests = (guest_in(row) for row in self._rows(ep.RESOURCES))
        self._guests = GuestsToAsk(guest for guest in guests if guest and states.get(guest.node) != "offline")
        self._wave_of_guests = self._wave
        for node in self._guests.nodes:
            self._ask_some_guests(node)

    def _ask_some_guests(self, node: str) -> None:
        """Ask some more guests of a node, where hardly any of its questions wait."""
        if not self._guests.left(node):
            return
        guests = self._guests.hand_out(node, self._crew.waiting(node))
        if not guests:
            return
        self._wave = self._wave_of_guests
        with self._crew.in_one_go():
            for guest in guests:
                self._send(_LAST, ep.GUEST_CONFIG, node=node, type=guest.type, vmid=guest.vmid)
            self._crew.expect(node, self._guests.left(node))

    def _ask_jobs(self) -> None:
        for row in self._rows(self._jobs):
            if (name := text(row.get("id"))) is not None:
                self._send(_LEADING, ep.INCLUDED_VOLUMES, job=name)

    def _ask_defaults(self) -> None:
        """Ask each node's vzdump.conf, when a job leaves its storage or its retention to it."""
        jobs = [job for row in self._rows(self._jobs) if (job := read_job(row, None)) is not None]
        storages = read_storages(self._rows(ep.STORAGES), self._rows(ep.RESOURCES))
        if decide_storage(jobs) or decide_retention(jobs, storages):
            for node in self._up():
                self._send(_LAST, ep.VZDUMP_DEFAULTS, node=node)

    def _ask_listings(self) -> None:
        rights = self._rights
        storages = read_storages(self._rows(ep.STORAGES), self._rows(ep.RESOURCES))
        plans = plan_listings(storages, self._states(), rights)
        whole = all((plan.whole or plan.preview) and plan.asks for plan in plans) and not self._into_directories()
        if not whole or not all(storage.enabled for storage in storages if storage.takes_backups):
            # some backups cannot be listed: then it matters how far back the tasks can
            for node in self._up():
                self._send(_LISTING, ep.TASK_INDEX, node=node)
        for plan in plans:
            # a sample asks even where the token would see nothing: it is to show what Proxmox answers then
            content, preview = (
                plan.content or self._scope.sample,
                plan.preview or (self._scope.sample and plan.storage.type != "pbs"),
            )
            for wanted, endpoint in ((content, ep.CONTENT), (preview, ep.PRUNE_PREVIEW)):
                if wanted and plan.asks:
                    for node in plan.asks:
                        self._plans[node, plan.storage.id] = plan
                    self._send(_LISTING, endpoint, node=plan.asks[0], storage=plan.storage.id)

    def _into_directories(self) -> bool:
        """Whether a job may write into a plain directory, its own or that of a node's vzdump.conf."""
        return any(text(row.get("storage")) is None for row in self._rows(self._jobs))

    def _ask_rights(self) -> None:
        """Ask the token's rights on the pools and storages that jobs name and no list shows, where in doubt."""
        rights = self._rights
        for endpoint, field, listed_as in ((ep.POOLS, "pool", "poolid"), (ep.STORAGES, "storage", "storage")):
            listed = {text(row.get(listed_as)) for row in self._rows(endpoint)}
            for row in self._rows(self._jobs):
                name = text(row.get(field))
                if name is None or name in listed:
                    continue
                if would_list(self._answers, endpoint, name, rights) is None and rights.known:
                    self._send(_LEADING, ep.PERMISSIONS_AT, path=f"{endpoint.on}/{name}")

    def _follow_tasks(self, values: Values, answer: Answer) -> None:
        """Ask the next page of a task list, or, when it is whole, the logs that are needed."""
        node = str(values["node"])
        found: list[Row] = []
        while page := rows(self._answers.get(self._page_path(node, len(found)))):
            found.extend(page)
        total = answer.total or 0
        if rows(answer) and len(found) < min(total, self._scope.history_limit):
            self._send(_LEADING, ep.TASKS_PAGE, node=node, limit=self._scope.history_limit, start=len(found))
            return
        self._note_finished(found)
        self._runs += len(found[: self._scope.history_limit])
        start, limit = ep.log_pages(self._scope.log_limit)[0]
        for upid in needs_log(tuple(found[: self._scope.history_limit])):
            self._send(_LOG, ep.TASK_LOG, node=node, upid=upid, start=start, limit=limit)
        if not may_show(found[: self._scope.history_limit], self._now):
            self._send(_LAST, ep.NODE_TIME, node=node)  # nothing to come would tell its time zone

    def _page_path(self, node: str, start: int) -> str:
        if start:
            return ep.TASKS_PAGE.ask(node=node, limit=self._scope.history_limit, start=start)
        return ep.TASKS.ask(node=node, limit=self._scope.history_limit)

    def _follow_index(self, values: Values, answer: Answer) -> None:
        """Ask the oldest entry of a node's task index."""
        listed = rows(answer)
        if listed is not None and len(listed) < (answer.total or 0):
            self._send(_LISTING, ep.TASK_INDEX_END, node=values["node"], start=(answer.total or 0) - 1)

    def _follow_restores(self, values: Values, answer: Answer) -> None:
        """Ask whose backups were restored."""
        self._note_finished(rows(answer) or ())
        for row in rows(answer) or ():
            if (upid := text(row.get("upid"))) is not None:
                self._send(_LAST, ep.RESTORE_LOG, node=values["node"], upid=upid)

    def _follow_config(self, values: Values, answer: Answer) -> None:
        """Ask how old a guest's snapshots are, when it has any."""
        if is_config(answer.data, str(values["type"])) and (self._scope.sample or has_snapshots(answer.data)):
            self._send(_LAST, ep.SNAPSHOTS, **values)

    def _follow_guest_listing(self, values: Values, answer: Answer) -> None:
        """Ask for the other guests' backups as well, when the storage answers to so little."""
        if rows(answer) is not None:
            self._ask_guest_listings(str(values["node"]), str(values["storage"]))

    def _follow_log(self, values: Values, answer: Answer) -> None:
        """Ask the next page of a long log."""
        count = number(answer.data.get("count")) if isinstance(answer.data, Mapping) else None
        pages = dict(ep.log_pages(self._scope.log_limit))
        reached = int(values["start"]) + (count or 0)
        full = (count or 0) >= int(values["limit"])
        if full and reached in pages and (answer.total is None or reached < answer.total):
            again = {**values, "start": reached, "limit": pages[reached]}
            self._send(_LOG, ep.TASK_LOG, **again)

    def _follow_listing(self, endpoint: Endpoint, values: Values, answer: Answer) -> None:
        """Ask another node for a shared storage, when one could not tell."""
        node, storage = str(values["node"]), str(values["storage"])
        plan = self._plans[node, storage]
        if rows(answer) is None and plan.node is None:
            later = plan.asks[plan.asks.index(node) + 1 :]
            if later and not self._crew.over:
                self._send(_LISTING, endpoint, node=later[0], storage=storage)
                return
        if endpoint is ep.CONTENT and _too_slow(answer) and not self._crew.over:
            self._ask_guest_listings(node, storage, most=1)

    def _ask_guest_listings(self, node: str, storage: str, *, most: int | None = None) -> None:
        """Ask for the backups of single guests on a storage whose whole list takes too long."""
        vmids = [number(row.get("vmid")) for row in self._rows(ep.RESOURCES) if row.get("type") in ("qemu", "lxc")]
        for vmid in [vmid for vmid in vmids if vmid is not None][:most]:
            self._send(_LAST, ep.CONTENT_OF_GUEST, node=node, storage=storage, vmid=vmid)


def _too_slow(answer: Answer) -> bool:
    """Whether an answer was cut off for taking too long: by us, or by the node that asked another (HTTP 596 to 599)."""
    return answer.kind is AnswerKind.TIMEOUT or answer.status in (596, 597, 598, 599)


def _paths(*endpoints: Endpoint) -> frozenset[str]:
    return frozenset(endpoint.ask() for endpoint in endpoints)
