"""Which datastores of a backup server can be listed, and their namespaces."""

import re

from pve_backup_report.endpoints.pbs import NAMESPACES_LOOKED_AT
from pve_backup_report.model.answer import Answer
from pve_backup_report.normalize.reading import Row, rows, text

# pbs-api-types src/maintenance.rs: in these nothing may be read
_CLOSED = re.compile(r"^(?:type=)?(?:offline|delete|unmount)\b")


def maintenance_of(row: Row) -> str | None:
    """Return the maintenance type of a datastore, such as ``read-only``; None when it is in service.

    Args:
        row: one row of ``/admin/datastore``; ``maintenance`` is ``offline,message=…`` or ``type=offline,…``.
    """
    told = text(row.get("maintenance"))
    return None if told is None else told.partition(",")[0].removeprefix("type=")


def mounted_of(row: Row) -> bool | None:
    """Return whether a removable datastore is mounted; None for one that is not removable, or when not told."""
    return {"mounted": True, "notmounted": False}.get(text(row.get("mount-status")) or "")


def can_be_listed(row: Row) -> bool:
    """Tell whether a datastore's content can be asked for."""
    return not _CLOSED.match(maintenance_of(row) or "") and mounted_of(row) is not False


def namespace_paths(answer: Answer | None) -> tuple[str, ...]:
    """Return the namespaces of a datastore, sorted; the root, an empty path, is one, and stands in for a failed list.

    Args:
        answer: the answer of ``/admin/datastore/{store}/namespace``.
    """
    listed = rows(answer)
    if listed is None:
        return ("",)
    return tuple(sorted({namespace for row in listed if isinstance(namespace := row.get("ns"), str)}))


def namespaces_looked_at(answer: Answer | None) -> tuple[str, ...]:
    """Return those of them whose backups are asked for, sorted: of too many the ones nearest to the root.

    Whoever has a namespace may make any number below it, and none beside it.

    Args:
        answer: the same.
    """
    paths = namespace_paths(answer)
    if len(paths) <= NAMESPACES_LOOKED_AT:
        return paths
    return tuple(sorted(sorted(paths, key=lambda path: (path.count("/") + bool(path), path))[:NAMESPACES_LOOKED_AT]))
