"""Copies and retention as people read them: what is promised, what is there, and where."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.copies import Copies, CopyPlace
from pve_backup_report.model.record import record
from pve_backup_report.model.restore_points import PolicySource, RestorePoints, RetentionPolicy
from pve_backup_report.model.verdict import GuestVerdict
from pve_backup_report.render.guest_row import NAME_SHOWN
from pve_backup_report.render.job_row import retention_words
from pve_backup_report.render.sign import CALM, Sign, state_sign
from pve_backup_report.render.visible import shorten
from pve_backup_report.render.wording import Wording
from pve_backup_report.render.words import _

_RANGES_SHOWN = 4
_SOURCES: Mapping[PolicySource, str] = {
    PolicySource.JOB: _("backup job {name}"),
    PolicySource.STORAGE: _("storage {name}"),
    PolicySource.NODE: _("vzdump.conf of {name}"),
    PolicySource.PRUNE_JOB: _("prune job {name}"),
}


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """One policy: who removes what, and when.

    Attributes:
        storage: whose backups.
        source: who removes them.
        keeps: what it keeps.
        when: when it does.
        state: whether it is active.
    """

    storage: str
    source: str
    keeps: str
    when: str
    state: Sign


@record
class KeepRow:
    """One guest's copies and restore points.

    Attributes:
        vmid: the guest's id.
        name: as typed by its owner; None when not specified.
        rule: the digits of 3-2-1-1-0, such as ``3-2-1-0-0``; a digit that cannot be told is a question mark.
        reasons: one line for each digit.
        points: one line for each storage.
        holes: some promised point is missing.
    """

    vmid: int
    name: str | None
    rule: str
    reasons: tuple[str, ...]
    points: tuple[str, ...]
    holes: bool


def policy_rows(analysis: Analysis, wording: Wording) -> tuple[PolicyRow, ...]:
    """Return every policy that removes backups of covered guests."""
    return tuple(_policy(policy, wording) for policy in analysis.policies)


def keep_rows(analysis: Analysis, wording: Wording) -> tuple[KeepRow, ...]:
    """Return the guests that a job covers or that have backups, by vmid."""
    return tuple(
        keep_row(verdict, verdict.copies, wording)
        for verdict in sorted(analysis.guests, key=lambda verdict: verdict.guest.vmid)
        if verdict.copies is not None and (verdict.copies.places or verdict.points)
    )


def keep_row(verdict: GuestVerdict, copies: Copies, wording: Wording) -> KeepRow:
    """Return one guest's copies and restore points."""
    name = verdict.guest.name
    points = [_points(each, wording) for each in verdict.points]
    return KeepRow(
        vmid=verdict.guest.vmid,
        name=None if name is None else shorten(name, NAME_SHOWN),
        rule=_rule(copies),
        reasons=_reasons(copies, wording),
        points=(*points, *_tested(verdict, wording)),
        holes=any(line.missing for each in verdict.points for line in each.lines),
    )


def _tested(verdict: GuestVerdict, wording: Wording) -> tuple[str, ...]:
    """Say when its backups were last restored, where that is known; nobody is told what nobody looked for."""
    if not verdict.restores:
        return ()
    newest = verdict.restores[0]
    when = wording.moment(newest.at)
    time = when.text if when else wording.unspecified()
    done, failed = wording.say("restored on {time}", time=time), wording.say("restore failed on {time}", time=time)
    result = done if newest.ok else failed
    if newest.who is None:
        return (result,)
    return (wording.say("{what}, {detail}", what=result, detail=shorten(newest.who, NAME_SHOWN)),)


def _rule(copies: Copies) -> str:
    errors = "?" if copies.verified_at is None and not copies.failed else str(copies.failed)
    return f"{copies.copies}-{copies.media}-{copies.offsite}-{copies.protected}-{errors}"


def _reasons(copies: Copies, wording: Wording) -> tuple[str, ...]:
    say = wording.say
    names = [_place(place) for place in copies.places]
    itself = [say("the guest itself"), *names]
    more = "" if copies.whole else say(", perhaps more")
    offsite = [name for name, place in zip(names, copies.places, strict=True) if place.offsite]
    kept = [name for name, place in zip(names, copies.places, strict=True) if place.protected]
    verified = wording.moment(copies.verified_at)
    no_copy = wording.language.pgettext("copies", "none")
    return (
        say("copies: {places}{more}", places=wording.listed(itself), more=more),
        say("on different storage: {n}", n=copies.media),
        say("off-site: {places}", places=wording.listed(offsite) or no_copy),
        say("protected from removal: {places}", places=wording.listed(kept) or no_copy),
        say("damaged: {n}, last verified {time}", n=copies.failed, time=verified.text if verified else say("never")),
    )


def _place(place: CopyPlace) -> str:
    return shorten(place.name if place.node is None else f"{place.name} ({place.node})", NAME_SHOWN)


def _points(points: RestorePoints, wording: Wording) -> str:
    if not points.limited:
        detail = wording.say("everything is kept")
    elif not points.lines:
        detail = wording.say("nothing is promised yet")
    else:
        detail = wording.listed([
            wording.say("{there} of {promised} {option}", there=line.there, promised=line.promised, option=line.option)
            for line in points.lines
        ])  # fmt: skip
    missing = [at for line in points.lines for at in line.missing]
    if missing:
        days = sorted({day for at in missing if (day := wording.date_of(at)) is not None})
        detail = wording.say("{points}; none for {days}", points=detail, days=_ranges(days, wording))
    return wording.say("{what}: {detail}", what=points.storage, detail=detail)


def _ranges(days: Iterable[date], wording: Wording) -> str:
    """Return days with runs of them drawn together, such as ``3 Mar – 6 Mar``."""
    runs: list[tuple[date, date]] = []
    for day in days:
        if runs and day - runs[-1][1] == timedelta(days=1):
            runs[-1] = (runs[-1][0], day)
        else:
            runs.append((day, day))
    shown = [
        wording.day(first) if first == last else f"{wording.day(first)} – {wording.day(last)}"
        for first, last in runs[:_RANGES_SHOWN]
    ]
    rest = len(runs) - _RANGES_SHOWN
    text = wording.listed(shown)
    return wording.plural("{items} and {n} more", "{items} and {n} more", rest, items=text) if rest > 0 else text


def _policy(policy: RetentionPolicy, wording: Wording) -> PolicyRow:
    when = wording.say("after each backup") if policy.source is not PolicySource.PRUNE_JOB else policy.schedule
    active = wording.say("active") if policy.active else wording.say("not active")
    keeps = retention_words(policy.keeps) if policy.keeps else wording.say("everything")
    return PolicyRow(
        storage=shorten(policy.storage, NAME_SHOWN),
        source=wording.say(_SOURCES[policy.source], name=shorten(policy.name, NAME_SHOWN)),
        keeps=keeps,
        when=when or wording.say("never by itself"),
        state=state_sign(state=True, word=active) if policy.active else Sign("–", active, CALM),
    )
