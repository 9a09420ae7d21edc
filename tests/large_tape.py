"""A tape of any size, written row by row: what a cluster with so many guests and backups would answer.

The simulator lives a large world day by day, which takes minutes from some thousand guests on; this writes what comes
out of it. Nearly all is well, as it mostly is: of 1,000 guests 10 are in no job, and of 1,000 backups 2 fail.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import product
from zoneinfo import ZoneInfo

from pve_backup_report.collect.redact import redact
from pve_backup_report.endpoints import pve as ep
from pve_backup_report.endpoints.endpoint import Endpoint
from pve_backup_report.model.answer import Answer, AnswerKind
from pve_backup_report.model.tape import Tape

_NOW = 1_772_604_000  # 2026-03-04T06:00:00Z
_LAST_NIGHT = _NOW - 6 * 3600 + 60
_DAY = 86_400
_ZONE = ZoneInfo("Europe/Paris")
_HISTORY, _LOG = 5000, 100_000
_FIRST_GUEST, _MOST_NODES, _PER_NODE, _PER_TASK = 1000, 32, 125, 16
_STORAGES = ("pbs1", "nas1", "pbs2", "nas2")
_RIGHTS = ("VM.Audit", "VM.Backup", "Sys.Audit", "Pool.Audit", "Datastore.Audit", "Datastore.AllocateSpace")
_MIB, _GIB = 1 << 20, 1 << 30
_Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class _Sizes:
    """How a cluster of that many guests is laid out: some 16 guests a task, as with a job for each team and node."""

    guests: int
    nights: int

    @property
    def nodes(self) -> int:
        return max(1, min(_MOST_NODES, self.guests // _PER_NODE))

    @property
    def jobs(self) -> int:
        return max(1, -(-self.guests // (self.nodes * _PER_TASK)))

    def members(self, node: int, job: int) -> range:
        return range(_FIRST_GUEST + node + job * self.nodes, _FIRST_GUEST + self.guests, self.nodes * self.jobs)


def large_tape(guests: int, nights: int = 30) -> Tape:
    """Return a tape of a cluster whose guests each have a backup of each night, in a job of their pool.

    Args:
        guests: how many; there is a node for each 125 of them, 32 at the most.
        nights: backups of each, and runs of each job on each node.
    """
    answers: dict[str, Answer] = {}
    for endpoint, values, data in _answers(_Sizes(guests, nights)):
        came = json.loads(json.dumps(data))  # as from the wire: no text is shared with another answer
        total = len(came) if endpoint in (ep.TASKS, ep.TASK_LOG) else None
        answers[endpoint.ask(**values)] = redact(endpoint, Answer(AnswerKind.OK, 200, came, total))
    return Tape(_NOW, "UTC", "test", ep.JOBS.path, _HISTORY, _LOG, answers)


def _answers(sizes: _Sizes) -> Iterator[tuple[Endpoint, dict[str, str | int], object]]:
    contents: dict[str, list[_Row]] = {storage: [] for storage in _STORAGES}
    for endpoint, data in _cluster(sizes):
        yield endpoint, {}, data
    for job in range(sizes.jobs):
        yield ep.INCLUDED_VOLUMES, {"job": _job(job)}, _included(sizes, job)
    for vmid in range(_FIRST_GUEST, _FIRST_GUEST + sizes.guests):
        yield ep.GUEST_CONFIG, {"node": _node_of(sizes, vmid), "type": _type(vmid), "vmid": vmid}, _config(vmid)
    for at in range(sizes.nodes):
        node, tasks = _node(at), []
        yield ep.NODE_TIME, {"node": node}, {"timezone": _ZONE.key, "time": _NOW, "localtime": _NOW + 3600}
        for night, job in product(range(sizes.nights), range(sizes.jobs)):
            task, lines, archives = _task(sizes, at, job, night)
            tasks.append(task)
            contents[_storage(job)].extend(archives)
            rows = [{"n": number, "t": line} for number, line in enumerate(lines, 1)]
            yield ep.TASK_LOG, {"node": node, "upid": str(task["upid"]), "start": 0, "limit": 5000}, rows
        yield ep.TASKS, {"node": node, "limit": _HISTORY}, tasks
        yield ep.CONTENT, {"node": node, "storage": "local"}, []
    for storage, archives in contents.items():
        yield ep.CONTENT, {"node": _node(0), "storage": storage}, archives


def _cluster(sizes: _Sizes) -> Iterator[tuple[Endpoint, object]]:
    nodes = [_node(at) for at in range(sizes.nodes)]
    yield ep.VERSION, {"version": "9.2.11", "release": "9.2"}
    yield ep.NODES, [{"node": node, "status": "online"} for node in nodes]
    members = [{"type": "node", "name": node, "ip": f"192.0.2.{at + 1}", "online": 1} for at, node in enumerate(nodes)]
    yield ep.CLUSTER_STATUS, [{"type": "cluster", "name": "large", "quorate": 1}, *members]
    rows: list[_Row] = [{"id": f"node/{node}", "type": "node", "node": node, "status": "online"} for node in nodes]
    rows.extend(_resource(sizes, vmid) for vmid in range(_FIRST_GUEST, _FIRST_GUEST + sizes.guests))
    yield ep.RESOURCES, rows
    yield (
        ep.STORAGES,
        [
            {"storage": "local", "type": "dir", "path": "/var/lib/vz", "content": "iso,backup"},
            *(_storage_row(storage) for storage in _STORAGES),
        ],
    )
    yield ep.POOLS, [{"poolid": f"pool{job}"} for job in range(sizes.jobs)]
    yield (
        ep.JOBS,
        [
            {
                "id": _job(job),
                "schedule": "01:00",
                "type": "vzdump",
                "enabled": 1,
                "pool": f"pool{job}",
                "storage": _storage(job),
                "mode": "snapshot",
                "compress": "zstd",
                "prune-backups": "keep-daily=30",
                "notes-template": "{{guestname}}",
            }
            for job in range(sizes.jobs)
        ],
    )
    rights = dict.fromkeys(_RIGHTS, 1)
    yield ep.PERMISSIONS, dict.fromkeys(("/", "/access", "/nodes", "/pool", "/storage", "/vms"), rights)
    yield ep.ACL, []
    unprotected = [vmid for vmid in range(_FIRST_GUEST, _FIRST_GUEST + sizes.guests) if not _is_in_a_job(vmid)]
    yield ep.NOT_BACKED_UP, [{"vmid": vmid, "type": _type(vmid), "name": f"guest{vmid}"} for vmid in unprotected]
    yield ep.REPLICATION, []


def _node(at: int) -> str:
    return f"pve{at + 1:02d}"


def _node_of(sizes: _Sizes, vmid: int) -> str:
    return _node((vmid - _FIRST_GUEST) % sizes.nodes)


def _job_of(sizes: _Sizes, vmid: int) -> int:
    return (vmid - _FIRST_GUEST) // sizes.nodes % sizes.jobs


def _is_in_a_job(vmid: int) -> bool:
    return vmid % 100 != 99


def _type(vmid: int) -> str:
    return "qemu" if vmid % 3 else "lxc"


def _job(job: int) -> str:
    return f"backup-{job:03d}"


def _storage(job: int) -> str:
    return _STORAGES[job % len(_STORAGES)]


def _storage_row(storage: str) -> _Row:
    row: _Row = {"storage": storage, "content": "backup", "shared": 1}
    if storage.startswith("pbs"):
        return {**row, "type": "pbs", "server": "192.0.2.90", "datastore": storage, "username": "backup@pbs!pve"}
    return {**row, "type": "nfs", "path": f"/mnt/pve/{storage}", "server": "192.0.2.91", "export": f"/export/{storage}"}


def _resource(sizes: _Sizes, vmid: int) -> _Row:
    row: _Row = {"id": f"{_type(vmid)}/{vmid}", "vmid": vmid, "node": _node_of(sizes, vmid), "type": _type(vmid)}
    row |= {"status": "running", "name": f"guest{vmid}", "template": 0, "disk": 0, "maxdisk": 32 * _GIB}
    return {**row, "pool": f"pool{_job_of(sizes, vmid)}"} if _is_in_a_job(vmid) else row


def _volume(vmid: int) -> tuple[str, str]:
    return ("rootfs" if _type(vmid) == "lxc" else "scsi0"), f"local-lvm:vm-{vmid}-disk-0"


def _config(vmid: int) -> _Row:
    key, volume = _volume(vmid)
    named = "hostname" if _type(vmid) == "lxc" else "name"
    row: _Row = {"digest": 1, key: f"{volume},size=32G", named: f"guest{vmid}", "tags": f"team{vmid % 7}"}
    return {**row, "description": f"the guest of team {vmid % 7}"} if vmid % 5 == 0 else row


def _included(sizes: _Sizes, job: int) -> _Row:
    rows: list[_Row] = []
    for node in range(sizes.nodes):
        for vmid in filter(_is_in_a_job, sizes.members(node, job)):
            key, volume = _volume(vmid)
            reason = "rootfs" if key == "rootfs" else "backup=yes"
            leaf = {"id": f"{vmid}:{key}", "name": volume, "included": 1, "reason": reason, "leaf": 1}
            rows.append({"id": vmid, "name": f"guest{vmid}", "type": _type(vmid), "leaf": 0, "children": [leaf]})
    return {"children": sorted(rows, key=lambda row: str(row["id"]))}


def _local(epoch: int, pattern: str = "%Y-%m-%d %H:%M:%S") -> str:
    return datetime.fromtimestamp(epoch, _ZONE).strftime(pattern)


def _task(sizes: _Sizes, node: int, job: int, night: int) -> tuple[_Row, list[str], list[_Row]]:
    """Return one run of a job on a node: its row, the lines of its log that tell something, and what it left."""
    storage = _storage(job)
    begun = clock = _LAST_NIGHT - night * _DAY + job * 7 % 50
    upid = f"UPID:{_node(node)}:{0x1000 + job * 64 + night:08X}:{job << 8 | night:08X}:{begun:08X}:vzdump::root@pam:"
    options = f"--mode snapshot --quiet 1 --storage {storage} --pool pool{job} --prune-backups keep-daily=30"
    command = f"{options} --notes-template '{{{{guestname}}}}' --compress zstd"
    lines = [f"INFO: starting new backup job: vzdump {command}"]
    archives: list[_Row] = []
    failed = False
    for vmid in filter(_is_in_a_job, sizes.members(node, job)):
        took = 60 + vmid * 31 % 240
        bad = (vmid * 31 + night * 17) % 500 == 0
        failed = failed or bad
        lines += [f"INFO: Starting Backup of VM {vmid} ({_type(vmid)})", f"INFO: Backup started at {_local(clock)}"]
        path, row = _archive(storage, vmid, clock, night)
        lines.append(path)
        if bad:
            error = "job failed with err -28 - No space left on device"
            lines += [f"ERROR: Backup of VM {vmid} failed - {error}", f"INFO: Failed at {_local(clock + took)}"]
        else:
            archives.append(row)
            lines += [
                f"INFO: transferred 32.00 GiB in {took} seconds (512.0 MiB/s)"
                if storage.startswith("pbs")
                else f"INFO: archive file size: {1 + vmid % 9}.25GB",
                "INFO: adding notes to backup",
                "INFO: prune older backups with retention: keep-daily=30",
                "INFO: pruned 1 backup(s)",
                f"INFO: Finished Backup of VM {vmid} (00:{took // 60:02d}:{took % 60:02d})",
                f"INFO: Backup finished at {_local(clock + took)}",
            ]
        clock += took + 1
    lines += [f"INFO: Backup job finished {'with errors' if failed else 'successfully'}"]
    lines += ["TASK ERROR: job errors" if failed else "TASK OK"]
    row = {"upid": upid, "node": _node(node), "starttime": begun, "type": "vzdump", "id": "", "user": "root@pam"}
    return {**row, "endtime": clock, "status": "job errors" if failed else "OK"}, lines, archives


def _archive(storage: str, vmid: int, begun: int, night: int) -> tuple[str, _Row]:
    """Return the line of the log that names a backup, and its row in the storage's list."""
    rest: _Row = {"subtype": _type(vmid), "vmid": vmid, "ctime": begun, "notes": f"guest{vmid}"}
    rest["size"] = (1 + vmid % 9) * _GIB + (vmid * 7 + night) % 40 * _MIB
    if storage.startswith("pbs"):
        name = f"{'vm' if vmid % 3 else 'ct'}/{vmid}/{datetime.fromtimestamp(begun, UTC):%Y-%m-%dT%H:%M:%SZ}"
        if night:
            upid = f"UPID:{storage}:00000A1B:0001C2D3:00000004:{begun + 3600:08X}:verify:main:root@pam:"
            rest["verification"] = {"state": "ok", "upid": upid}
        return f"INFO: creating Proxmox Backup Server archive '{name}'", {"volid": f"{storage}:backup/{name}", **rest}
    ending = "vma.zst" if vmid % 3 else "tar.zst"
    name = f"vzdump-{_type(vmid)}-{vmid}-{_local(begun, '%Y_%m_%d-%H_%M_%S')}.{ending}"
    line = f"INFO: creating vzdump archive '/mnt/pve/{storage}/dump/{name}'"
    return line, {"volid": f"{storage}:backup/{name}", **rest}
