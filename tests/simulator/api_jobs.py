"""The simulated backup jobs: their list, the volumes they include, and Proxmox's own list of what they leave out."""

from simulator.asking import Ask, RefusalError, Route, bad_parameter
from simulator.configs import shown_name, volumes
from simulator.parts import Job
from simulator.selection import PoolMissingError, selected


def job_object(job: Job) -> dict[str, object]:
    """A job as the API types it: numbers in property strings stay strings, flags are 0 and 1."""
    shown: dict[str, object] = {"id": job.id, "schedule": job.schedule}
    if job.legacy:
        shown |= {"enabled": "1" if job.enabled else "", "quiet": 1, "mailnotification": "always"}
    else:
        shown |= {"type": "vzdump", "enabled": int(job.enabled)}
    for key, flag in (("all", job.all), ("protected", job.protected)):
        if flag is not None:
            shown[key] = int(flag)
    texts = (
        ("storage", job.storage),
        ("vmid", job.vmid),
        ("exclude", job.exclude),
        ("pool", job.pool),
        ("node", job.node),
        ("dumpdir", job.dumpdir),
        ("mode", job.mode),
        ("compress", job.compress),
        ("notes-template", job.notes_template),
        ("mailto", job.mailto),
        ("comment", job.comment),
    )
    shown |= {key: text for key, text in texts if text is not None}
    if job.prune:
        shown["prune-backups"] = {key: 1 if key == "keep-all" else str(value) for key, value in job.prune}
    return {**shown, **dict(job.extra)}


def _jobs(ask: Ask) -> object:
    """All jobs, never filtered; legacy ones come first (API2/Backup.pm)."""
    rows = []
    for job in sorted(ask.world.jobs, key=lambda job: not job.legacy):
        row = job_object(job)
        due = None if job.legacy else ask.facts.next_run(job.schedule)
        rows.append(row if due is None else {**row, "next-run": due})
    return rows


def _job(ask: Ask) -> Job:
    wanted = ask.part["id"]
    found = next((job for job in ask.world.jobs if job.id == wanted), None)
    if found is None:
        raise bad_parameter("id", f"No such job '{wanted}'")
    return found


def _included_volumes(ask: Ask) -> object:
    """What the coverage functions take, guests filtered by VM.Audit (API2/Backup.pm get_volume_backup_included)."""
    lookup = ask.facts.lookup
    try:
        taken = selected(lookup, _job(ask))
    except PoolMissingError as error:
        raise RefusalError(500, str(error)) from error
    children: list[dict[str, object]] = []
    for vmid in taken:
        if not ask.may(f"/vms/{vmid}", "VM.Audit"):
            continue
        guest = lookup.guests.get(vmid)
        if guest is None:
            children.append({"id": vmid, "type": "unknown", "leaf": 1})
            continue
        below = [
            {
                "id": f"{vmid}:{volume.key}",
                "name": volume.volume,
                "included": int(volume.included),
                "reason": volume.reason,
                "leaf": 1,
            }
            for volume in volumes(guest)
        ]
        children.append({"id": vmid, "name": guest.name, "type": guest.type, "leaf": int(not below), "children": below})
    return {"children": children}


def _not_backed_up(ask: Ask) -> object:
    """Proxmox's own list: disabled jobs count, one missing pool ends it all (API2/Cluster/BackupInfo.pm)."""
    covered = ask.facts.backed_up()
    rows: list[dict[str, object]] = []
    for guest in ask.facts.lookup.guests.values():
        if guest.vmid not in covered and ask.may(f"/vms/{guest.vmid}", "VM.Audit"):
            row: dict[str, object] = {"vmid": guest.vmid, "type": guest.type}
            rows.append(row if guest.name is None else {**row, "name": shown_name(guest)})
    return rows


def _auditor(ask: Ask) -> None:
    ask.need("/", "Sys.Audit")


ROUTES = (
    Route("/cluster/backup", _jobs, needs=_auditor),
    Route("/cluster/backup/{id}", lambda ask: job_object(_job(ask)), needs=_auditor),
    Route("/cluster/backup/{id}/included_volumes", _included_volumes, needs=_auditor),
    Route("/cluster/backup-info/not-backed-up", _not_backed_up, needs=_auditor),
)
