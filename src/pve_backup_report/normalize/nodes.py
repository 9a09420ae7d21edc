"""All the nodes: clocks, backup defaults, task histories, and what the tasks did for each guest."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from zoneinfo import ZoneInfo

from pve_backup_report.endpoints import pve as ep
from pve_backup_report.endpoints.endpoint import Endpoint
from pve_backup_report.model.answer import Answer
from pve_backup_report.model.gap import Blind, Gap, GapKind
from pve_backup_report.model.node import Node
from pve_backup_report.model.storage import Storage
from pve_backup_report.model.tape import Tape
from pve_backup_report.model.task import Run, Task
from pve_backup_report.normalize.defaults import Defaults, read_defaults
from pve_backup_report.normalize.node import is_online, read_clock
from pve_backup_report.normalize.reading import Row, missing, text, unusable
from pve_backup_report.normalize.rights import Rights
from pve_backup_report.normalize.task_list import read_task_list
from pve_backup_report.normalize.task_runs import TaskReader
from pve_backup_report.normalize.zone_from_tasks import LikelyZone, likely_zone
from pve_backup_report.normalize.zone_shown import zone_shown


@dataclass(slots=True)
class NodesReading:
    """One pass over the nodes of a tape.

    Attributes:
        tape: the answers of one run.
        status_rows: the rows of ``/cluster/status``.
        rights: the token's rights.
        needs_defaults: a job leaves its storage to the nodes' own ``vzdump.conf``.
        asks_defaults: a job leaves anything to it, its storage or how many backups are kept.
        storages: all the storages by id.
        nodes: what was read of each, in the order asked for.
        tasks: in no order.
        runs: in no order.
        gaps: what was not seen.
    """

    tape: Tape
    status_rows: list[Row]
    rights: Rights
    needs_defaults: bool
    asks_defaults: bool
    storages: Mapping[str, Storage]
    nodes: list[Node] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)

    def read(self, states: Mapping[str, str]) -> None:
        """Read every node.

        Args:
            states: ``online``, ``offline`` or ``unknown`` by node.
        """
        clocks = {
            name: read_clock(name, self._answer(ep.NODE_TIME, name), self.tape.asked_at)
            for name, state in states.items()
            if state != "offline"
        }
        told = sorted({zone for zone, _, _ in clocks.values() if zone is not None})
        preferred = [self.tape.timezone, *told]
        for name, state in states.items():
            if state == "offline":
                self._offline(name)
                continue
            node, rows_of_node = self._online(name, state, *clocks[name][:2])
            gap = clocks[name][2]
            if self._answer(ep.NODE_TIME, name) is None and (shown := zone_shown(self.tape, name, told)) is not None:
                node, gap = replace(node, timezone=shown), None
            if node.timezone is None and (likely := self._likely_zone(node, rows_of_node, preferred)) is not None:
                node = replace(node, timezone=likely.name, zone_since=likely.since)
                gap = gap and replace(gap, blinds=())  # its task logs tell as much
            self._note(gap)
            self.nodes.append(node)
            self._tasks(node, rows_of_node)

    def _answer(self, endpoint: Endpoint, node: str) -> Answer | None:
        return self.tape.answers.get(endpoint.ask(node=node))

    def _note(self, gap: Gap | None) -> None:
        if gap is not None:
            self.gaps.append(gap)

    def _offline(self, name: str) -> None:
        blinds = (Blind.VOLUMES, Blind.EVIDENCE)
        self._note(Gap(f"/nodes/{name}", GapKind.NOT_ASKED, "the node is offline", None, blinds, (f"node/{name}",)))
        self.nodes.append(
            Node(
                name,
                "offline",
                online=False,
                timezone=None,
                clock_offset=None,
                default_storage=None,
                default_dumpdir=None,
                tasks_seen=False,
                history_since=None,
            )
        )

    def _online(self, name: str, state: str, zone: str | None, offset: int | None) -> tuple[Node, tuple[Row, ...]]:
        listed = read_task_list(self.tape.answers, name, self.tape.history_limit)
        self.gaps.extend(listed.gaps)
        index = self._answer(ep.TASK_INDEX, name)
        if index is not None:
            self._note(missing(ep.TASK_INDEX, index, node=name))
        allowed = self.rights.on(f"/nodes/{name}", "Sys.Audit")
        if listed.listed and not allowed:
            kind = GapKind.FILTERED if allowed is False else GapKind.UNPROVEN
            self._note(Gap(f"/nodes/{name}/tasks", kind, "", ep.TASKS.needs(node=name), ep.TASKS.blinds))
        defaults = self._defaults(name) if self.asks_defaults else None
        node = Node(
            name=name,
            status=state,
            online=is_online(name, state, self.status_rows),
            timezone=zone,
            clock_offset=offset,
            default_storage=None if defaults is None else defaults.storage,
            default_dumpdir=None if defaults is None else defaults.dumpdir,
            tasks_seen=listed.listed and allowed is True,
            history_since=listed.since,
            default_retention=None if defaults is None else defaults.retention,
            address=next((text(row.get("ip")) for row in self.status_rows if row.get("name") == name), None),
        )
        return node, listed.rows

    def _defaults(self, node: str) -> Defaults | None:
        answer = self._answer(ep.VZDUMP_DEFAULTS, node)
        gap = missing(ep.VZDUMP_DEFAULTS, answer, node=node)
        if gap is not None:
            self._note(gap if self.needs_defaults else replace(gap, blinds=()))
        if answer is None or not answer.ok:
            return None
        found = read_defaults(answer.data if isinstance(answer.data, Mapping) else {}, self.storages)
        if self.needs_defaults and found.storage is None and found.dumpdir is None:
            path, needs = ep.VZDUMP_DEFAULTS.ask(node=node), f"Sys.Audit on /nodes/{node}"
            self._note(Gap(path, GapKind.FILTERED, "", needs, ep.VZDUMP_DEFAULTS.blinds))
        return found

    def _reader(self, node: Node) -> TaskReader:
        zone = ZoneInfo(node.timezone or self.tape.timezone)
        tape = self.tape
        return TaskReader(tape.answers, node.name, zone, tape.asked_at, tape.log_limit, node.default_storage)

    def _likely_zone(self, node: Node, listed: tuple[Row, ...], preferred: list[str]) -> LikelyZone | None:
        reader = self._reader(node)
        read = [found for row in listed if (found := reader.task_and_log(row)) is not None]
        return likely_zone(((task, log) for task, log, _ in read if log is not None), preferred, self.tape.asked_at)

    def _tasks(self, node: Node, listed: tuple[Row, ...]) -> None:
        reader = self._reader(node)
        for row in listed:
            read = reader.read(row)
            if read is None:
                self._note(unusable(ep.TASKS, "a task without a UPID or a start", node=node.name, limit=0))
                continue
            task, runs, gap = read
            self.tasks.append(task)
            self.runs.extend(runs)
            self._note(gap)
