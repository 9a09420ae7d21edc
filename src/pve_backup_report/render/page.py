"""The report as a page that people read: every word chosen, nothing laid out yet.

The HTML and the Markdown template both lay out this one page, so both say the same in the same order.
"""

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile
from operator import attrgetter

from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Severity
from pve_backup_report.model.natural import natural
from pve_backup_report.model.report import Report
from pve_backup_report.model.sight import Sight
from pve_backup_report.render.answer import Answer, answer
from pve_backup_report.render.day_grid import DayGrid, day_grid
from pve_backup_report.render.fill_row import FillRow, fill_rows
from pve_backup_report.render.guest_row import NAME_SHOWN, GuestRow, guest_row
from pve_backup_report.render.job_row import JobRow, job_row
from pve_backup_report.render.keep_row import KeepRow, PolicyRow, keep_rows, policy_rows
from pve_backup_report.render.language import Language
from pve_backup_report.render.moment import Moment
from pve_backup_report.render.night import Night, night
from pve_backup_report.render.past_row import PastView, past_view
from pve_backup_report.render.pbs_row import ServerRow, server_row
from pve_backup_report.render.place_row import NodeRow, PoolRow, StorageRow, node_row, pool_row, storage_row
from pve_backup_report.render.policy_row import AcknowledgedRow, ExemptRow, acknowledged_rows, exempt_rows
from pve_backup_report.render.sign import Sign, severity_sign
from pve_backup_report.render.trouble_row import GapRow, OrphanRow, TroubleGroup, gap_row, orphan_rows, trouble_groups
from pve_backup_report.render.visible import shorten
from pve_backup_report.render.wording import Wording
from pve_backup_report.render.worst_row import WorstGuest, count_in_need, others, worst_guests


@dataclass(frozen=True, slots=True)
class Page:
    """Everything that a page shows.

    Attributes:
        language: code of the reader's language.
        title: what the report is about.
        cluster: the cluster's name; None when not seen.
        version: of Proxmox VE; None when not seen.
        quorate: None when not seen or when there is no cluster.
        tool_version: of this program.
        generated: the time of the run.
        zone: the zone of all times.
        sight: which lists are complete.
        answer: the first screen.
        worst: the guests that need help most, the worst first.
        in_need: how many guests are not as they should be.
        past: what the history adds; None where none is kept.
        days: the calendar of backups; None when no guest's days are known.
        night: the runs of the last twenty-four hours; None when no cluster was asked.
        fills: how full the places for backups are.
        exempt: guests that are left out on purpose.
        acknowledged: anomalies that somebody knows of; none of them is in ``urgent`` or counted in ``severities``.
        severities: how many anomalies of each severity.
        urgent: errors and warnings.
        others: those that are not of the guests in ``worst``.
        troubles: all anomalies.
        nodes: by name.
        guests: by vmid.
        jobs: by id.
        storages: by id.
        pools: by id.
        gaps: by endpoint.
        orphans: by id.
        servers: backup servers, in the order of the settings.
        policies: what removes backups, by storage.
        keeping: copies and restore points, by vmid.
        asked: a Proxmox VE cluster was asked; False when only backup servers were.
    """

    language: str
    title: str
    cluster: str | None
    version: str | None
    quorate: bool | None
    tool_version: str
    generated: Moment | None
    zone: str
    sight: Sight
    answer: Answer
    worst: tuple[WorstGuest, ...]
    in_need: int
    past: PastView | None
    days: DayGrid | None
    night: Night | None
    fills: tuple[FillRow, ...]
    exempt: tuple[ExemptRow, ...]
    acknowledged: tuple[AcknowledgedRow, ...]
    severities: tuple[tuple[Sign, int], ...]
    urgent: tuple[TroubleGroup, ...]
    others: tuple[TroubleGroup, ...]
    troubles: tuple[TroubleGroup, ...]
    nodes: tuple[NodeRow, ...]
    guests: tuple[GuestRow, ...]
    jobs: tuple[JobRow, ...]
    storages: tuple[StorageRow, ...]
    pools: tuple[PoolRow, ...]
    gaps: tuple[GapRow, ...]
    orphans: tuple[OrphanRow, ...]
    servers: tuple[ServerRow, ...]
    policies: tuple[PolicyRow, ...]
    keeping: tuple[KeepRow, ...]
    asked: bool


def title_of(cluster: str | None, longest: int, wording: Wording) -> str:
    """Return what a report is about.

    Args:
        cluster: its name; None when not seen.
        longest: characters of the name that are shown.
        wording: the reader's.
    """
    if cluster is None:
        return wording.say("Backup coverage")
    return wording.say("Backup coverage of {cluster}", cluster=shorten(cluster, longest))


@lru_cache(maxsize=1)
def page(report: Report, language: Language) -> Page:
    """Return the page of a report in a language; the outputs of one report share it."""
    wording = Wording.of(report, language)
    analysis, summary = report.analysis, report.summary
    cluster = analysis.cluster
    keys = {guest.key: guest.vmid for guest in cluster.guests}
    urgent = list(takewhile(lambda anomaly: anomaly.severity >= Severity.WARNING, report.open))
    troubles = trouble_groups(report.anomalies, keys, wording)
    listed = Counter(map(attrgetter("storage"), cluster.backups))
    guests = tuple(
        guest_row(verdict, wording) for verdict in sorted(analysis.guests, key=lambda verdict: verdict.guest.vmid)
    )
    worst = worst_guests(report, wording)
    grave = trouble_groups(urgent, keys, wording)
    return Page(
        language=language.code,
        title=title_of(cluster.name, NAME_SHOWN, wording),
        cluster=None if cluster.name is None else shorten(cluster.name, NAME_SHOWN),
        version=cluster.version,
        quorate=cluster.quorate,
        tool_version=report.tool_version,
        generated=wording.moment(cluster.asked_at),
        zone=wording.zone.key,
        sight=cluster.sight,
        answer=answer(report, wording),
        worst=worst,
        in_need=count_in_need(analysis.guests),
        past=past_view(report, wording),
        days=day_grid(analysis.guests, wording),
        night=night(cluster, wording) if cluster.asked else None,
        fills=fill_rows(analysis, wording),
        exempt=exempt_rows(analysis.guests, wording),
        acknowledged=acknowledged_rows(report, wording),
        severities=(
            (severity_sign(Severity.ERROR, wording), summary.errors),
            (severity_sign(Severity.WARNING, wording), summary.warnings),
            (severity_sign(Severity.NOTICE, wording), summary.notices),
            (severity_sign(Severity.INFO, wording), summary.infos),
        ),
        urgent=grave,
        others=others(grave, worst),
        troubles=troubles,
        nodes=tuple(node_row(node, wording) for node in sorted(cluster.nodes, key=lambda node: natural(node.name))),
        guests=guests,
        jobs=_jobs(analysis, wording),
        storages=tuple(
            storage_row(storage, cluster, listed[storage.id], wording)
            for storage in sorted(cluster.storages, key=lambda storage: natural(storage.id))
        ),
        pools=tuple(
            pool_row(pool, analysis, wording) for pool in sorted(cluster.pools, key=lambda pool: natural(pool.id))
        ),
        gaps=tuple(
            gap_row(gap, wording)
            for gap in sorted(cluster.gaps, key=lambda gap: (natural(gap.endpoint), gap.kind, gap.detail))
        ),
        orphans=orphan_rows(analysis.orphans, wording),
        servers=tuple(server_row(server, wording) for server in cluster.pbs),
        policies=policy_rows(analysis, wording),
        keeping=keep_rows(analysis, wording),
        asked=cluster.asked,
    )


def _jobs(analysis: Analysis, wording: Wording) -> tuple[JobRow, ...]:
    effective: dict[str, Counter[bool | None]] = {}
    for guest in analysis.guests:
        for match in guest.jobs:
            effective.setdefault(match.job, Counter())[match.effective] += 1
    return tuple(
        job_row(verdict, effective.get(verdict.job.id, Counter()), wording)
        for verdict in sorted(analysis.jobs, key=lambda verdict: natural(verdict.job.id))
    )
