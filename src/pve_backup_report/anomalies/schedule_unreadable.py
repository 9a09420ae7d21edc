"""An enabled job whose schedule Proxmox's own parser does not accept."""

from collections.abc import Iterator

from pve_backup_report.anomalies.rule import Rule
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Finding, Severity


def _find(analysis: Analysis) -> Iterator[Finding]:
    for job in analysis.jobs:
        if job.job.enabled and job.schedule_error is not None:
            yield Finding(
                subject=f"job/{job.job.id}",
                details={
                    "job": job.job.id,
                    "schedule": job.job.schedule,
                    "error": job.schedule_error,
                    "next_run": job.next_due,
                    "vmids": job.guests or (),
                },
                # Proxmox tells a next run: it can read what this program cannot
                severity=Severity.NOTICE if job.fires else None,
            )


SCHEDULE_UNREADABLE = Rule(
    code="schedule-unreadable",
    severity=Severity.WARNING,
    component="job",
    message="The schedule of backup job {job} cannot be read: {error}. Next run, as Proxmox VE tells it: {next_run}.",
    remedy="Write the schedule anew under Datacenter > Backup > Edit, such as 02:30 or mon..fri 22:00, without "
    "blanks around it.",
    find=_find,
)
