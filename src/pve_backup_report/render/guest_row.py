"""One guest as people read it: a row of the report's largest table."""

from pve_backup_report.model.guest import Guest, Volume
from pve_backup_report.model.natural import natural
from pve_backup_report.model.record import record
from pve_backup_report.model.task import RunResult
from pve_backup_report.model.verdict import Freshness, GuestVerdict, JobMatch, Reason, Success, Verdict
from pve_backup_report.render import words
from pve_backup_report.render.moment import Moment
from pve_backup_report.render.sign import Sign, freshness_sign, match_sign, result_sign, verdict_sign
from pve_backup_report.render.visible import first_line, shorten
from pve_backup_report.render.wording import Wording

NAME_SHOWN, NOTES_SHOWN, ERROR_SHOWN = 80, 160, 300  # characters that tables show of untrusted text
NOT_AS_IT_SHOULD_BE = (Freshness.LATE, Freshness.NEVER, Freshness.UNKNOWN)


@record
class JobOfGuest:
    """A job that selects the guest, and where it writes to.

    Attributes:
        id: job id.
        target: storage or other place; None when not known.
        sign: whether it counts, and why not.
        counts: whether it does.
    """

    id: str
    target: str | None
    sign: Sign
    counts: bool


@record
class LastBackup:
    """The newest good backup: when, where, and what is known of it."""

    when: Moment | None
    storage: str | None
    facts: tuple[str, ...]


@record
class LastAttempt:
    """The newest attempt: when, how it ended, Proxmox's message when it failed, and how many failed in a row."""

    when: Moment | None
    sign: Sign
    error: str | None
    streak: str | None


@record
class GuestRow:
    """One row.

    Attributes:
        vmid: the guest's id.
        name: as typed by its owner; None when not specified.
        kind: VM or container.
        facts: node, status, pool and the like.
        verdict: its sign.
        reason: why, as a clause; None when it only repeats the verdict.
        code: the reason's code.
        attention: the verdict or the freshness is not as it should be.
        jobs: every job that selects it.
        left_out: volumes that make its backup partial, with the reason.
        freshness: its sign.
        last_backup: None when none is known.
        none_known: what that means: that there is none, or how far back none was seen; empty when one is known.
        last_attempt: None when none is known.
        last_due: when a backup was last due.
        next_due: when the next one is.
        backups: how many good backups exist; None when there is none, or the storages were not all seen.
        findings: where job, task and archive do not say the same.
        notes: first line.
    """

    vmid: int
    name: str | None
    kind: str
    facts: tuple[str, ...]
    verdict: Sign
    reason: str | None
    code: str
    attention: bool
    jobs: tuple[JobOfGuest, ...]
    left_out: tuple[str, ...]
    freshness: Sign
    last_backup: LastBackup | None
    none_known: str
    last_attempt: LastAttempt | None
    last_due: Moment | None
    next_due: Moment | None
    backups: str | None
    findings: tuple[str, ...]
    notes: str | None


def guest_row(verdict: GuestVerdict, wording: Wording) -> GuestRow:
    """Return the row of one guest."""
    guest = verdict.guest
    said = verdict.reason is Reason.SELECTED_BY_JOB
    return GuestRow(
        vmid=guest.vmid,
        name=None if guest.name is None else shorten(guest.name, NAME_SHOWN),
        kind=wording.guest_type(guest.type),
        facts=guest_facts(guest, wording),
        verdict=verdict_sign(verdict.verdict, wording),
        reason=None if said else wording.reason(verdict.reason),
        code=str(verdict.reason),
        attention=verdict.verdict not in (Verdict.COVERED, Verdict.EXEMPT) or verdict.freshness in NOT_AS_IT_SHOULD_BE,
        jobs=tuple(_job(match, wording) for match in sorted(verdict.jobs, key=lambda match: natural(match.job))),
        left_out=tuple(
            volume_line(volume, wording) for volume in guest.volumes or () if volume.matters and not volume.included
        ),
        freshness=freshness_sign(verdict.freshness, wording),
        last_backup=None if verdict.last_success is None else _backup(verdict.last_success, wording),
        none_known=none_known(verdict, wording) if verdict.last_success is None else "",
        last_attempt=_attempt(verdict, wording),
        last_due=wording.moment(verdict.last_due),
        next_due=wording.moment(verdict.next_due),
        backups=wording.plural("{n} backup", "{n} backups", verdict.backups) if verdict.backups else None,
        findings=tuple(wording.open_code(words.FINDINGS, code) for code in verdict.findings),
        notes=(shorten(first_line(guest.notes), NOTES_SHOWN) or None) if guest.notes else None,
    )


def guest_facts(guest: Guest, wording: Wording) -> tuple[str, ...]:
    """Return node, status, pool, tags and lock of a guest, those that are told."""
    return tuple(
        fact
        for fact in (
            guest.node,
            wording.open_code(words.GUEST_STATUS, guest.status),
            wording.say("template") if guest.template else None,
            None if guest.pool is None else wording.say("pool {pool}", pool=shorten(guest.pool, NAME_SHOWN)),
            None if not guest.tags else wording.say("tags {tags}", tags=shorten(" ".join(guest.tags), NAME_SHOWN)),
            None if guest.lock is None else wording.say("locked: {lock}", lock=guest.lock),
        )
        if fact
    )


def none_known(verdict: GuestVerdict, wording: Wording) -> str:
    """Return what is known of a guest without a known backup: that it has none, or how far back none was seen."""
    if verdict.backups == 0 or verdict.freshness is Freshness.NEVER:
        return wording.say("no backup exists")
    since = wording.moment(verdict.evidence_since)
    if since is None or not verdict.evidence_since or verdict.evidence_ends_on is None:
        return wording.say("no backup known")
    node = verdict.evidence_ends_on
    return wording.say("none since {time}, which is as far as the history of {node} goes", time=since.text, node=node)


def volume_line(volume: Volume, wording: Wording) -> str:
    """Return a volume in one line: key, size and why it is taken or not."""
    size = "" if volume.size is None else f" ({wording.language.size(volume.size)})"
    return wording.say("{what}: {detail}", what=f"{volume.key}{size}", detail=wording.volume_why(volume.why))


def success_facts(success: Success, wording: Wording) -> tuple[str, ...]:
    """Return what is known of a backup: size, duration, verification, encryption, protection and witness."""
    return tuple(
        fact
        for fact in (
            None if success.size is None else wording.language.size(success.size),
            None if success.duration_s is None else wording.language.duration(success.duration_s),
            wording.say("verified") if success.verified == "ok" else None,
            wording.say("encrypted") if success.encrypted else None,
            wording.say("protected") if success.protected else None,
            wording.open_code(words.SOURCES, success.source),
        )
        if fact
    )


def _job(match: JobMatch, wording: Wording) -> JobOfGuest:
    return JobOfGuest(
        shorten(match.job, NAME_SHOWN), match.storage, match_sign(match, wording), counts=match.effective is True,
    )  # fmt: skip


def _backup(success: Success, wording: Wording) -> LastBackup:
    return LastBackup(wording.moment(success.at), success.storage, success_facts(success, wording))


def _attempt(verdict: GuestVerdict, wording: Wording) -> LastAttempt | None:
    attempt, failures = verdict.last_attempt, verdict.failures
    if attempt is None:
        return None
    error = None if attempt.error is None else shorten(attempt.error, ERROR_SHOWN)
    sign = result_sign(attempt.result, wording)
    streak = wording.plural("{n} failure in a row", "{n} failures in a row", failures) if failures > 1 else None
    return LastAttempt(wording.moment(attempt.at), sign, None if attempt.result is RunResult.OK else error, streak)
