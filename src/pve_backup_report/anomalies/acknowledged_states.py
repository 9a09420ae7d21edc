"""Which states of guests are known: every anomaly that tells of the state is acknowledged."""

from collections.abc import Iterable, Mapping

from pve_backup_report.model.anomaly import Anomaly
from pve_backup_report.model.verdict import Freshness, GuestVerdict, Verdict

State = Verdict | Freshness
_NOT_IN_TIME = frozenset({
    "backup-late", "last-backup-failed", "many-backups-failed", "node-offline", "node-runs-no-backups",
    "run-failed-before-guests", "guest-locked-by-backup",
})  # fmt: skip
TOLD_BY: Mapping[State, frozenset[str]] = {
    Verdict.UNCOVERED: frozenset({"guest-uncovered", "guest-excluded", "template-not-backed-up"}),
    Verdict.PARTIAL: frozenset({"volume-left-out"}),
    Verdict.UNDETERMINED: frozenset({"guest-undetermined"}),
    Freshness.NEVER: frozenset({"never-backed-up"}),
    Freshness.LATE: _NOT_IN_TIME,
    Freshness.UNKNOWN: _NOT_IN_TIME | {"backup-unknown"},
}
"""The codes of the anomalies that tell of each state that is not as it should be."""


def open_states(guests: Iterable[GuestVerdict], anomalies: Iterable[Anomaly]) -> frozenset[State]:
    """Return the states that at least one guest has and that nobody answers for.

    Args:
        guests: the conclusions.
        anomalies: what was found, the acknowledged among it.
    """
    about: dict[int | str, list[Anomaly]] = {}
    for anomaly in anomalies:
        names: set[int | str] = {anomaly.subject, *_vmids(anomaly)}
        for name in names:
            about.setdefault(name, []).append(anomaly)
    return frozenset(
        state
        for told in guests
        for state in (told.verdict, told.freshness)
        if state is not None and not _known(state, [*about.get(told.guest.key, ()), *about.get(told.guest.vmid, ())])
    )


def _known(state: State, anomalies: Iterable[Anomaly]) -> bool:
    telling = [anomaly for anomaly in anomalies if anomaly.code in TOLD_BY.get(state, ())]
    return bool(telling) and all(anomaly.acknowledged is not None for anomaly in telling)


def _vmids(anomaly: Anomaly) -> Iterable[int]:
    for name in ("vmids", "late"):
        vmids = anomaly.details.get(name)
        if isinstance(vmids, tuple):
            yield from (vmid for vmid in vmids if isinstance(vmid, int))
