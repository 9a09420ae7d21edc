"""Pools: ``/pools`` and the pool rows of ``/cluster/resources``."""

from collections.abc import Iterable

from pve_backup_report.model.pool import Pool
from pve_backup_report.normalize.reading import Row, text


def read_pools(listed: Iterable[Row], resources: Iterable[Row]) -> tuple[Pool, ...]:
    """Return the pools, sorted by id; both lists are filtered alike, so either may stand in for the other.

    Args:
        listed: rows of ``/pools``.
        resources: rows of ``/cluster/resources``.
    """
    comments = {name: text(row.get("comment")) for row in listed if (name := text(row.get("poolid")))}
    for row in resources:
        if row.get("type") == "pool" and (name := text(row.get("pool"))):
            comments.setdefault(name, None)
    return tuple(Pool(name, comments[name]) for name in sorted(comments))
