"""A datastore that is nearly full, or will soon be."""

from collections.abc import Iterator

from pve_backup_report.anomalies.datastores import datastores
from pve_backup_report.anomalies.rule import Rule
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Finding, Severity
from pve_backup_report.model.pbs import Datastore
from pve_backup_report.model.storage import FULL, NEARLY_FULL

_SOON_S = 30 * 86400
_VERY_SOON_S = 7 * 86400


def _find(analysis: Analysis) -> Iterator[Finding]:
    now = analysis.cluster.asked_at
    for server, datastore in datastores(analysis):
        percent = _percent(datastore)
        left = None if datastore.full_at is None else datastore.full_at - now
        if (left is None or left > _SOON_S) and (percent or 0) < NEARLY_FULL:
            continue
        worst = (left is not None and left <= _VERY_SOON_S) or (percent or 0) >= FULL
        yield Finding(
            subject=f"pbs/{server.name}",
            details={
                "server": server.name,
                "datastore": datastore.name,
                "percent": percent,
                "full_at": datastore.full_at,
            },
            severity=Severity.ERROR if worst else None,
        )


def _percent(datastore: Datastore) -> int | None:
    return 100 * datastore.used // datastore.total if datastore.used is not None and datastore.total else None


DATASTORE_FULL_SOON = Rule(
    code="datastore-full-soon",
    severity=Severity.WARNING,
    component="pbs",
    message="Datastore {datastore} on {server} is {percent} % full. Full by the server’s own estimate: {full_at}. Then "
    "every backup to it fails.",
    remedy="Keep fewer backups, see that garbage collection runs after pruning, or add room.",
    find=_find,
)
