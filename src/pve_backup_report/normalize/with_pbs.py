"""What a cluster looks like once its backup servers have told what they hold themselves."""

import re
from collections.abc import Iterable
from dataclasses import replace

from pve_backup_report.model.backup import Backup, Listing
from pve_backup_report.model.cluster import Cluster
from pve_backup_report.model.gap import Blind, Gap
from pve_backup_report.model.pbs import PbsServer
from pve_backup_report.normalize.order import backups_in_order
from pve_backup_report.normalize.pbs_join import placed, places_of, snapshots_by_storage

_ABOUT_STORAGE = re.compile(r"/nodes/[^/]+/storage/([^/]+)/")


def with_pbs(cluster: Cluster, servers: tuple[PbsServer, ...], gaps: Iterable[Gap]) -> Cluster:
    """Return the cluster with the backups that its backup servers list themselves; each backup once.

    A server's own word wins over what PVE shows of it: it also knows owners and how each file is encrypted.

    Args:
        cluster: as PVE alone shows it.
        servers: the backup servers that were asked.
        gaps: what was not seen of them.
    """
    places = places_of(cluster.storages, servers)
    backups, listings = snapshots_by_storage(places, servers)
    seen_by_pve = {listing.storage for listing in cluster.listings if listing.whole}
    needed = {place.server for storage, place in places.items() if storage not in seen_by_pve}
    whole = {listing.storage for listing in listings if listing.whole}
    told = [
        *(_closed(gap, whole) for gap in cluster.gaps),
        *(gap if gap.endpoint.partition(":")[0] in needed else _without_evidence(gap) for gap in gaps),
    ]
    return replace(
        cluster,
        storages=placed(cluster.storages, places),
        backups=_merged(cluster.backups, backups),
        listings=_merged_listings(cluster.listings, listings),
        gaps=tuple(sorted(set(told), key=lambda gap: (gap.endpoint, gap.kind, gap.detail, gap.needs or ""))),
        pbs=servers,
    )


def _merged(by_pve: Iterable[Backup], by_pbs: Iterable[Backup]) -> tuple[Backup, ...]:
    found = {(backup.storage, backup.node, backup.volid): backup for backup in by_pve}
    found.update({(backup.storage, backup.node, backup.volid): backup for backup in by_pbs})
    return backups_in_order(found.values())


def _merged_listings(by_pve: Iterable[Listing], by_pbs: Iterable[Listing]) -> tuple[Listing, ...]:
    found = {(listing.storage, listing.node): listing for listing in by_pve}
    for listing in by_pbs:
        key = (listing.storage, listing.node)
        other = found.get(key, listing)
        found[key] = replace(other, whole=other.whole or listing.whole)
    return tuple(found.values())


def _closed(gap: Gap, whole: set[str]) -> Gap:
    """Return a gap of PVE's list of a storage without its blinds, when the backup server told all that is on it."""
    about = _ABOUT_STORAGE.match(gap.endpoint)
    return replace(gap, blinds=()) if about and about[1] in whole else gap


def _without_evidence(gap: Gap) -> Gap:
    return replace(gap, blinds=tuple(blind for blind in gap.blinds if blind is not Blind.EVIDENCE))
