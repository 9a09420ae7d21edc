"""A guest whose backups on a backup server were last verified long ago."""

from collections.abc import Iterator

from pve_backup_report.anomalies.rule import Rule
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Finding, Severity

_LONG_S = 45 * 86400  # a verify job re-verifies after 30 days by default; and it may run only now and then


def _find(analysis: Analysis) -> Iterator[Finding]:
    cluster = analysis.cluster
    newest: dict[tuple[str, int], int] = {}
    for verdict in analysis.guests:
        by_storage: dict[str, int] = {}
        for archive in verdict.archives:
            at = archive.verified_at
            if at is not None and at > by_storage.get(archive.storage, -1):
                by_storage[archive.storage] = at
        newest.update(((storage, verdict.guest.vmid), at) for storage, at in by_storage.items())
    old = {key: at for key, at in newest.items() if at < cluster.asked_at - _LONG_S}
    for storage in sorted({storage for storage, _ in old}):
        of_storage = {vmid: at for (name, vmid), at in old.items() if name == storage}
        yield Finding(
            subject=f"storage/{storage}",
            details={
                "storage": storage,
                "vmids": tuple(sorted(of_storage)),
                "verified_at": max(of_storage.values()),
            },
        )


VERIFICATION_OLD = Rule(
    code="verification-old",
    severity=Severity.NOTICE,
    component="evidence",
    message="No backup of these guests on storage {storage} has been verified for more than 45 days: {vmids}. The last "
    "verification was on {verified_at}.",
    remedy="See on the Proxmox Backup Server under Datastore > Verify Jobs whether the job still runs, and whether it "
    "verifies again what was verified long ago.",
    find=_find,
)
