"""One guest as machines read it."""

from pve_backup_report.model.backup import Backup
from pve_backup_report.model.guest import Guest, Volume
from pve_backup_report.model.restore import Restore
from pve_backup_report.model.task import Run
from pve_backup_report.model.verdict import Attempt, GuestVerdict, JobMatch, Success
from pve_backup_report.render.data import Data
from pve_backup_report.render.moment import rfc3339
from pve_backup_report.render.pbs_data import copies_data, points_data
from pve_backup_report.render.policy_data import granted_data
from pve_backup_report.render.visible import first_line


def guest_data(guest: Guest) -> Data:
    """Return the guest as the cluster lists it; ``volumes`` is None when its configuration was not seen."""
    return {
        "vmid": guest.vmid,
        "type": str(guest.type),
        "name": guest.name,
        "node": guest.node,
        "status": guest.status,
        "template": guest.template,
        "pool": guest.pool,
        "tags": sorted(guest.tags),
        "notes": (first_line(guest.notes) or None) if guest.notes else None,
        "lock": guest.lock,
        "born": rfc3339(guest.born),
        "volumes": None if guest.volumes is None else [_volume(volume) for volume in sorted_volumes(guest.volumes)],
    }


def verdict_data(verdict: GuestVerdict) -> Data:
    """Return the guest with everything concluded about it."""
    guest = guest_data(verdict.guest)
    volumes = guest.pop("volumes")
    return {
        **guest,
        "verdict": str(verdict.verdict),
        "reason": str(verdict.reason),
        "exemption": None if verdict.exemption is None else granted_data(verdict.exemption),
        "jobs": [match_data(match) for match in sorted(verdict.jobs, key=lambda match: match.job)],
        "other_jobs": [
            {"id": other.job, "reason": str(other.reason)}
            for other in sorted(verdict.others, key=lambda other: (other.job, other.reason))
        ],
        "volumes": volumes,
        "freshness": None if verdict.freshness is None else str(verdict.freshness),
        "last_success": None if verdict.last_success is None else _success(verdict.last_success),
        "last_attempt": None if verdict.last_attempt is None else _attempt(verdict.last_attempt),
        "last_due": rfc3339(verdict.last_due),
        "next_due": rfc3339(verdict.next_due),
        "backups": verdict.backups,
        "evidence_since": rfc3339(verdict.evidence_since),
        "failures": verdict.failures,
        "usual_duration_s": verdict.usual_duration_s,
        "findings": list(verdict.findings),
        "restores": [_restore(restore) for restore in verdict.restores],
        "ambiguous_backups": len(verdict.uncertain),
        "restore_points": points_data(verdict.points),
        "days": [str(day) for day in verdict.days],
        "copies": None if verdict.copies is None else copies_data(verdict.copies),
    }


def match_data(match: JobMatch) -> Data:
    """Return a job that selects the guest; one that cannot be judged is not effective, and says why."""
    return {
        "id": match.job,
        "storage": match.storage,
        "effective": match.effective is True,
        "why_not": None if match.why_not is None else str(match.why_not),
    }


def run_data(run: Run) -> Data:
    """Return one guest's part in one task."""
    return {
        "at": rfc3339(run.at),
        "result": str(run.result),
        "error": run.error,
        "duration_s": run.duration_s,
        "upid": run.upid,
        "node": run.node,
        "storage": run.storage,
        "archive": run.archive,
        "archive_written": run.archive_written,
        "size": run.size,
    }


def backup_data(backup: Backup) -> Data:
    """Return one listed backup."""
    return {
        "vmid": backup.vmid,
        "type": backup.type,
        "at": rfc3339(backup.at),
        "storage": backup.storage,
        "node": backup.node,
        "volid": backup.volid,
        "size": backup.size,
        "finished": backup.finished,
        "verified": backup.verified,
        "encrypted": backup.encrypted,
        "protected": backup.protected,
        "notes": backup.notes,
        "verified_at": rfc3339(backup.verified_at),
        "owner": backup.owner,
        "source": backup.source,
    }


def sorted_volumes(volumes: tuple[Volume, ...]) -> list[Volume]:
    """Return the volumes by key."""
    return sorted(volumes, key=lambda volume: volume.key)


def _volume(volume: Volume) -> Data:
    return {
        "key": volume.key,
        "volume": volume.volume,
        "size": volume.size,
        "included": volume.included,
        "why": str(volume.why),
        "matters": volume.matters,
    }


def _success(success: Success) -> Data:
    return {
        "at": rfc3339(success.at),
        "source": success.source,
        "storage": success.storage,
        "volid": success.volid,
        "size": success.size,
        "duration_s": success.duration_s,
        "verified": success.verified,
        "encrypted": success.encrypted,
        "protected": success.protected,
    }


def _restore(restore: Restore) -> Data:
    return {
        "at": rfc3339(restore.at),
        "ok": restore.ok,
        "who": restore.who,
        "note": restore.note,
        "upid": restore.upid,
    }


def _attempt(attempt: Attempt) -> Data:
    return {
        "at": rfc3339(attempt.at),
        "result": str(attempt.result),
        "error": attempt.error,
        "upid": attempt.upid,
        "node": attempt.node,
    }
