"""An enabled job whose schedule has no future event."""

from collections.abc import Iterator

from pve_backup_report.anomalies.rule import Rule
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Finding, Severity


def _find(analysis: Analysis) -> Iterator[Finding]:
    for job in analysis.jobs:
        schedule = job.job.schedule
        if job.job.enabled and schedule is not None and job.schedule_error is None and not job.fires:
            yield Finding(
                subject=f"job/{job.job.id}",
                details={
                    "job": job.job.id,
                    "schedule": schedule,
                    "last_due": job.last_due,
                    "vmids": job.guests or (),
                },
            )


SCHEDULE_NEVER_FIRES = Rule(
    code="schedule-never-fires",
    severity=Severity.WARNING,
    component="job",
    message="Backup job {job} is enabled, but its schedule {schedule} never comes again. Last time: {last_due}. "
    "Guests it selects: {vmids}.",
    remedy="Give the job another schedule under Datacenter > Backup > Edit (the Schedule Simulator there shows the "
    "next times), or remove it if it has done its work.",
    find=_find,
)
