"""What each line of the policy fits on the cluster, on a screen and for machines."""

from collections import defaultdict
from itertools import groupby

from rich.console import Console

from pve_backup_report.anomalies.policy_entry_unused import is_unused
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.policy import Acknowledgement, Entry, GuestRule, Origin
from pve_backup_report.model.policy_use import EntryState, Matched
from pve_backup_report.model.report import Report
from pve_backup_report.render.data import Data
from pve_backup_report.render.language import Language
from pve_backup_report.render.moment import rfc3339
from pve_backup_report.render.policy_data import exemptions_data, policy_data
from pve_backup_report.render.sign import BAD, CALM, FAIR, GOOD, UNSEEN
from pve_backup_report.render.terminal import Cell, heading, plain, show, table, toned
from pve_backup_report.render.visible import shorten
from pve_backup_report.render.wording import Wording

_SHOWN = 20  # spans of ids, or anomalies, that one cell spells out
_TEXT_SHOWN = 60  # characters


def policy_check_data(report: Report) -> Data:
    """Return the policy with what it fits, as plain values for JSON."""
    analysis = report.analysis
    unused = [told.entry.origin for told in analysis.policy_use.matched if is_unused(told, analysis)]
    return {
        "generated_at": rfc3339(analysis.cluster.asked_at),
        **policy_data(analysis),
        "unused": [{"kind": origin.kind, "number": origin.number, "line": origin.line} for origin in unused],
        "exemptions": exemptions_data(analysis),
        "guests_in_several_entries": [
            {"vmid": vmid, "entries": [{"kind": origin.kind, "number": origin.number} for origin in origins]}
            for vmid, origins in _several(analysis)
        ],
    }


def print_policy_check(report: Report, language: Language, console: Console) -> None:
    """Print every entry with what it fits, then the guests that several entries fit.

    Args:
        report: what to read.
        language: the reader's.
        console: where to.
    """
    wording, analysis = Wording.of(report, language), report.analysis
    headers = (wording.say("Line"), wording.say("Entry"), wording.say("Selects"), wording.say("State"),
               wording.say("Fits"))  # fmt: skip
    rows = [_row(told, analysis, wording) for told in analysis.policy_use.matched]
    show(console, table(headers, rows), plain(""))
    several = _several(analysis)
    if several:
        show(console, heading(wording.say("Guests that several entries fit")))
        names = {told.guest.vmid: told.guest.name for told in analysis.guests}
        lines: list[tuple[Cell, ...]] = [
            (str(vmid), names.get(vmid) or wording.unspecified(), wording.listed([origin.label for origin in origins]))
            for vmid, origins in several
        ]
        show(console, table(("vmid", wording.say("Name"), wording.say("Entries")), lines), plain(""))
    counts = (
        wording.plural("{n} guest is exempt.", "{n} guests are exempt.", report.summary.exempt),
        wording.plural("{n} anomaly is acknowledged.", "{n} anomalies are acknowledged.", report.summary.acknowledged),
    )
    show(console, plain(" ".join(counts)))


def _several(analysis: Analysis) -> list[tuple[int, tuple[Origin, ...]]]:
    """Return the guests that several entries in force name, rules of all guests aside."""
    found: dict[int, list[Origin]] = defaultdict(list)
    for told in analysis.policy_use.matched:
        of_all = isinstance(told.entry, GuestRule) and told.entry.selector.of_all
        if told.state is EntryState.IN_FORCE and not of_all:
            for vmid in told.vmids:
                found[vmid].append(told.entry.origin)
    return [(vmid, tuple(origins)) for vmid, origins in sorted(found.items()) if len(origins) > 1]


def _row(told: Matched, analysis: Analysis, wording: Wording) -> tuple[Cell, ...]:
    origin = told.entry.origin
    return (
        "-" if origin.line is None else str(origin.line),
        origin.kind if origin.label == "EXEMPT_TAGS" else f"[[{origin.kind}]] {origin.number}",
        _selects(told.entry, wording),
        _state(told, analysis, wording),
        _fits(told, wording),
    )


def _selects(entry: Entry, wording: Wording) -> str:
    parts: list[tuple[str, tuple[str, ...]]]
    if isinstance(entry, Acknowledgement):
        parts = [("code", (entry.code,)), ("subject", (entry.subject,) if entry.subject else ())]
        clusters = entry.clusters
    else:
        spans = tuple(str(low) if low == high else f"{low}-{high}" for low, high in entry.selector.vmids)
        parts = [("vmid", spans), ("tag", entry.selector.tags), ("pool", entry.selector.pools),
                 ("name", entry.selector.names)]  # fmt: skip
        clusters = entry.selector.clusters
    told = [
        f"{key}={shorten(','.join(values), _TEXT_SHOWN)}" for key, values in (*parts, ("cluster", clusters)) if values
    ]
    return " ".join(told) or wording.say("every guest")


def _state(told: Matched, analysis: Analysis, wording: Wording) -> Cell:
    until = told.entry.until
    if told.state is EntryState.EXPIRED and until is not None:
        return toned(wording.say("expired on {day}", day=wording.language.date(until)), BAD)
    if told.state is EntryState.ELSEWHERE:
        return toned(wording.say("about another cluster"), CALM)
    if told.state is EntryState.CLUSTER_UNKNOWN:
        return toned(wording.say("the cluster’s name was not seen"), UNSEEN)
    if is_unused(told, analysis):
        return toned(wording.say("fits nothing"), FAIR)
    if until is None:
        return toned(wording.say("in force, no last day"), GOOD)
    return toned(wording.say("in force until {day}", day=wording.language.date(until)), GOOD)


def _fits(told: Matched, wording: Wording) -> str:
    if isinstance(told.entry, Acknowledgement):
        found = [subject for _, subject in told.anomalies or ()]
    else:
        found = _spans(told.vmids)
    text = wording.listed(found[:_SHOWN]) or wording.say("none")
    if len(found) > _SHOWN:
        text = wording.plural("{items} and {n} more", "{items} and {n} more", len(found) - _SHOWN, items=text)
    if told.unsure:
        unsure = wording.listed(_spans(told.unsure)[:_SHOWN])
        text = wording.say("{found}; cannot be told for {unsure}", found=text, unsure=unsure)
    return text


def _spans(vmids: tuple[int, ...]) -> list[str]:
    """Return ids with those in a row put together, such as ``100-104``."""
    runs = [[vmid for _, vmid in run] for _, run in groupby(enumerate(sorted(vmids)), key=lambda at: at[1] - at[0])]
    return [str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs]
