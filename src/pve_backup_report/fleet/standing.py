"""From a cluster's report to the little that the report of a fleet keeps of it."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from hashlib import blake2b
from itertools import takewhile

from pve_backup_report.coverage.sizes import sizes_of
from pve_backup_report.model.anomaly import Anomaly, Severity
from pve_backup_report.model.cluster import Cluster
from pve_backup_report.model.fleet import Standing
from pve_backup_report.model.past import Past
from pve_backup_report.model.report import Report
from pve_backup_report.render.worst_row import count_in_need, ranked

_GUESTS, _OF_EACH_KIND, _KINDS, _GAPS = 5, 3, 12, 20
_MARKS = 200  # tasks by which two tapes of one cluster are known as such


def standing_of(report: Report) -> Standing:
    """Return what is kept of a report.

    Args:
        report: whole.
    """
    analysis, cluster = report.analysis, report.analysis.cluster
    urgent = tuple(takewhile(lambda anomaly: anomaly.severity >= Severity.WARNING, report.open))
    sizes = sizes_of(analysis.guests)
    worst = ranked(analysis.guests)[:_GUESTS]
    small = replace(
        cluster,
        guests=tuple(told.guest for told in worst),
        storages=(), pools=(), jobs=(), tasks=(), runs=(), backups=(), listings=(), replications=(), restores=(),
        pbs=() if cluster.asked else cluster.pbs,
        gaps=cluster.gaps[:_GAPS],
    )  # fmt: skip
    return Standing(
        report=replace(
            report,
            analysis=replace(analysis, cluster=small, guests=worst, jobs=(), orphans=(), policies=(), rooms=()),
            anomalies=_few(urgent, {told.guest.key for told in worst}),
            past=_little(report, {told.guest.key for told in worst}),
        ),
        in_need=count_in_need(analysis.guests),
        kinds=tuple(Counter(anomaly.code for anomaly in urgent).items()),
        gaps=len(cluster.gaps),
        sizes=(sizes.covered, sizes.uncovered, sizes.undetermined, sizes.exempt),
        unsized=sizes.unsized,
        marks=_marks(cluster),
    )


def _few(anomalies: Iterable[Anomaly], subjects: set[str]) -> tuple[Anomaly, ...]:
    """Return the first few of the first few kinds, and those of the guests that are shown."""
    seen: Counter[str] = Counter()
    kept: list[Anomaly] = []
    for anomaly in anomalies:
        seen[anomaly.code] += 1
        first = seen[anomaly.code] <= _OF_EACH_KIND and len(seen) <= _KINDS
        if first or anomaly.subject in subjects:
            kept.append(anomaly)
    return tuple(kept)


def _marks(cluster: Cluster) -> frozenset[int]:
    """Return what two tapes of one cluster have in common, and no two clusters: names and UPIDs, made short."""
    names = "\0".join((cluster.name or "", *(node.name for node in cluster.nodes)))
    return frozenset(_mark(f"{names}\0{task.upid}") for task in cluster.tasks[:_MARKS])


def _mark(text: str) -> int:
    return int.from_bytes(blake2b(text.encode("utf-8", "replace"), digest_size=8).digest())


def _little(report: Report, guests: set[str]) -> Past | None:
    """Return what a fleet's report needs of the past: since when its few guests are as they are, and whether all is."""
    past = report.past
    if past is None:
        return None
    kept = {key: told for key, told in past.guests.items() if key in guests}
    return replace(past, guests=kept, changes=past.changes[:1], anomalies_since={}, trend=())
