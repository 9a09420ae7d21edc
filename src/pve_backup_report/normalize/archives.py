"""All the storages' listings: which backups exist, what that proves, and what was not seen."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol
from zoneinfo import ZoneInfo

from pve_backup_report.endpoints.endpoint import Endpoint
from pve_backup_report.endpoints.pve import CONTENT, CONTENT_OF_GUEST, PRUNE_PREVIEW
from pve_backup_report.model.answer import Answer
from pve_backup_report.model.archive_name import SNAPSHOTS, tail
from pve_backup_report.model.backup import Backup, Listing
from pve_backup_report.model.gap import Blind, Gap, GapKind
from pve_backup_report.model.guest import Guest
from pve_backup_report.model.node import Node
from pve_backup_report.model.storage import Storage
from pve_backup_report.model.task import LogState, Run, Task
from pve_backup_report.normalize.backup import both_passes, in_zone_of_writer, merge_listings, read_backup
from pve_backup_report.normalize.entries import read_entries
from pve_backup_report.normalize.listing_plan import ListingPlan
from pve_backup_report.normalize.order import backups_in_order
from pve_backup_report.normalize.reading import Row, missing, number, unusable
from pve_backup_report.normalize.rights import Rights

Answers = Mapping[str, Answer]
_SLACK_S = 120  # a task and the file it makes do not begin in the same second


class NodesRead(Protocol):
    """What is known of the nodes, their tasks and the runs in them."""

    @property
    def nodes(self) -> Sequence[Node]:
        """The nodes."""

    @property
    def tasks(self) -> Sequence[Task]:
        """Their tasks."""

    @property
    def runs(self) -> Sequence[Run]:
        """What the tasks did for each guest."""


@dataclass(frozen=True, slots=True)
class Archives:
    """What the storages hold.

    Attributes:
        backups: every backup listed, in no order.
        listings: what the listings prove.
        listed_on: the node that was asked, by (storage, node of a local one).
        gaps: what was not seen.
    """

    backups: tuple[Backup, ...]
    listings: tuple[Listing, ...]
    listed_on: Mapping[tuple[str, str | None], str]
    gaps: tuple[Gap, ...]


def read_archives(
    answers: Answers, storages: Iterable[Storage], plans: Iterable[ListingPlan], rights: Rights, vmids: Sequence[int]
) -> Archives:
    """Read every planned listing.

    Args:
        answers: the tape's answers.
        storages: all the storages.
        plans: how they were to be listed.
        rights: the token's rights.
        vmids: the guests, for what can be proven of each.
    """
    backups: list[Backup] = []
    listings: list[Listing] = []
    listed_on: dict[tuple[str, str | None], str] = {}
    gaps: list[Gap] = [_disabled(storage) for storage in storages if storage.takes_backups and not storage.enabled]
    own = frozenset(vmid for vmid in vmids if rights.on(f"/vms/{vmid}", "VM.Backup"))
    singly_asked = frozenset(path.rpartition("&vmid=")[0] for path in answers if "&vmid=" in path)
    for plan in plans:
        name = plan.storage.id
        listed, listed_node, listed_gap = _ask(answers, CONTENT, plan) if plan.content else (None, None, None)
        preview, preview_node, preview_gap = _ask(answers, PRUNE_PREVIEW, plan) if plan.preview else (None, None, None)
        asks = [node for node in plan.asks if CONTENT.ask(node=node, storage=name) in singly_asked]
        singly = _ask_singly(answers, plan, asks, vmids) if listed is None and plan.content else {}
        single = tuple(backup for found in singly.values() for backup in found)
        backups.extend(merge_listings(listed or single, preview or ()))
        node = preview_node or listed_node
        if node is not None:
            listed_on[name, plan.node] = node
        previewed = preview is not None and preview_gap is None
        whole = previewed or (listed is not None and listed_gap is None and plan.whole)
        space = rights.on(f"/storage/{name}", "Datastore.AllocateSpace") is True
        shown = listed is not None and listed_gap is None
        whole_for = own if shown and space and not whole else frozenset()
        if singly:
            whole_for = frozenset(vmid for vmid in singly if plan.whole or (space and vmid in own))
        if listed is not None or preview is not None or singly:
            listings.append(Listing(name, plan.node, whole, whole_for))
        if not whole:
            gaps.append(_gap(plan, listed, preview_gap or listed_gap))
        elif listed_gap is not None:  # every backup is named, but not its size, notes and verification
            gaps.append(replace(listed_gap, blinds=()))
    return Archives(tuple(backups), tuple(listings), listed_on, tuple(gaps))


def dated_backups(
    archives: Archives, nodes: NodesRead, guests: Iterable[Guest], fallback: ZoneInfo
) -> tuple[Backup, ...]:
    """Return the backups, newest first, each at the start of its guest's own backup.

    A file's name is in the local time of the node that wrote it. The log that tells of the file settles it; else the
    node the guest lives on, for a shared storage that another node listed. Where nodes in other zones may have written
    it as well, since the guest may have moved, the backup carries the doubt.

    Args:
        archives: what the storages hold.
        nodes: the nodes, with their tasks and what the logs tell.
        guests: all the guests.
        fallback: the zone of a node whose own was not seen.
    """
    dating = _Dating(archives, nodes, guests, fallback)
    return backups_in_order(map(dating.date, archives.backups))


class _Dating:
    """What is known of when files were written, and where."""

    def __init__(self, archives: Archives, nodes: NodesRead, guests: Iterable[Guest], fallback: ZoneInfo) -> None:
        self._listed_on = archives.listed_on
        self._nodes = nodes.nodes
        self._fallback = fallback
        self._told = {
            (run.storage, tail(run.archive)): run.at
            for run in nodes.runs
            if run.archive and not run.archive.startswith(SNAPSHOTS)
        }
        self._zones = {node.name: ZoneInfo(node.timezone) if node.timezone else fallback for node in nodes.nodes}
        self._several = len({zone.key for zone in self._zones.values()}) > 1
        self._home = {guest.vmid: guest.node for guest in guests}
        self._tasks: dict[str, list[Task]] = {}
        for task in nodes.tasks:
            self._tasks.setdefault(task.node, []).append(task)

    def date(self, backup: Backup) -> Backup:
        """Return the backup at the start of its guest's own backup, with the doubt that is left."""
        name = tail(backup.volid)
        if name.startswith(SNAPSHOTS):
            return backup  # its name holds its time, and that is exact
        told = self._told.get((backup.storage, name))
        if told is not None:
            return backup if told == backup.at else replace(backup, at=told)
        listed_in = self._zones.get(self._listed_on.get((backup.storage, None), ""))
        if backup.node is not None or listed_in is None or not self._several or backup.vmid not in self._home:
            moments = both_passes(backup, self._zones.get(backup.node or "", listed_in or self._fallback))
            return replace(backup, doubt=(min(moments), max(moments))) if len(moments) > 1 else backup
        by_node = {node: in_zone_of_writer(backup, listed_in, zone) for node, zone in self._zones.items()}
        writers = {by_node[node.name] for node in self._nodes if _may_have_run(node, self._tasks, by_node[node.name])}
        if len(writers) == 1:
            return replace(backup, at=writers.pop())
        doubt = (min(writers), max(writers)) if writers else None
        return replace(backup, at=by_node.get(self._home[backup.vmid], backup.at), doubt=doubt)


def _may_have_run(node: Node, tasks: Mapping[str, Sequence[Task]], at: int) -> bool:
    """Whether a node may have been making a backup at an epoch: a task of it tells, or its tasks are not known."""
    if not node.tasks_seen or node.history_since is None or at < node.history_since:
        return True
    return any(
        task.log is not LogState.READ  # a log that was read would have told of the file
        and task.start - _SLACK_S <= at
        and (task.end is None or at <= task.end + _SLACK_S)
        for task in tasks.get(node.name, ())
    )


def _ask(
    answers: Answers, endpoint: Endpoint, plan: ListingPlan
) -> tuple[tuple[Backup, ...] | None, str | None, Gap | None]:
    """Return the backups of the first node that answered, that node, and the gap it or else the last one left."""
    gap = None
    for node in plan.asks:
        answer = answers.get(endpoint.ask(node=node, storage=plan.storage.id))
        if answer is None:
            continue
        gap = missing(endpoint, answer, node=node, storage=plan.storage.id)
        if gap is None:
            listed, gap = _entries(endpoint, answer, plan, node)
            if listed is not None:
                return _backups(listed, plan), node, gap
            gap = unusable(endpoint, "no list", node=node, storage=plan.storage.id)
    return None, None, gap


def _entries(
    endpoint: Endpoint, answer: Answer | None, plan: ListingPlan, node: str, **more: int
) -> tuple[Sequence[Row] | None, Gap | None]:
    """Return the entries that can be on that storage and have what it tells of each, and the gap of the others."""
    storage = plan.storage
    values: dict[str, str | int] = {"node": node, "storage": storage.id, **more}
    listed, gap = read_entries(endpoint, answer, **values)
    if listed is None:
        return None, None
    begins = f"{storage.id}:"
    here = [row for row in listed if str(row.get("volid")).startswith(begins)]
    if len(here) < len(listed):
        told = f"{len(listed) - len(here)} of {len(listed)} entries are of another storage"
        gap = gap or unusable(endpoint, told, **values)
    if storage.type != "pbs" or endpoint is PRUNE_PREVIEW:  # the preview tells no sizes
        return here, gap
    # of a snapshot without a size Proxmox says 1 (pve-storage PVE/Storage/PBSPlugin.pm)
    whole = [row for row in here if (number(row.get("size")) or 0) >= 1]
    if len(whole) < len(here):
        gap = gap or unusable(endpoint, f"{len(here) - len(whole)} of {len(listed)} entries have no size", **values)
    return whole, gap


def _ask_singly(
    answers: Answers, plan: ListingPlan, asks: Iterable[str], vmids: Sequence[int]
) -> dict[int, tuple[Backup, ...]]:
    """Return the backups by guest that were listed guest by guest, because the whole list took too long."""
    found: dict[int, tuple[Backup, ...]] = {}
    for node in asks:
        for vmid in vmids:
            answer = answers.get(CONTENT_OF_GUEST.ask(node=node, storage=plan.storage.id, vmid=vmid))
            listed, gap = _entries(CONTENT_OF_GUEST, answer, plan, node, vmid=vmid)
            if listed is not None and gap is None:
                found[vmid] = _backups(listed, plan)
    return found


def _backups(listed: Iterable[Row], plan: ListingPlan) -> tuple[Backup, ...]:
    found = (read_backup(row, plan.storage.id, plan.node, plan.storage.type) for row in listed)
    return tuple(backup for backup in found if backup is not None)


def _gap(plan: ListingPlan, listed: tuple[Backup, ...] | None, failed: Gap | None) -> Gap:
    name = plan.storage.id
    if failed is not None:
        return failed
    node = plan.node or (plan.asks[0] if plan.asks else "*")
    path = f"/nodes/{node}/storage/{name}/content"
    needs = f"Datastore.Allocate on /storage/{name}, or Datastore.AllocateSpace there and VM.Backup on /vms"
    if plan.may_enter is False:
        needs = CONTENT.needs(storage=name) or needs
        return Gap(path, GapKind.REFUSED, "the token may not list this storage", needs, (Blind.EVIDENCE,))
    if not plan.asks:
        return Gap(path, GapKind.NOT_ASKED, "no node that could list it is online", None, (Blind.EVIDENCE,))
    if plan.may_enter is None:
        return Gap(path, GapKind.UNPROVEN, "the token's rights were not seen", needs, (Blind.EVIDENCE,))
    if listed is None:
        return Gap(path, GapKind.NOT_ASKED, "the token may not see any backup on it", needs, (Blind.EVIDENCE,))
    return Gap(path, GapKind.FILTERED, "", needs, (Blind.EVIDENCE,))


def _disabled(storage: Storage) -> Gap:
    path = f"/nodes/*/storage/{storage.id}/content"
    return Gap(path, GapKind.NOT_ASKED, "the storage is disabled", None, (Blind.EVIDENCE,))
