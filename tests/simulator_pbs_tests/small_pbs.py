"""A small backup server with one of each, and two ways to ask its API."""

import json
from typing import Any

from simulator_pbs import (
    PRESETS,
    AclEntry,
    Datastore,
    GcState,
    PbsApi,
    PbsRights,
    PbsTask,
    PbsWorld,
    PruneJob,
    Remote,
    Snapshot,
    SyncJob,
    User,
    VerifyJob,
)

NOW = 1_772_604_000
"""2026-03-04 06:00 UTC."""

DAY = 86_400
_DEEP = ("team", "team/a", "team/a/old")


def _lying(number: int, name: str, namespace: str = "", **more: Any) -> Snapshot:  # noqa: ANN401 - any field
    return Snapshot(more.pop("store", "main"), namespace, more.pop("type", "vm"), name, NOW - number * DAY, **more)


def _job_run(kind: str, name: str, days: int, status: str | None = "OK") -> PbsTask:
    start = NOW - days * DAY
    return PbsTask(kind, name, start, None if status is None else start + 60, status, number=days)


def small_pbs(version: str = "4.1") -> PbsWorld:
    """Four datastores, one offline and one taken out; thirteen snapshots; seven jobs; eight tasks."""
    gone = _job_run("garbage_collection", "main", 1)
    verified, failed = _job_run("verificationjob", "main:v-daily", 1), _job_run("prunejob", "main:team", 2, "aborted")
    late, busy = (
        _job_run("syncjob", "far:vault:main::s-late", 40),
        _job_run("syncjob", "-:main:offsite::s-here", 0, None),
    )
    made = PbsTask("backup", "main:vm/100", NOW - DAY, NOW - DAY + 60, user="backup@pbs!pve", number=9)
    deeper = PbsTask(
        "backup", "main:team/a:vm/104", NOW - DAY, NOW - DAY + 90, "WARNINGS: 1", user="root@pam", number=8
    )
    return PbsWorld(
        name="192.0.2.30",
        now=NOW,
        version=version,
        datastores=(
            Datastore("main", namespaces=_DEEP, comment="the first", gc=GcState(last=gone), verify_new=True),
            Datastore("offsite", estimated_full_date=NOW + 9 * DAY, maintenance="read-only", gc=GcState(None)),
            Datastore("repair", maintenance="offline,message=new-disks"),
            Datastore("usb", mount_status="notmounted", keep=(("keep-last", 3),), prune_schedule="daily"),
        ),
        snapshots=(
            _lying(2, "100", verification="ok", verified_at=NOW - DAY, comment="web\nline two", cluster="lab"),
            _lying(1, "100", crypt="encrypt", fingerprint="aa:bb", protected=True, cluster="lab"),
            _lying(0, "100", finished=False, size=None, cluster="lab"),
            _lying(1, "101", verification="failed", verified_at=NOW - 60, cluster="elsewhere"),
            _lying(2, "101", size=None, comment="lost", cluster="lab"),
            _lying(1, "102", type="ct", owner="backup@pbs!other", crypt="mixed", fingerprint="aa:bb"),
            _lying(1, "103", owner=None),
            _lying(1, "fileserver", type="host", owner="root@pam", crypt="sign-only", fingerprint="aa:bb"),
            _lying(1, "100", "team", owner="backup@pbs"),
            _lying(1, "104", "team/a", owner="root@pam"),
            _lying(3, "104", "team/a/old", owner="root@pam"),
            _lying(1, "100", store="offsite", owner="sync@pbs"),
            _lying(1, "100", store="repair"),
        ),
        verify_jobs=(
            VerifyJob("v-daily", "main", last=verified, outdated_after=30, ignore_verified=True, comment="disks"),
            VerifyJob("v-never", "offsite", schedule=None),
        ),
        prune_jobs=(
            PruneJob("p-team", "main", ns="team", keep=(("keep-last", 1),), last=failed),
            PruneJob("p-off", "offsite", disable=True, keep=(("keep-daily", 7),), max_depth=0),
        ),
        sync_jobs=(
            SyncJob("s-late", "main", "vault", "far", schedule="daily", last=late),
            SyncJob("s-here", "offsite", "main", schedule="daily", last=busy, owner="sync@pbs"),
            SyncJob("s-push", "main", "vault", "far", direction="push", created=NOW - DAY),
        ),
        remotes=(Remote("far"),),
        tasks=(gone, verified, failed, late, busy, made, deeper, _job_run("aptupdate", "", 3)),
        users=(User("root@pam"), User("backup@pbs", ("pve", "other"), "makes backups")),
        acl=(AclEntry("/datastore/main", "backup@pbs!pve", "DatastoreBackup"),),
    )


def get(world: PbsWorld, token: str | PbsRights, path: str) -> Any:  # noqa: ANN401 - any JSON
    rights = PRESETS[token] if isinstance(token, str) else token
    answer = PbsApi(world, rights)(path)
    assert answer.status == 200, answer
    return json.loads(answer.body)["data"]


def refused(world: PbsWorld, token: str | PbsRights, path: str) -> tuple[int, str]:
    rights = PRESETS[token] if isinstance(token, str) else token
    answer = PbsApi(world, rights)(path)
    return answer.status, answer.body
