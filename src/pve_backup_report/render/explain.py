"""One guest explained: every job and why it does or does not count, and every piece of evidence."""

import re
from dataclasses import dataclass

from pve_backup_report.model.backup import Backup
from pve_backup_report.model.gap import Gap
from pve_backup_report.model.report import Report
from pve_backup_report.model.verdict import GuestVerdict, JobVerdict, Reason
from pve_backup_report.render.cluster_data import gap_data
from pve_backup_report.render.data import Data
from pve_backup_report.render.guest_data import backup_data, run_data, verdict_data
from pve_backup_report.render.language import Language
from pve_backup_report.render.moment import rfc3339
from pve_backup_report.render.wording import Wording

_UNSEEN = (
    Reason.JOBS_NOT_VISIBLE, Reason.POOL_NOT_VISIBLE, Reason.STORAGE_NOT_VISIBLE, Reason.VOLUMES_NOT_VISIBLE,
    Reason.DEFAULTS_NOT_VISIBLE,
)  # fmt: skip
_ONE_GUEST = re.compile(r"(?:^|/)(?:qemu|lxc|vms)/([0-9]+)(?:/|$)")


@dataclass(frozen=True, slots=True)
class JobStory:
    """What one job does for the guest.

    Attributes:
        verdict: the job.
        selects: whether it selects the guest; None when that was not seen.
        effective: whether it counts; None when that was not seen.
        storage: where it would write to; None when it does not select the guest, or not known.
        why_not: why it does not count; None when it does, or when it simply does not select the guest.
    """

    verdict: JobVerdict
    selects: bool | None
    effective: bool | None
    storage: str | None
    why_not: Reason | None


def verdict_of(report: Report, vmid: int) -> GuestVerdict | None:
    """Return what is concluded about a guest; None when the report knows no such guest."""
    return next((verdict for verdict in report.analysis.guests if verdict.guest.vmid == vmid), None)


def job_stories(report: Report, verdict: GuestVerdict) -> tuple[JobStory, ...]:
    """Return what each job does for the guest, by job id."""
    jobs = sorted(report.analysis.jobs, key=lambda job: job.job.id)
    return tuple(_story(job, verdict) for job in jobs)


def backups_of(report: Report, vmid: int) -> tuple[Backup, ...]:
    """Return the listed backups of a guest, newest first."""
    found = [backup for backup in report.analysis.cluster.backups if backup.vmid == vmid]
    return tuple(sorted(found, key=lambda backup: (-backup.at, backup.storage, backup.volid)))


def gaps_about(report: Report, vmid: int) -> tuple[Gap, ...]:
    """Return the gaps that may concern a guest: all but those about other guests alone."""
    gaps = sorted(report.analysis.cluster.gaps, key=lambda gap: (gap.endpoint, gap.kind, gap.detail))
    return tuple(gap for gap in gaps if _concerns(gap, vmid))


def explain_data(report: Report, vmid: int, language: Language) -> Data | None:
    """Return everything about one guest as plain values for JSON; None when there is no such guest."""
    verdict = verdict_of(report, vmid)
    if verdict is None:
        return None
    guest = verdict_data(verdict)
    del guest["other_jobs"]
    wording = Wording.of(report, language)
    return {
        "generated_at": rfc3339(report.analysis.cluster.asked_at),
        **guest,
        "jobs": [_story_data(story) for story in job_stories(report, verdict)],
        "runs": [run_data(run) for run in verdict.runs],
        "archives": [backup_data(backup) for backup in backups_of(report, vmid)],
        "gaps": [gap_data(gap, wording) for gap in gaps_about(report, vmid)],
    }


def _story(job: JobVerdict, verdict: GuestVerdict) -> JobStory:
    for match in verdict.jobs:
        if match.job == job.job.id:
            return JobStory(job, selects=True, effective=match.effective, storage=match.storage, why_not=match.why_not)
    for other in verdict.others:
        if other.job == job.job.id:
            selects = None if other.reason in _UNSEEN else False
            why_not = None if other.reason is Reason.NO_JOB else other.reason
            return JobStory(job, selects, effective=selects, storage=None, why_not=why_not)
    return JobStory(job, selects=False, effective=False, storage=None, why_not=None)


def _story_data(story: JobStory) -> Data:
    return {
        "id": story.verdict.job.id,
        "selects": story.selects,
        "storage": story.storage,
        "effective": story.effective is True,
        "why_not": None if story.why_not is None else str(story.why_not),
        "enabled": story.verdict.job.enabled,
        "schedule": story.verdict.job.schedule,
        "last_due": rfc3339(story.verdict.last_due),
        "next_due": rfc3339(story.verdict.next_due),
    }


def _concerns(gap: Gap, vmid: int) -> bool:
    """Tell whether a gap may concern the guest; a gap that names only other guests does not."""
    asked = _ONE_GUEST.search(gap.endpoint)
    if asked:
        return asked[1] == str(vmid)
    named = [_ONE_GUEST.search(hidden) for hidden in gap.hides]
    return not named or not all(named) or any(found and found[1] == str(vmid) for found in named)
