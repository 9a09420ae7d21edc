"""A backup server on another machine that gets a guest’s data unencrypted."""

import re
from collections.abc import Iterator
from ipaddress import ip_address

from pve_backup_report.anomalies.rule import Rule
from pve_backup_report.coverage.storage_use import StorageUse, storage_uses
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Finding, Severity
from pve_backup_report.model.storage import Storage

_LOOPBACK = ("localhost", "127.0.0.1", "::1")
# RFC 6762, RFC 8375, RFC 9476 and what home routers make up
_AT_HOME = re.compile(
    r"(?:^[^.]+|\.(?:local|lan|home|internal|intern|localdomain|home\.arpa|test|example))$", re.IGNORECASE
)


def _find(analysis: Analysis) -> Iterator[Finding]:
    nodes = analysis.cluster.nodes
    own = {*_LOOPBACK, *(node.address for node in nodes), *(node.name for node in nodes)}
    uses: dict[str, list[StorageUse]] = {}
    for use in storage_uses(analysis):
        server = _server(use.storage)
        if server is not None and server not in own:
            uses.setdefault(use.storage.id, []).append(use)
    for name, found in uses.items():
        storage = found[0].storage
        vmids = _unencrypted(found)
        server = _server(storage)
        if vmids:
            yield Finding(
                subject=f"storage/{name}",
                details={"storage": name, "server": server, "vmids": vmids, "key_set": storage.encrypts},
                severity=Severity.NOTICE if _is_far(server or "") else None,
            )


def _server(storage: Storage) -> str | None:
    return None if storage.target is None else storage.target.server


def _unencrypted(uses: list[StorageUse]) -> tuple[int, ...]:
    """Return the guests whose newest good backup there is not encrypted, or whose next one will not be."""
    found = set()
    for use in uses:
        for verdict in use.guests:
            listed = (archive for archive in verdict.archives if archive.good and archive.storage == use.storage.id)
            newest = next(listed, None)
            encrypted = use.storage.encrypts if newest is None or newest.encrypted is None else newest.encrypted
            if not encrypted:
                found.add(verdict.guest.vmid)
    return tuple(sorted(found))


def _is_far(server: str) -> bool:
    """Whether a server is out on the Internet, as far as its address tells."""
    try:
        return ip_address(server.strip("[]")).is_global
    except ValueError:
        return not _AT_HOME.search(server)


BACKUPS_UNENCRYPTED = Rule(
    code="backups-unencrypted",
    severity=Severity.INFO,
    component="storage",
    message="Backups on storage {storage} are not encrypted: whoever runs its server {server} can read them. "
    "Guests: {vmids}. An encryption key is set on the storage: {key_set}.",
    remedy="If the server is not wholly yours, set a key under Datacenter > Storage > {storage} > Edit > "
    "Encryption, and keep a copy of the key elsewhere: without it no backup can be restored.",
    find=_find,
)
