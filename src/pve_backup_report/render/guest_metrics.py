"""The metrics of guests: a value that is not known has no series, and a series that says so."""

from collections.abc import Callable
from dataclasses import dataclass

from pve_backup_report.model.cluster import Cluster
from pve_backup_report.model.report import Report
from pve_backup_report.model.verdict import Freshness, GuestVerdict, Verdict
from pve_backup_report.render import guest_sheet
from pve_backup_report.render.absent import Absent, At, Value
from pve_backup_report.render.exposition import Family, written

_VERDICTS = tuple((verdict, written(verdict=verdict)) for verdict in Verdict)
_FRESHNESS = (*((state, written(freshness=state)) for state in Freshness), (None, written(freshness="none-due")))
_WHY = {Absent.NULL: "none", Absent.UNKNOWN: "unknown"}


@dataclass(frozen=True, slots=True)
class _Gauge:
    name: str
    text: str
    value: Callable[[GuestVerdict, Cluster], Value]


def _covered(verdict: GuestVerdict, cluster: Cluster) -> Value:
    del cluster
    if verdict.verdict is Verdict.EXEMPT:
        return Absent.NULL
    return Absent.UNKNOWN if verdict.verdict is Verdict.UNDETERMINED else verdict.verdict is Verdict.COVERED


def _fresh(verdict: GuestVerdict, cluster: Cluster) -> Value:
    del cluster
    if verdict.freshness is None:
        return Absent.UNKNOWN if verdict.verdict is Verdict.UNDETERMINED else Absent.NULL
    return Absent.UNKNOWN if verdict.freshness is Freshness.UNKNOWN else verdict.freshness is Freshness.FRESH


_GAUGES = (
    _Gauge("covered", "1 when a backup job that works covers the guest with all its volumes, else 0.", _covered),
    _Gauge("fresh", "1 when the backup that was due is there, else 0.", _fresh),
    _Gauge("last_success_timestamp_seconds", "When the last good backup was begun.", guest_sheet.last_success),
    _Gauge("last_success_size_bytes", "Size of the last good backup.", guest_sheet.size),
    _Gauge("last_success_duration_seconds", "How long the last good backup took.", guest_sheet.duration),
    _Gauge("last_attempt_timestamp_seconds", "When a backup was last tried.", guest_sheet.last_attempt),
    _Gauge("last_due_timestamp_seconds", "When a backup was last due.", guest_sheet.last_due),
    _Gauge("next_due_timestamp_seconds", "When a backup is due next.", guest_sheet.next_due),
    _Gauge("backups", "How many good backups exist.", guest_sheet.backups),
    _Gauge("failures_in_a_row", "How many attempts failed since the last that did not.", guest_sheet.failures),
)


def guest_families(report: Report, cluster_name: str) -> list[Family]:
    """Return every family of guests.

    Args:
        report: what to tell.
        cluster_name: the label of all series.
    """
    told = Family("guest_info", "What is known of the guest, in labels; always 1.")
    verdicts = Family("guest_verdict", "1 for the verdict that the guest has, 0 for the others.")
    freshness = Family("guest_freshness", "1 for the freshness that the guest has, 0 for the others.")
    gauges = [Family(f"guest_{gauge.name}", gauge.text) for gauge in _GAUGES]
    missing = Family("guest_value_missing", "1 for each value without a series: there is none, or it is unknown.")
    unknown = Family("guest_values_unknown", "How many values of the guest are unknown.")
    cluster = report.analysis.cluster
    unseen_pool = "" if cluster.sight.pools else str(Absent.UNKNOWN)
    for verdict in sorted(report.analysis.guests, key=lambda verdict: verdict.guest.vmid):
        guest = verdict.guest
        its = written(cluster=cluster_name, id=guest.key)  # a name can come and go, and a series must not
        told.add(1, its, written(name=guest.name or "", node=guest.node, type=str(guest.type), vm_id=str(guest.vmid),
                                 pool=guest.pool or unseen_pool, reason=str(verdict.reason)))  # fmt: skip
        for each, label in _VERDICTS:
            verdicts.add(int(verdict.verdict is each), its, label)
        for state, label in _FRESHNESS:
            freshness.add(int(verdict.freshness is state), its, label)
        unseen = 0
        for gauge, family in zip(_GAUGES, gauges, strict=True):
            value = gauge.value(verdict, cluster)
            if isinstance(value, Absent):
                missing.add(1, its, written(metric=gauge.name, why=_WHY[value]))
                unseen += value is Absent.UNKNOWN
            elif isinstance(value, At):
                family.add(value.epoch, its)
            elif isinstance(value, int):
                family.add(int(value), its)
        unknown.add(unseen, its)
    return [told, verdicts, freshness, *gauges, missing, unknown]
