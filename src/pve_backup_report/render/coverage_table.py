"""Coverage: per guest its verdict, the reason, the jobs that select it and the storages they write to."""

from rich.console import Console

from pve_backup_report.model.report import Report
from pve_backup_report.model.verdict import GuestVerdict
from pve_backup_report.render.cluster_data import gaps_data, sight_data
from pve_backup_report.render.data import Data
from pve_backup_report.render.guest_data import match_data
from pve_backup_report.render.language import Language
from pve_backup_report.render.moment import rfc3339
from pve_backup_report.render.report_data import summary_data
from pve_backup_report.render.sign import verdict_sign
from pve_backup_report.render.summary_text import print_summary
from pve_backup_report.render.terminal import Cell, plain, show, table, toned
from pve_backup_report.render.wording import Wording

_CODES = frozenset({0, 1, 4, 5})  # vmid, type, verdict and reason
_ROOM_FOR_CODES = 80  # columns in which the codes fit whole


def coverage_data(report: Report, language: Language) -> Data:
    """Return the coverage as plain values for JSON."""
    analysis = report.analysis
    return {
        "generated_at": rfc3339(analysis.cluster.asked_at),
        "summary": summary_data(report.summary),
        "guests": [_guest_data(verdict) for verdict in _by_vmid(report)],
        "complete": sight_data(analysis.cluster.sight),
        "gaps": gaps_data(analysis.cluster, Wording.of(report, language)),
    }


def print_coverage(report: Report, language: Language, console: Console) -> None:
    """Print the coverage as one table of codes, then the summary.

    Args:
        report: what to print.
        language: the reader's.
        console: where to.
    """
    wording = Wording.of(report, language)
    headers = (
        "vmid", wording.say("Type"), wording.say("Name"), wording.say("Node"), wording.say("Verdict"),
        wording.say("Reason"), wording.say("Jobs"), wording.say("Storages"),
    )  # fmt: skip
    codes = _CODES if console.width >= _ROOM_FOR_CODES or not console.is_terminal else frozenset[int]()
    show(console, table(headers, [_row(verdict, wording) for verdict in _by_vmid(report)], codes=codes), plain(""))
    print_summary(report, language, console)


def storages_of(verdict: GuestVerdict) -> list[str]:
    """Return the storages that effective jobs write the guest's backups to, sorted."""
    return sorted({match.storage for match in verdict.jobs if match.effective and match.storage is not None})


def _by_vmid(report: Report) -> list[GuestVerdict]:
    return sorted(report.analysis.guests, key=lambda verdict: verdict.guest.vmid)


def _guest_data(verdict: GuestVerdict) -> Data:
    guest = verdict.guest
    return {
        "vmid": guest.vmid,
        "type": str(guest.type),
        "name": guest.name,
        "node": guest.node,
        "verdict": str(verdict.verdict),
        "reason": str(verdict.reason),
        "freshness": None if verdict.freshness is None else str(verdict.freshness),
        "jobs": [match_data(match) for match in sorted(verdict.jobs, key=lambda match: match.job)],
        "storages": storages_of(verdict),
    }


def _row(verdict: GuestVerdict, wording: Wording) -> tuple[Cell, ...]:
    guest = verdict.guest
    return (
        str(guest.vmid),
        str(guest.type),
        guest.name or wording.unspecified(),
        guest.node,
        toned(str(verdict.verdict), verdict_sign(verdict.verdict, wording).tone),
        str(verdict.reason),
        wording.listed(sorted(match.job for match in verdict.jobs)) or "-",
        wording.listed(storages_of(verdict)) or "-",
    )
