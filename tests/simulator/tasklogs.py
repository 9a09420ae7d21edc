"""The log of a simulated vzdump task, in the grammar that Proxmox's own code writes."""

import random
from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from simulator.configs import Volume, volumes
from simulator.parts import Guest
from simulator.records import GuestRun, Task

_GIB = 1 << 30
_NOTIFIED = "INFO: notified via target `mail-to-root`"


def _clock(epoch: int, where: ZoneInfo) -> str:
    return f"{datetime.fromtimestamp(epoch, where):%Y-%m-%d %H:%M:%S}"


def _short_size(size: int | None) -> str:
    if size is None:
        return ""
    for unit, scale in (("T", 1 << 40), ("G", _GIB), ("M", 1 << 20), ("K", 1 << 10)):
        if size >= scale and size % scale == 0:
            return f" {size // scale}{unit}"
    return f" {size}"


def _file_size(size: int) -> str:
    """The size of an archive as vzdump prints it: 1024-based, no blank."""
    if size < 1 << 20:
        return f"{size >> 10}KB"
    if size < _GIB:
        return f"{size >> 20}MB"
    return f"{size / _GIB:.2f}GB" if size < 1 << 40 else f"{size / (1 << 40):.2f}TB"


def _took(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds % 3600 // 60:02d}:{seconds % 60:02d}"


def _elapsed(seconds: int) -> str:
    parts = ((seconds // 3600, "h"), (seconds % 3600 // 60, "m"), (seconds % 60, "s"))
    return " ".join(f"{count}{unit}" for count, unit in parts if count) or "0s"


def _volume_lines(run: GuestRun, found: tuple[Volume, ...]) -> Iterator[str]:
    """The guest's name and its volumes, taken or left out."""
    if run.guest is None:
        return
    machine = run.guest.type == "qemu"
    if run.guest.name is not None:
        yield f"INFO: {'VM' if machine else 'CT'} Name: {run.guest.name}"
    for volume in found:
        if machine:
            named = f"disk '{volume.key}' '{volume.volume}'"
            if volume.included:
                yield f"INFO: include {named}{_short_size(volume.size)}"
            else:
                yield f"INFO: exclude {named} ({volume.reason})"
        elif volume.key == "rootfs":
            yield "INFO: including mount point rootfs ('/') in backup"
        elif volume.included:
            yield f"INFO: including mount point {volume.key} ('{volume.path}') in backup"
        else:
            kind = "volume" if volume.counts else "device" if volume.volume.startswith("/dev/") else "bind"
            yield f"INFO: excluding {kind} mount point {volume.key} ('{volume.path}') from backup ({volume.reason})"


def _left_aside(guest: Guest) -> Iterator[str]:
    """What no backup takes."""
    for key, value in guest.config:
        if key.startswith("unused") and guest.type == "qemu":
            yield f"INFO: skip unused drive '{value}' (not included into backup)"
    if guest.snapshots:
        yield "INFO: snapshots found (not included into backup)"
    if guest.pending:
        yield "INFO: pending configuration changes found (not included into backup)"


def _prepare(task: Task, run: GuestRun, found: tuple[Volume, ...]) -> Iterator[str]:
    """From the start line to the line that names the archive."""
    guest = run.guest
    if guest is None:
        return
    running = guest.status == "running"
    mode = task.mode if running else "stop"
    yield f"INFO: status = {guest.status}"
    if run.stage == "lock":
        return
    if mode != "stop":
        yield from _volume_lines(run, found)
    if guest.type == "lxc" and mode == "snapshot" and run.seed % 5 == 0:
        yield "INFO: mode failure - some volumes do not support snapshots"
        yield "INFO: trying 'suspend' mode instead"
        yield "INFO: backup mode: suspend"
        yield "INFO: ionice priority: 7"
        yield from _volume_lines(run, found)
        yield "INFO: suspending guest"
        yield "INFO: resuming guest"
        yield "INFO: guest is online again after <1 seconds"
    else:
        yield f"INFO: backup mode: {mode}"
        yield "INFO: ionice priority: 7"
    if mode == "stop":
        yield from _volume_lines(run, found)
    yield from _left_aside(guest)
    if run.target:
        yield f"INFO: creating {'Proxmox Backup Server' if task.pbs else 'vzdump'} archive '{run.target}'"
    if guest.type == "qemu" and not running:
        yield "INFO: starting kvm to execute backup task"


def _machine_data(task: Task, run: GuestRun, found: tuple[Volume, ...], *, whole: bool) -> Iterator[str]:
    """The progress of a VM's backup, to its end or until it was cut."""
    dice = random.Random(run.seed)
    taken = [volume for volume in found if volume.included]
    if not taken:
        yield "INFO: backup contains no disks"
        yield "INFO: starting diskless backup"
        return
    if dice.random() < 0.5:
        yield "INFO: issuing guest-agent 'fs-freeze' command"
        if dice.random() < 0.1:
            yield f"ERROR: VM {run.vmid} qmp command 'guest-fsfreeze-freeze' failed - got timeout"
        yield "INFO: issuing guest-agent 'fs-thaw' command"
    yield f"INFO: started backup task '{dice.getrandbits(32):08x}-7c1e-4d5a-9b3f-{dice.getrandbits(48):012x}'"
    yield "INFO: resuming VM again"
    total = sum(volume.size or 0 for volume in taken) or _GIB
    if task.pbs:
        for volume in taken:
            yield f"INFO: {volume.key}: dirty-bitmap status: {dice.choice(('created new', 'OK (drive clean)'))}"
    seconds = max(1, run.end - run.start)
    steps = dice.randint(2, 8)
    for step in range(1, steps + 1 if whole else steps):
        share, part = step / steps, max(1, seconds * step // steps)
        amount = f"{total * share / _GIB:.1f} GiB of {total / _GIB:.1f} GiB"
        yield f"INFO: {int(100 * share):3d}% ({amount}) in {_elapsed(part)}, read: 512.0 MiB/s, write: 256.0 MiB/s"
    if whole:
        if dice.random() < 0.5:
            yield "INFO: backup is sparse: 1.20 GiB (3%) total zero data"
        if task.pbs:
            yield f"INFO: backup was done incrementally, reused {total * 0.9 / _GIB:.2f} GiB (90%)"
        yield f"INFO: transferred {total / _GIB:.2f} GiB in {seconds} seconds (512.0 MiB/s)"


def _container_data(task: Task, run: GuestRun, *, whole: bool) -> Iterator[str]:
    """The same for a container."""
    if task.pbs:
        yield f"INFO: Starting backup: {run.target}"
        yield f"INFO: Client name: {task.node}"
        yield "INFO: No previous manifest available."
        if whole:
            yield "INFO: root.pxar: had to backup 12.3 MiB of 1.2 GiB (compressed 4.5 MiB) in 10.20 s"
            yield "INFO: Uploaded backup catalog (702.1 KiB)"
            yield f"INFO: Duration: {run.end - run.start}.21s"
    elif whole:
        yield f"INFO: Total bytes written: {run.size * 2} ({run.size * 2 >> 20}MiB, 30MiB/s)"


def _finish(task: Task, run: GuestRun) -> Iterator[str]:
    """What follows a completed archive: its size, its notes, the pruning."""
    if not task.pbs:
        yield f"INFO: archive file size: {_file_size(run.size)}"
    if task.notes:
        yield "INFO: adding notes to backup"
    if task.protects:
        yield "INFO: marking backup as protected"
    if run.warning:
        yield f"WARN: {run.warning}"
    if task.retention:
        yield f"INFO: prune older backups with retention: {task.retention}"
        if task.pbs:
            yield f"INFO: running 'proxmox-backup-client prune' for '{run.target.rpartition('/')[0]}'"
        else:
            for volid in run.pruned:
                yield f"INFO: removing backup '{volid}'"
        if run.stage != "prune":
            count = len(run.pruned)
            yield f"INFO: pruned {count} backup(s)" + (" not covered by keep-retention policy" if count else "")


def _block(task: Task, run: GuestRun, where: ZoneInfo) -> Iterator[str]:
    """All lines about one guest."""
    guest = run.guest
    failed = (f"ERROR: Backup of VM {run.vmid} failed - {run.error}", f"INFO: Failed at {_clock(run.end, where)}")
    if guest is None or run.stage == "before":
        yield from failed
        return
    yield f"INFO: Starting Backup of VM {run.vmid} ({guest.type})"
    yield f"INFO: Backup started at {_clock(run.start, where)}"
    found = volumes(guest)
    yield from _prepare(task, run, found)
    whole = run.outcome == "ok" or run.stage == "prune"
    if run.stage != "lock":
        if guest.type == "qemu":
            yield from _machine_data(task, run, found, whole=whole)
        else:
            yield from _container_data(task, run, whole=whole)
    if whole:
        yield from _finish(task, run)
    if run.outcome == "ok":
        yield f"INFO: Finished Backup of VM {run.vmid} ({_took(run.end - run.start)})"
        yield f"INFO: Backup finished at {_clock(run.end, where)}"
    elif run.outcome == "failed":
        if run.stage == "data":
            yield f"ERROR: {run.error}"
            yield "INFO: aborting backup job"
        yield from failed
    elif task.shape == "interrupted":
        yield "ERROR: interrupted by signal"
        yield "INFO: aborting backup job"
        yield f"ERROR: Backup of VM {run.vmid} failed - interrupted by signal"
        yield f"INFO: Failed at {_clock(run.end, where)}"


def last_line(status: str) -> str:
    """The closing line that makes a task's status."""
    if status == "OK" or status.startswith("WARNINGS: "):
        return f"TASK {status}"
    return f"TASK ERROR: {status}"


def log_lines(task: Task, where: ZoneInfo) -> tuple[str, ...]:
    """The whole log, as far as the task came; times are local to the node."""
    if task.lines is not None:
        return task.lines
    status = task.status or ""
    if task.shape == "setup":
        return (_NOTIFIED, last_line(status))
    if task.shape == "lock":
        waiting = "INFO: trying to get global lock - waiting..."
        return (waiting, "ERROR: can't acquire lock '/var/run/vzdump.lock' - got timeout")
    lines = ["INFO: trying to get global lock - waiting..."] if task.waited else []
    if task.waited and task.shape == "running" and not task.runs:
        return tuple(lines)
    if task.waited:
        lines.append("INFO: got global lock")
    lines.append(f"INFO: starting new backup job: {task.argv}")
    if task.external:
        lines.append(f"INFO: skip external VMs: {', '.join(map(str, sorted(task.external)))}")
    for run in task.runs:
        lines.extend(_block(task, run, where))
    if task.shape == "normal":
        bad = any(run.outcome != "ok" for run in task.runs)
        lines.append(f"INFO: Backup job finished {'with errors' if bad else 'successfully'}")
        lines += [_NOTIFIED, last_line(status)]
    elif task.shape == "interrupted":
        lines += [f"ERROR: Backup job failed - {status}", last_line(status)]
    return tuple(lines)
