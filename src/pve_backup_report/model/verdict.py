"""What the coverage room concludes about guests and jobs."""

from dataclasses import dataclass

from pve_backup_report.model.backup import Backup
from pve_backup_report.model.conclusion import Freshness, Reason, Verdict
from pve_backup_report.model.copies import Copies
from pve_backup_report.model.day import DayState
from pve_backup_report.model.guest import Guest
from pve_backup_report.model.job import Job
from pve_backup_report.model.policy import Exemption
from pve_backup_report.model.record import record
from pve_backup_report.model.restore import Restore
from pve_backup_report.model.restore_points import RestorePoints
from pve_backup_report.model.task import Run, RunResult

__all__ = [
    "Attempt",
    "Freshness",
    "Granted",
    "GuestVerdict",
    "JobMatch",
    "JobVerdict",
    "NonMatch",
    "Reason",
    "Success",
    "Verdict",
]


@dataclass(frozen=True, slots=True)
class JobMatch:
    """One job that selects a guest.

    Attributes:
        job: the job's id.
        storage: the storage it would write to on the guest's node; None for a dumpdir, or when not known.
        effective: True, False, or None when something that could decide was not seen.
        why_not: the reason when not True.
    """

    job: str
    storage: str | None
    effective: bool | None
    why_not: Reason | None


@dataclass(frozen=True, slots=True)
class NonMatch:
    """One job that does not, or perhaps does not, select a guest, with the reason worth telling.

    Attributes:
        job: the job's id.
        reason: ``excluded``, ``job-on-other-node``, ``job-pool-missing``, ``pool-not-visible`` or ``no-job``.
    """

    job: str
    reason: Reason


@record
class Success:
    """The newest good backup of a guest.

    Attributes:
        at: epoch of the start of that guest's own backup.
        source: ``task``, ``storage`` or ``pbs``.
        storage: where; None when the log does not tell.
        volid: None when only a log tells of it.
        size: bytes; None when not told.
        duration_s: seconds; None when no log tells.
        verified: ``ok``, or None when never verified or not told.
        encrypted: None when not told.
        protected: None when not told.
    """

    at: int
    source: str
    storage: str | None
    volid: str | None
    size: int | None
    duration_s: int | None
    verified: str | None
    encrypted: bool | None
    protected: bool | None


@dataclass(frozen=True, slots=True)
class Attempt:
    """The newest time Proxmox tried to back a guest up.

    Attributes:
        at: epoch.
        result: how it ended.
        error: Proxmox's message (untrusted).
        upid: the task.
        node: the node that ran it.
    """

    at: int
    result: RunResult
    error: str | None
    upid: str
    node: str


@dataclass(frozen=True, slots=True)
class Granted:
    """The exemption of one guest, and what would be said of the guest without it.

    Attributes:
        exemption: the entry of the policy, or the tag.
        verdict: without it.
        reason: the same.
        freshness: the same.
    """

    exemption: Exemption
    verdict: Verdict
    reason: Reason
    freshness: Freshness | None


@dataclass(frozen=True, slots=True)
class GuestVerdict:
    """Everything concluded about one guest.

    Attributes:
        guest: the guest.
        verdict: one per guest.
        reason: why.
        jobs: every job that selects it, effective or not, in the API's order.
        others: jobs that do not select it, or may, with the reason worth telling.
        freshness: None when no effective job makes a backup due, or the guest is exempt.
        last_success: None when none is known.
        last_attempt: None when none is known.
        last_due: epoch of the last time an effective job was due; None when none was.
        next_due: epoch; None when none is to come.
        backups: how many good backups exist; None when the storages were not all seen.
        evidence_since: from here on, no attempt on this guest can have been missed; None when nothing proves any.
        evidence_ends_on: the node whose task history goes no further; None when nothing proves any.
        failures: failed or aborted attempts in a row, newest backwards.
        usual_duration_s: median of its successful runs; None when there are none.
        runs: its attempts, newest first.
        archives: its listed backups, newest first, each once; not those of an earlier guest with its id.
        uncertain: listed backups under its id that may be another cluster's guest's, newest first.
        findings: where the witnesses do not say the same, stable codes, the gravest first.
        judged_due: epoch of the newest time it was due of which the grace has run out; None when there is none.
        points: its restore points on each storage that a job covers it on, and that was listed in full.
        copies: the places of its good backups; None when not worked out.
        restores: restores of its backups that are known, newest first.
        days: how its last thirty days went, in the report's zone, the oldest first; empty when not worked out.
        due_days: whether a backup was due on each of them, as far as today's jobs tell.
        exemption: why it is exempt by the policy; None when it is not. Nothing is due of an exempt guest.
    """

    guest: Guest
    verdict: Verdict
    reason: Reason
    jobs: tuple[JobMatch, ...]
    others: tuple[NonMatch, ...]
    freshness: Freshness | None
    last_success: Success | None
    last_attempt: Attempt | None
    last_due: int | None
    next_due: int | None
    backups: int | None
    evidence_since: int | None
    evidence_ends_on: str | None
    failures: int
    usual_duration_s: int | None
    runs: tuple[Run, ...]
    archives: tuple[Backup, ...]
    uncertain: tuple[Backup, ...]
    findings: tuple[str, ...]
    judged_due: int | None
    points: tuple[RestorePoints, ...] = ()
    copies: Copies | None = None
    restores: tuple[Restore, ...] = ()
    days: tuple[DayState, ...] = ()
    due_days: tuple[bool, ...] = ()
    exemption: Granted | None = None


@dataclass(frozen=True, slots=True)
class JobVerdict:
    """Everything concluded about one job.

    Attributes:
        job: the job.
        guests: existing guests it selects, sorted; None when that cannot be known.
        orphans: ids it names that are no guest of the cluster, sorted; empty when that cannot be known.
        fires: its schedule has a future event.
        schedule_error: why the schedule cannot be read; None when it can.
        pool_state: ``here``, ``missing`` or ``unseen`` for a pool job; None for others.
        last_due: epoch of its newest event; None when there is none within reach.
        next_due: epoch of its next event when enabled; None when there is none.
    """

    job: Job
    guests: tuple[int, ...] | None
    orphans: tuple[int, ...]
    fires: bool
    schedule_error: str | None
    pool_state: str | None
    last_due: int | None
    next_due: int | None
