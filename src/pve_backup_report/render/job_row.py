"""One backup job as people read it."""

from collections import Counter
from dataclasses import dataclass

from pve_backup_report.model.job import Job, Selection
from pve_backup_report.model.verdict import JobVerdict
from pve_backup_report.render.guest_row import NAME_SHOWN, NOTES_SHOWN
from pve_backup_report.render.moment import Moment
from pve_backup_report.render.sign import Sign, state_sign
from pve_backup_report.render.visible import shorten
from pve_backup_report.render.wording import Wording

VMIDS_SHOWN = 12  # ids of a list that a row spells out


@dataclass(frozen=True, slots=True)
class JobRow:
    """One row.

    Attributes:
        id: job id.
        state: whether it is switched on.
        schedule: the calendar event; None when not specified.
        selection: which guests it takes, in words.
        target: storage, directory or the node's default.
        node: the node it is bound to; None when none.
        guests: how many guests it selects, and for how many it is effective.
        last_due: when it was last due.
        next_due: when it is due next.
        retention: what it keeps; None when the storage's settings apply.
        problems: why it does not work as it is.
        comment: as typed.
    """

    id: str
    state: Sign
    schedule: str | None
    selection: str
    target: str
    node: str | None
    guests: str
    last_due: Moment | None
    next_due: Moment | None
    retention: str | None
    problems: tuple[str, ...]
    comment: str | None


def job_row(verdict: JobVerdict, effective: Counter[bool | None], wording: Wording) -> JobRow:
    """Return the row of one job.

    Args:
        verdict: the conclusions.
        effective: for how many of the guests it selects it is effective, is not, or cannot be judged (None).
        wording: the reader's.
    """
    job = verdict.job
    return JobRow(
        id=shorten(job.id, NAME_SHOWN),
        state=enabled_sign(job, wording),
        schedule=job.schedule,
        selection=selection_words(job, wording),
        target=target_words(job, wording),
        node=job.node,
        guests=_guests(verdict, effective, wording),
        last_due=wording.moment(verdict.last_due),
        next_due=wording.moment(verdict.next_due),
        retention=_retention(job, wording),
        problems=_problems(verdict, wording),
        comment=shorten(job.comment, NOTES_SHOWN) if job.comment else None,
    )


def enabled_sign(job: Job, wording: Wording) -> Sign:
    """Return the sign of whether a job is enabled."""
    pgettext = wording.language.pgettext
    return state_sign(job.enabled, pgettext("job", "enabled") if job.enabled else pgettext("job", "disabled"))


def selection_words(job: Job, wording: Wording) -> str:
    """Say which guests a job takes."""
    if job.selection is Selection.POOL:
        return wording.say("pool {pool}", pool=shorten(job.pool or "", NAME_SHOWN))
    if job.selection is Selection.VMID:
        if job.vmids is None:
            return wording.say("a list that cannot be read")
        return wording.say("listed: {vmids}", vmids=vmids_words(tuple(dict.fromkeys(job.vmids)), wording))
    if job.selection is Selection.NONE:
        return wording.say("no guest")
    if job.exclude:
        return wording.say("all but {vmids}", vmids=vmids_words(job.exclude, wording))
    return wording.say("all guests")


def target_words(job: Job, wording: Wording) -> str:
    """Say where a job writes to."""
    if job.storage is not None:
        return shorten(job.storage, NAME_SHOWN)
    if job.dumpdir is not None:
        return wording.say("directory {path}", path=shorten(job.dumpdir, NAME_SHOWN))
    return wording.say("the node’s default")


def retention_words(retention: tuple[tuple[str, int], ...]) -> str:
    """Return ``keep-last=3, keep-daily=7``, or ``keep-all``."""
    return ", ".join("keep-all" if name == "keep-all" else f"{name}={number}" for name, number in retention)


def vmids_words(vmids: tuple[int, ...], wording: Wording) -> str:
    """Return the ids with commas, a long list cut with the number of the others."""
    shown = wording.listed([str(vmid) for vmid in vmids[:VMIDS_SHOWN]])
    rest = len(vmids) - VMIDS_SHOWN
    return wording.plural("{items} and {n} more", "{items} and {n} more", rest, items=shown) if rest > 0 else shown


def _guests(verdict: JobVerdict, effective: Counter[bool | None], wording: Wording) -> str:
    if verdict.guests is None:
        return wording.say("not known")
    write = wording.language.number
    selected = len(verdict.guests)
    if effective[True] == selected:
        return write(selected)
    told = wording.say("{effective} of {selected}", effective=write(effective[True]), selected=write(selected))
    if not effective[None]:
        return told
    return wording.say("{told}, {unknown} not known", told=told, unknown=write(effective[None]))


def _retention(job: Job, wording: Wording) -> str | None:
    if not job.remove:
        return wording.say("prunes nothing")
    return None if job.retention is None else retention_words(job.retention)


def _problems(verdict: JobVerdict, wording: Wording) -> tuple[str, ...]:
    job = verdict.job
    missing = vmids_words(verdict.orphans, wording)
    return tuple(
        problem
        for problem in (
            None if job.conflict is None else wording.say("every run fails: {error}", error=job.conflict),
            None
            if verdict.schedule_error is None
            else wording.say("its schedule cannot be read: {error}", error=verdict.schedule_error),
            wording.say("its schedule never fires") if not verdict.fires and verdict.schedule_error is None else None,
            wording.say("its pool does not exist") if verdict.pool_state == "missing" else None,
            wording.say("its pool could not be seen") if verdict.pool_state == "unseen" else None,
            wording.say("names ids that are no guest: {vmids}", vmids=missing) if verdict.orphans else None,
        )
        if problem
    )
