"""A small healthy cluster to break one thing in, and the one way in which the tests ask a rule."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, TypeVar

from pve_backup_report.anomalies.rule import Rule
from pve_backup_report.coverage.analysis import analyse
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Detail, Finding, Severity
from pve_backup_report.model.backup import Backup, Listing
from pve_backup_report.model.cluster import Cluster
from pve_backup_report.model.gap import Blind, Gap, GapKind
from pve_backup_report.model.guest import Guest, GuestType, Volume, VolumeWhy
from pve_backup_report.model.job import Job, Selection
from pve_backup_report.model.node import Node
from pve_backup_report.model.pbs import (
    Datastore,
    DatastoreJob,
    JobKind,
    JobResult,
    JobState,
    Namespace,
    PbsServer,
)
from pve_backup_report.model.sight import Sight
from pve_backup_report.model.storage import Storage, StorageState
from pve_backup_report.model.task import LogState, Run, RunResult, Task

NOW = 1772619630  # Wednesday 2026-03-04, 10:20:30 UTC
DUE = 1772586000  # the same day, 01:00 UTC: when the job "nightly" was last due
HOUR, DAY, GIB = 3600, 86400, 1 << 30
NIGHTS = range(7)
SEES_ALL = Sight(jobs=True, guests=True, pools=True, storages=True)

_Part = TypeVar(
    "_Part", Datastore, DatastoreJob, PbsServer, Cluster, Node, Guest, Storage, Job, Task, Run, Backup, Sight
)
_NAMES = re.compile(r"\{([a-z_]+)\}")
_COMPONENTS = ("coverage", "evidence", "job", "storage", "guest", "node", "api", "pbs", "policy")


def found(rule: Rule, analysis: Analysis) -> tuple[Finding, ...]:
    """Ask a rule; every finding must fill its sentences and be made of plain facts."""
    assert rule.component in _COMPONENTS
    findings = tuple(rule.find(analysis))
    for finding in findings:
        names = {*_NAMES.findall(rule.message), *_NAMES.findall(rule.remedy)}
        assert names <= finding.details.keys(), f"{rule.code} names {names - finding.details.keys()}, no details"
        assert finding.subject
        assert all(_plain(value) for value in finding.details.values()), finding.details
    return findings


def only(rule: Rule, analysis: Analysis) -> Finding:
    """Ask a rule that must find exactly one thing."""
    findings = found(rule, analysis)
    assert len(findings) == 1, findings
    return findings[0]


def severity(rule: Rule, finding: Finding) -> Severity:
    """How bad one finding of a rule is."""
    return rule.severity if finding.severity is None else finding.severity


def facts(finding: Finding, *names: str) -> dict[str, Detail]:
    """Some of a finding's details."""
    return {name: finding.details[name] for name in names}


def _plain(value: object) -> bool:
    if isinstance(value, tuple):
        return all(isinstance(item, str | int) for item in value)
    return value is None or isinstance(value, str | int | bool)


def conclude(**changes: object) -> Analysis:
    """Conclude on the healthy cluster, with some of its parts changed."""
    return analyse(cluster(**changes))


def cluster(**changes: object) -> Cluster:
    """Two nodes with a guest each, backed up every night to a NAS, with an older copy on a backup server."""
    healthy = Cluster(
        name="lab", version="9.2.11", quorate=True, asked_at=NOW, timezone="UTC",
        nodes=(node("pve1"), node("pve2")),
        guests=(guest(100, "web", "pve1"), guest(101, "db", "pve2")),
        storages=(
            storage("local", type="dir", content=("iso",), shared=False, place=("dir", "path=/var/lib/vz")),
            storage("local-lvm", type="lvmthin", content=("images", "rootdir"), shared=False, place=("lvmthin",)),
            storage("nas"),
            storage("pbs", type="pbs", place=("pbs", "server=192.0.2.30", "datastore=main")),
        ),
        pools=(), jobs=(job("nightly"),),
        tasks=tuple(task(n, name) for n in NIGHTS for name in ("pve1", "pve2")),
        runs=tuple(run(vmid, n) for n in NIGHTS for vmid in (100, 101)),
        backups=(
            *(archive(vmid, n) for n in NIGHTS for vmid in (100, 101)),
            *(snapshot(vmid, max(NIGHTS) + 1) for vmid in (100, 101)),
        ),
        listings=(listing("nas"), listing("pbs")),
        not_backed_up=frozenset(), sight=SEES_ALL, gaps=(),
    )  # fmt: skip
    changed = _changed(healthy, changes)
    return replace(
        changed,
        tasks=tuple(sorted(changed.tasks, key=lambda task: -task.start)),
        runs=tuple(sorted(changed.runs, key=lambda run: -run.at)),
        backups=tuple(sorted(changed.backups, key=lambda backup: -backup.at)),
    )


def node(name: str, **changes: object) -> Node:
    plain = Node(
        name=name, status="online", online=True, timezone="UTC", clock_offset=0, default_storage="local",
        default_dumpdir=None, tasks_seen=True, history_since=NOW - 40 * DAY,
    )  # fmt: skip
    return _changed(plain, changes)


def offline(name: str) -> Node:
    """A node that is down, of which nothing is seen."""
    return node(
        name, status="offline", online=False, timezone=None, clock_offset=None, default_storage=None, tasks_seen=False,
        history_since=None,
    )  # fmt: skip


def guest(vmid: int, name: str | None = "web", node: str = "pve1", **changes: object) -> Guest:
    plain = Guest(
        vmid=vmid, type=GuestType.QEMU, name=name, node=node, status="running", template=False, pool=None, tags=(),
        notes=None, lock=None, volumes=(volume(f"local-lvm:vm-{vmid}-disk-0"),), born=NOW - 400 * DAY,
    )  # fmt: skip
    return _changed(plain, changes)


def volume(path: str, key: str = "scsi0", why: VolumeWhy = VolumeWhy.DEFAULT, size: int | None = 32 * GIB) -> Volume:
    included = why in (VolumeWhy.DEFAULT, VolumeWhy.BACKUP_ON, VolumeWhy.ROOTFS)
    matters = why not in (VolumeWhy.BIND_MOUNT, VolumeWhy.DEVICE_MOUNT, VolumeWhy.EFIDISK_WITHOUT_OVMF)
    return Volume(key, path, size, included, why, matters)


def storage(name: str, **changes: object) -> Storage:
    plain = Storage(
        id=name, type="nfs", content=("backup",), enabled=True, nodes=None, shared=True,
        retention=(("keep-daily", 7),), place=("nfs", "server=192.0.2.20", f"export=/srv/{name}"),
        states=(disk("pve1"), disk("pve2")),
    )  # fmt: skip
    return _changed(plain, changes)


def disk(name: str, percent: int = 40, *, available: bool | None = True) -> StorageState:
    """What one node's metrics say of a storage of 1000 GiB."""
    used = 10 * percent * GIB if available else None
    return StorageState(name, available, used, 1000 * GIB if available else None)


def job(name: str, **changes: object) -> Job:
    plain = Job(
        id=name, legacy=False, enabled=True, schedule="01:00", selection=Selection.ALL, vmids=(), exclude=(),
        pool=None, node=None, storage="nas", dumpdir=None, conflict=None, included=None, next_run=None,
        retention=None, remove=True, mode="snapshot", compress="zstd", comment=None, repeat_missed=False,
        protected=False, notes_template=None,
    )  # fmt: skip
    return _changed(plain, changes)


def named(name: str, *vmids: int, **changes: object) -> Job:
    """A job that names its guests."""
    return job(name, selection=Selection.VMID, vmids=vmids, **changes)


def night(ago: int = 0) -> int:
    """When the job was due, so many nights ago."""
    return DUE - ago * DAY


def upid(node: str, start: int) -> str:
    return f"UPID:{node}:00001A2B:0003C4D5:{start:08X}:vzdump::root@pam:"


def task(ago: int = 0, node: str = "pve1", **changes: object) -> Task:
    """The task that the job started on a node, so many nights ago."""
    start = night(ago) + 2
    plain = Task(
        upid=upid(node, start), node=node, start=start, end=start + 200, vmid=None, status="OK", log=LogState.READ,
        log_error=None, job_error=None,
    )  # fmt: skip
    return _changed(plain, changes)


def run(vmid: int, ago: int = 0, node: str | None = None, **changes: object) -> Run:
    """A guest's part in that task: a good backup on the NAS."""
    where = node or ("pve1" if vmid == 100 else "pve2")
    plain = Run(
        vmid=vmid, at=night(ago) + 60, result=RunResult.OK, error=None, duration_s=120,
        upid=upid(where, night(ago) + 2), node=where, storage="nas", archive=f"/mnt/pve/nas/dump/{_file(vmid, ago)}",
        size=8 * GIB, archive_written=True,
    )  # fmt: skip
    return _changed(plain, changes)


def failed(vmid: int, ago: int = 0, error: str | None = "job failed with err -5 - Input/output error") -> Run:
    """The same, failed before its archive was complete."""
    return run(
        vmid, ago, result=RunResult.FAILED, error=error, duration_s=9, archive=None, size=None, archive_written=False
    )


def archive(vmid: int, ago: int = 0, storage: str = "nas", **changes: object) -> Backup:
    """The file that such a run leaves."""
    plain = Backup(
        storage=storage, node=None, volid=f"{storage}:backup/{_file(vmid, ago)}", vmid=vmid, type="qemu",
        at=night(ago) + 60, size=8 * GIB, finished=True, verified=None, encrypted=None, protected=False, notes=None,
    )  # fmt: skip
    return _changed(plain, changes)


def snapshot(vmid: int, ago: int = 0, **changes: object) -> Backup:
    """A snapshot on the backup server, verified and found good."""
    plain = archive(
        vmid, ago, "pbs", volid=f"pbs:backup/vm/{vmid}/{_at(night(ago) + 60, '%Y-%m-%dT%H:%M:%SZ')}", verified="ok",
        encrypted=True,
    )  # fmt: skip
    return _changed(plain, changes)


def server(*stores: Datastore, jobs: tuple[DatastoreJob, ...] = (), **changes: object) -> PbsServer:
    """A backup server of which everything was seen."""
    plain = PbsServer(
        name="vault", address="192.0.2.30:8007", fingerprint=None, version="4.1", datastores=stores,
        datastores_seen=True, jobs=jobs, jobs_seen=frozenset(JobKind), users=(), tasks=(),
    )  # fmt: skip
    return _changed(plain, changes)


def datastore(name: str = "main", **changes: Any) -> Datastore:  # noqa: ANN401 -- any field
    """A datastore with one snapshot in its root, half full."""
    plain = Datastore(
        name=name, comment=None, maintenance=None, mounted=None, total=1000 * GIB, used=500 * GIB, full_at=None,
        error=None, verify_new=False, gc=ran(), namespaces=(Namespace("", whole=True, snapshots=(snapshot(100),)),),
        namespaces_seen=True,
    )  # fmt: skip
    return _changed(plain, changes)


def pbs_job(kind: JobKind, name: str = "j-1", **changes: object) -> DatastoreJob:
    """A job of a backup server that takes in all of its datastore, every day."""
    plain = DatastoreJob(
        kind=kind, id=name, datastore="main", namespace="", max_depth=None, enabled=True, keeps=(("keep-daily", 7),),
        outdated_after_days=30, remote="far", remote_datastore="copy", remote_namespace="", push=False, state=ran(),
    )  # fmt: skip
    return _changed(plain, changes)


def ran(
    result: JobResult = JobResult.OK, message: str | None = "OK", at: int | None = DUE, schedule: str | None = "daily"
) -> JobState:
    """A job that ran last night."""
    return JobState(schedule, None if schedule is None else NOW + HOUR, at, result, message)


NEVER_RAN = JobState("daily", NOW + HOUR, None, JobResult.NEVER, None)


def listing(storage: str, node: str | None = None, *, whole: bool = True) -> Listing:
    return Listing(storage, node, whole=whole, whole_for=frozenset())


def gap(endpoint: str, kind: GapKind, *blinds: Blind, detail: str = "", needs: str | None = None) -> Gap:
    return Gap(endpoint, kind, detail, needs, blinds)


def sight(**changes: object) -> Sight:
    return _changed(SEES_ALL, changes)


def _file(vmid: int, ago: int) -> str:
    return f"vzdump-qemu-{vmid}-{_at(night(ago) + 60, '%Y_%m_%d-%H_%M_%S')}.vma.zst"


def _at(epoch: int, shape: str) -> str:
    return datetime.fromtimestamp(epoch, UTC).strftime(shape)


def _changed(plain: _Part, changes: Mapping[str, object]) -> _Part:
    return replace(plain, **changes)  # type: ignore[arg-type] # replace() itself refuses what is no field
