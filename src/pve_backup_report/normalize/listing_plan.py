"""How each storage's backups are to be listed: where to ask, and what an answer would prove."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pve_backup_report.model.storage import Storage
from pve_backup_report.normalize.rights import Rights

_MOST_TRIES = 3


@dataclass(frozen=True, slots=True)
class ListingPlan:
    """One storage's listing: of a shared one a single time, of another one per node.

    Attributes:
        storage: the storage.
        node: the node whose own content it is; None for a shared storage.
        asks: nodes to ask, the likeliest first; the next one only when one fails. Empty when none can be asked.
        content: the content list is worth asking: the token may see some backups in it.
        whole: the content list shows every backup.
        preview: the dry run of a prune is to be asked as well: it names every backup of a file storage, even to a
            token that the content list hides them from.
        may_enter: the token may ask for this storage at all; None when that cannot be told.
    """

    storage: Storage
    node: str | None
    asks: tuple[str, ...]
    content: bool
    whole: bool
    preview: bool
    may_enter: bool | None


def plan_listings(
    storages: Iterable[Storage], node_states: Mapping[str, str], rights: Rights
) -> tuple[ListingPlan, ...]:
    """Return the plan for every enabled storage that takes backups.

    pve-storage PVE/Storage.pm ``check_volume_access``: a backup is listed to who holds Datastore.Allocate on the
    storage, or Datastore.AllocateSpace there and VM.Backup on the guest. PVE/API2/Storage/PruneBackups.pm does not
    filter; for PBS it would start a process per backup group, so it is not asked there.

    Args:
        storages: all the storages.
        node_states: ``online``, ``offline`` or ``unknown`` by node.
        rights: the token's rights.
    """
    plans = []
    every_guest = rights.everywhere("/vms", "VM.Backup")
    some_guest = every_guest or any("VM.Backup" in held for held in rights.held.values())
    for storage in storages:
        if not (storage.enabled and storage.takes_backups):
            continue
        path = f"/storage/{storage.id}"
        enter = rights.on(path, "Datastore.Audit", "Datastore.AllocateSpace")
        owner = rights.on(path, "Datastore.Allocate")
        space = rights.on(path, "Datastore.AllocateSpace")
        whole = owner is True or (space is True and every_guest)
        some = owner is not False or (space is not False and some_guest)
        for node, asks in _places(storage, node_states):
            plans.append(
                ListingPlan(
                    storage=storage,
                    node=node,
                    asks=asks if enter is not False else (),
                    content=some,
                    whole=whole,
                    preview=not whole and storage.type != "pbs",
                    may_enter=enter,
                )
            )
    return tuple(plans)


def _places(storage: Storage, node_states: Mapping[str, str]) -> list[tuple[str | None, tuple[str, ...]]]:
    allowed = [node for node in node_states if storage.on_node(node)]
    if not storage.shared:
        return [(node, (node,) if node_states[node] != "offline" else ()) for node in allowed]
    available = {state.node for state in storage.states if state.available}
    up = [node for node in allowed if node_states[node] != "offline"]
    up.sort(key=lambda node: (node not in available, node_states[node] != "online", node))
    return [(None, tuple(up[:_MOST_TRIES]))]
