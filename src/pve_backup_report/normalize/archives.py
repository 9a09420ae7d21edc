"""All the storages' listings: which backups exist, what that proves, and what was not seen."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from pve_backup_report.endpoints.endpoint import Endpoint
from pve_backup_report.endpoints.pve import CONTENT, CONTENT_OF_GUEST, PRUNE_PREVIEW
from pve_backup_report.model.answer import Answer
from pve_backup_report.model.backup import Backup, Listing
from pve_backup_report.model.gap import Blind, Gap, GapKind
from pve_backup_report.model.guest import Guest
from pve_backup_report.model.node import Node
from pve_backup_report.model.storage import Storage
from pve_backup_report.model.task import Run
from pve_backup_report.normalize.backup import in_zone_of_writer, merge_listings, read_backup
from pve_backup_report.normalize.listing_plan import ListingPlan
from pve_backup_report.normalize.reading import Row, missing, rows, unusable
from pve_backup_report.normalize.rights import Rights

Answers = Mapping[str, Answer]


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
    for plan in plans:
        name = plan.storage.id
        listed, listed_node, listed_gap = _ask(answers, CONTENT, plan) if plan.content else (None, None, None)
        preview, preview_node, preview_gap = _ask(answers, PRUNE_PREVIEW, plan) if plan.preview else (None, None, None)
        singly = _ask_singly(answers, plan, vmids) if listed is None and plan.content else {}
        single = tuple(backup for found in singly.values() for backup in found)
        backups.extend(merge_listings(listed or single, preview or ()))
        node = preview_node or listed_node
        if node is not None:
            listed_on[name, plan.node] = node
        whole = preview is not None or (listed is not None and plan.whole)
        space = rights.on(f"/storage/{name}", "Datastore.AllocateSpace") is True
        whole_for = own if listed is not None and space and not whole else frozenset()
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
    archives: Archives, runs: Iterable[Run], guests: Iterable[Guest], nodes: Iterable[Node], fallback: ZoneInfo
) -> tuple[Backup, ...]:
    """Return the backups, newest first, each at the start of its guest's own backup.

    A file's name is in the local time of the node that wrote it. The log that tells of the file settles it; else the
    node the guest lives on, for a shared storage that another node listed.

    Args:
        archives: what the storages hold.
        runs: what the task logs tell.
        guests: all the guests.
        nodes: all the nodes.
        fallback: the zone of a node whose own was not seen.
    """
    told = {(run.storage, _file_name(run.archive)): run.at for run in runs if run.archive}
    zones = {node.name: ZoneInfo(node.timezone) for node in nodes if node.timezone is not None}
    home = {guest.vmid: guest.node for guest in guests}
    dated = []
    for backup in archives.backups:
        at = told.get((backup.storage, _file_name(backup.volid)))
        if at is None and backup.node is None:
            listed_in = zones.get(archives.listed_on.get((backup.storage, None), ""))
            if listed_in is not None and backup.vmid in home:
                at = in_zone_of_writer(backup, listed_in, zones.get(home[backup.vmid], fallback))
        dated.append(backup if at is None or at == backup.at else replace(backup, at=at))
    return tuple(sorted(dated, key=lambda backup: (-backup.at, backup.volid, backup.node or "")))


def _file_name(path: str | None) -> str:
    return (path or "").rpartition("/")[2]


def _ask(
    answers: Answers, endpoint: Endpoint, plan: ListingPlan
) -> tuple[tuple[Backup, ...] | None, str | None, Gap | None]:
    """Return the backups of the first node that answered, that node, or else the gap the last one left."""
    gap = None
    for node in plan.asks:
        answer = answers.get(endpoint.ask(node=node, storage=plan.storage.id))
        if answer is None:
            continue
        gap = missing(endpoint, answer, node=node, storage=plan.storage.id)
        if gap is None:
            listed = rows(answer)
            if listed is not None:
                return _backups(listed, plan), node, None
            gap = unusable(endpoint, "no list", node=node, storage=plan.storage.id)
    return None, None, gap


def _ask_singly(answers: Answers, plan: ListingPlan, vmids: Sequence[int]) -> dict[int, tuple[Backup, ...]]:
    """Return the backups by guest that were listed guest by guest, because the whole list took too long."""
    found: dict[int, tuple[Backup, ...]] = {}
    for node in plan.asks:
        for vmid in vmids:
            listed = rows(answers.get(CONTENT_OF_GUEST.ask(node=node, storage=plan.storage.id, vmid=vmid)))
            if listed is not None:
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
    kind = GapKind.FILTERED if listed is not None else GapKind.NOT_ASKED
    detail = "" if listed is not None else "the token may not see any backup on it"
    return Gap(path, kind, detail, needs, (Blind.EVIDENCE,))


def _disabled(storage: Storage) -> Gap:
    path = f"/nodes/*/storage/{storage.id}/content"
    return Gap(path, GapKind.NOT_ASKED, "the storage is disabled", None, (Blind.EVIDENCE,))
