"""One guest's whole story on a screen."""

from rich.console import Console
from rich.text import Text

from pve_backup_report.model.archive_name import tail
from pve_backup_report.model.backup import Backup
from pve_backup_report.model.guest import Volume
from pve_backup_report.model.report import Report
from pve_backup_report.model.task import Run
from pve_backup_report.model.verdict import GuestVerdict
from pve_backup_report.render import words
from pve_backup_report.render.explain import JobStory, backups_of, gaps_about, job_stories, verdict_of
from pve_backup_report.render.guest_data import sorted_volumes
from pve_backup_report.render.guest_row import guest_facts, none_known, success_facts
from pve_backup_report.render.keep_row import keep_row
from pve_backup_report.render.language import Language
from pve_backup_report.render.policy_row import exempt_lines
from pve_backup_report.render.sign import (
    BAD,
    CALM,
    GOOD,
    UNSEEN,
    Sign,
    freshness_sign,
    result_sign,
    state_sign,
    verdict_sign,
)
from pve_backup_report.render.terminal import Cell, heading, plain, show, signed, table, toned
from pve_backup_report.render.wording import Wording

NEWEST_SHOWN = 5  # runs and archives; machine output has them all


def print_explanation(report: Report, vmid: int, language: Language, console: Console) -> bool:
    """Print the story of one guest.

    Args:
        report: what to read.
        vmid: the guest's id.
        language: the reader's.
        console: where to.

    Returns:
        False when the report knows no such guest; nothing is printed then.
    """
    verdict = verdict_of(report, vmid)
    if verdict is None:
        return False
    wording = Wording.of(report, language)
    _print_head(verdict, wording, console)
    _print_jobs(report, verdict, wording, console)
    _print_volumes(verdict, wording, console)
    _print_runs(verdict, wording, console)
    _print_archives(report, verdict, wording, console)
    _print_keeping(verdict, wording, console)
    _print_gaps(report, verdict, wording, console)
    return True


def _print_head(verdict: GuestVerdict, wording: Wording, console: Console) -> None:
    guest = verdict.guest
    title = f"{wording.guest_type(guest.type)} {guest.vmid} ({guest.name or wording.unspecified()})"
    sign = verdict_sign(verdict.verdict, wording)
    said = wording.say("{what}: {detail}", what=sign.word, detail=wording.reason(verdict.reason))
    lines = [
        Text.assemble(heading(title), "  ", plain(wording.listed(guest_facts(guest, wording)))),
        Text.assemble(toned(said, sign.tone), f"  [{verdict.verdict}, {verdict.reason}]"),
        Text.assemble(signed(freshness_sign(verdict.freshness, wording)), "  ", plain(_due(verdict, wording))),
        plain(_last(verdict, wording)),
    ]
    if verdict.exemption is not None:
        lines.extend(plain(line) for line in exempt_lines(verdict, wording))
    lines.extend(plain(wording.open_code(words.FINDINGS, code)) for code in verdict.findings)
    show(console, *lines, plain(""))


def _due(verdict: GuestVerdict, wording: Wording) -> str:
    last, following = wording.moment(verdict.last_due), wording.moment(verdict.next_due)
    return wording.say(
        "last due {last}, next due {next}",
        last=last.text if last else wording.say("never"), next=following.text if following else wording.say("never"),
    )  # fmt: skip


def _last(verdict: GuestVerdict, wording: Wording) -> str:
    success = verdict.last_success
    when = None if success is None else wording.moment(success.at)
    if success is None or when is None:
        return wording.say("Last good backup: {what}", what=none_known(verdict, wording))
    facts = (success.storage or wording.unspecified(), *success_facts(success, wording))
    return wording.say("Last good backup: {what}", what=f"{when.text} ({when.age}), {wording.listed(facts)}")


def _print_jobs(report: Report, verdict: GuestVerdict, wording: Wording, console: Console) -> None:
    show(console, heading(wording.say("Backup jobs")))
    stories = job_stories(report, verdict)
    if not report.analysis.cluster.sight.jobs:
        show(console, toned(wording.say("The backup jobs could not be seen."), UNSEEN), plain(""))
    elif not stories:
        show(console, plain(wording.say("This cluster has no backup job.")), plain(""))
    else:
        headers = (wording.say("Job"), wording.say("For this guest"), wording.say("Writes to"), wording.say("Schedule"))
        show(console, table(headers, [_job(story, wording) for story in stories]), plain(""))


def _job(story: JobStory, wording: Wording) -> tuple[Cell, ...]:
    job = story.verdict.job
    return (
        job.id,
        _job_words(story, wording),
        (story.storage or job.dumpdir or wording.say("not known")) if story.selects else "-",
        job.schedule or wording.unspecified(),
    )


def _job_words(story: JobStory, wording: Wording) -> Text:
    if story.effective:
        return toned(wording.say("selects it and counts"), GOOD)
    if story.effective is None:
        what, tone = wording.say("cannot be judged"), UNSEEN
    elif story.selects:
        what, tone = wording.say("selects it but does not count"), BAD
    else:
        what, tone = wording.say("does not select it"), CALM
    if story.why_not is None:
        return toned(what, tone)
    return toned(wording.say("{what}: {detail}", what=what, detail=wording.reason(story.why_not)), tone)


def _print_volumes(verdict: GuestVerdict, wording: Wording, console: Console) -> None:
    show(console, heading(wording.say("Volumes")))
    volumes = verdict.guest.volumes
    if volumes is None:
        show(console, toned(wording.say("Its configuration could not be seen."), UNSEEN), plain(""))
    elif not volumes:
        show(console, plain(wording.say("It has none.")), plain(""))
    else:
        headers = (wording.say("Key"), wording.say("In the backup"), wording.say("Why"), wording.say("Size"),
                   wording.say("Volume"))  # fmt: skip
        show(console, table(headers, [_volume(volume, wording) for volume in sorted_volumes(volumes)]), plain(""))


def _volume(volume: Volume, wording: Wording) -> tuple[Cell, ...]:
    taken = state_sign(volume.included, wording.say("taken") if volume.included else wording.say("left out"))
    return (
        volume.key,
        signed(taken) if volume.included or volume.matters else toned(taken.word, CALM),
        wording.volume_why(volume.why),
        "-" if volume.size is None else wording.language.size(volume.size),
        volume.volume,
    )


def _print_runs(verdict: GuestVerdict, wording: Wording, console: Console) -> None:
    show(console, heading(wording.say("Runs")))
    since = wording.moment(verdict.evidence_since)
    told = (
        toned(wording.say("Nothing proves that every run was seen."), UNSEEN)
        if since is None
        else plain(wording.say("Every run since {time} was seen.", time=since.text))
    )
    show(console, told)
    if verdict.runs:
        headers = (wording.say("Begun"), wording.say("Result"), wording.say("Duration"), wording.say("Writes to"),
                   wording.say("Error"), wording.say("Task"))  # fmt: skip
        show(console, table(headers, [_run(run, wording) for run in verdict.runs[:NEWEST_SHOWN]]))
        _print_rest(len(verdict.runs), wording, console)
    else:
        show(console, plain(wording.say("None was seen.")))
    show(console, plain(""))


def _run(run: Run, wording: Wording) -> tuple[Cell, ...]:
    begun = wording.moment(run.at)
    return (
        begun.text if begun else wording.unspecified(),
        signed(result_sign(run.result, wording)),
        "-" if run.duration_s is None else wording.language.duration(run.duration_s),
        run.storage or "-",
        run.error or "-",
        run.upid,
    )


def _print_archives(report: Report, verdict: GuestVerdict, wording: Wording, console: Console) -> None:
    show(console, heading(wording.say("Backups")))
    backups = backups_of(report, verdict.guest.vmid)
    if verdict.backups is None:
        show(console, toned(wording.say("The storages were not all seen; there may be more."), UNSEEN))
    if backups:
        headers = (wording.say("Begun"), wording.say("Storage"), wording.say("State"), wording.say("Size"), "volid")
        own = {tail(archive.volid) for archive in verdict.archives}
        perhaps = {tail(archive.volid) for archive in verdict.uncertain}
        states = [_whose(tail(backup.volid), own, perhaps, wording) for backup in backups]
        shown = zip(backups[:NEWEST_SHOWN], states, strict=False)
        show(console, table(headers, [_archive(backup, state, wording) for backup, state in shown]))
        _print_rest(len(backups), wording, console)
    else:
        show(console, plain(wording.say("None was seen.")))
    show(console, plain(""))


def _whose(name: str, own: set[str], perhaps: set[str], wording: Wording) -> Sign | None:
    """Return the sign of a backup that is not surely this guest's; None for its own."""
    if name in perhaps:
        return state_sign(state=None, word=wording.say("perhaps another cluster’s"))
    return None if name in own else state_sign(state=None, word=wording.say("another guest’s"))


def _archive(backup: Backup, state: Sign | None, wording: Wording) -> tuple[Cell, ...]:
    begun = wording.moment(backup.at)
    if state is not None:
        pass
    elif not backup.finished:
        state = state_sign(state=False, word=wording.say("unfinished or damaged"))
    elif backup.verified == "failed":
        state = state_sign(state=False, word=wording.say("failed its verification"))
    else:
        state = state_sign(state=True, word=wording.say("verified") if backup.verified else wording.say("finished"))
    return (
        begun.text if begun else wording.unspecified(),
        backup.storage,
        signed(state),
        "-" if backup.size is None else wording.language.size(backup.size),
        backup.volid,
    )


def _print_keeping(verdict: GuestVerdict, wording: Wording, console: Console) -> None:
    if verdict.copies is None:
        return
    row = keep_row(verdict, verdict.copies, wording)
    show(console, heading(wording.say("Copies and retention")))
    show(console, plain(wording.say("{what}: {detail}", what=row.rule, detail=wording.say("; ").join(row.reasons))))
    show(console, *(plain(line) for line in row.points), plain(""))


def _print_gaps(report: Report, verdict: GuestVerdict, wording: Wording, console: Console) -> None:
    show(console, heading(wording.say("What was not seen")))
    gaps = gaps_about(report, verdict.guest.vmid)
    if not gaps:
        show(console, plain(wording.say("Every question about it was answered in full.")))
        return
    headers = (
        wording.say("Question"),
        wording.say("Why"),
        wording.say("Right that would help"),
        wording.say("Blind to"),
    )
    rows = [
        (
            gap.endpoint,
            wording.gap_reason(gap),
            wording.language.right(gap.needs or "-"),
            wording.blinds(gap.blinds) or "-",
        )
        for gap in gaps
    ]
    show(console, table(headers, rows))


def _print_rest(count: int, wording: Wording, console: Console) -> None:
    if count > NEWEST_SHOWN:
        show(console, plain(wording.plural("  and {n} more", "  and {n} more", count - NEWEST_SHOWN)))
