"""The history on a terminal and for machines: the runs that are kept, and two of them compared."""

import csv
import io
from zoneinfo import ZoneInfo

from rich.console import Console

from pve_backup_report.model.conclusion import Verdict
from pve_backup_report.model.kept import Difference, KeptHistory
from pve_backup_report.model.past import KeptRun
from pve_backup_report.render.change_row import change_rows
from pve_backup_report.render.data import Data
from pve_backup_report.render.language import Language
from pve_backup_report.render.met_sentence import met_sentence
from pve_backup_report.render.moment import rfc3339
from pve_backup_report.render.past_data import change_data, kept_run_data, met_data
from pve_backup_report.render.terminal import Cell, heading, plain, show, table, toned
from pve_backup_report.render.wording import Wording

COUNTS = (
    "guests", "covered", "partial", "uncovered", "undetermined", "exempt", "fresh", "late", "never", "unknown",
    "errors", "warnings", "notices", "infos", "gaps",
)  # fmt: skip


def history_data(history: KeptHistory) -> Data:
    """Return the runs as plain values for JSON."""
    return {
        "cluster": history.cluster,
        "runs": [kept_run_data(run) for run in history.runs],
        "met": [met_data(met) for met in history.met],
    }


def history_csv(history: KeptHistory) -> str:
    """Return the runs as CSV: a line for each, its counts by their names in the JSON report."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(("run", "at", *COUNTS))
    for run in history.runs:
        writer.writerow((run.id, rfc3339(run.at), *(run.summary.get(name, "") for name in COUNTS)))
    return text.getvalue()


def print_history(history: KeptHistory, language: Language, zone: ZoneInfo, console: Console) -> None:
    """Print the runs as a table, and how many due backups were met."""
    wording = Wording(language, zone, history.runs[-1].at if history.runs else 0)
    headers = (
        wording.say("Run"), wording.say("When"), wording.say("Guests"), wording.verdict(Verdict.COVERED),
        wording.verdict(Verdict.PARTIAL), wording.verdict(Verdict.UNCOVERED), wording.verdict(Verdict.UNDETERMINED),
        wording.say("Late"), wording.say("Never"), wording.say("Errors"), wording.say("Warnings"), wording.say("Gaps"),
    )  # fmt: skip
    show(console, table(headers, [_row(run, wording) for run in history.runs]), plain(""))
    show(console, heading(wording.say("Due backups met")))
    show(console, *(plain(met_sentence(met, wording)) for met in history.met))


def difference_data(found: Difference) -> Data:
    """Return two runs and what changed between them, for JSON."""
    return {
        "cluster": found.cluster,
        "before": kept_run_data(found.before),
        "after": kept_run_data(found.after),
        "changes": [change_data(change) for change in found.changes],
    }


def print_difference(found: Difference, language: Language, zone: ZoneInfo, console: Console) -> None:
    """Print what changed between two runs."""
    wording = Wording(language, zone, found.after.at)
    times = [wording.moment(run.at) for run in (found.before, found.after)]
    numbered = zip(times, (found.before, found.after), strict=True)
    before, after = (f"{moment.text if moment is not None else '?'} (#{run.id})" for moment, run in numbered)
    told = wording.say("{cluster}: {before} → {after}", cluster=found.cluster, before=before, after=after)
    rows = change_rows(found.changes, wording)
    show(console, plain(told), plain(""))
    if not rows:
        show(console, plain(wording.say("Nothing has changed.")))
        return
    headers = (wording.say("What"), wording.say("Subject"), wording.say("Details"))
    show(
        console, table(headers, [(toned(row.sign.word, row.sign.tone), row.subject, row.detail or "") for row in rows])
    )


def _row(run: KeptRun, wording: Wording) -> tuple[Cell, ...]:
    moment = wording.moment(run.at)
    names = (
        "guests", "covered", "partial", "uncovered", "undetermined", "late", "never", "errors", "warnings", "gaps",
    )  # fmt: skip
    counts = (wording.language.number(run.summary[name]) if name in run.summary else "?" for name in names)
    return (str(run.id), "?" if moment is None else moment.text, *counts)
