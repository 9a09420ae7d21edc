"""The catalogue as a whole: silent on a healthy cluster, and with one alarm for one cause."""

from collections import Counter
from dataclasses import replace

from anomalies.build import (
    GIB,
    NIGHTS,
    archive,
    cluster,
    conclude,
    disk,
    failed,
    gap,
    guest,
    job,
    listing,
    named,
    node,
    offline,
    sight,
    snapshot,
    storage,
    task,
)
from pve_backup_report.anomalies.catalogue import find_anomalies
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Severity
from pve_backup_report.model.gap import Blind, GapKind
from pve_backup_report.model.job import Selection

MANY = range(100, 300)
GUESTS = tuple(guest(vmid, f"web{vmid}") for vmid in MANY)
OLD = tuple(snapshot(vmid, 9) for vmid in MANY)


def codes(analysis: Analysis, at_least: Severity = Severity.NOTICE) -> dict[str, int]:
    """How often each code is told."""
    return dict(Counter(anomaly.code for anomaly in find_anomalies(analysis) if anomaly.severity >= at_least))


def test_a_healthy_cluster_gives_no_anomaly_at_all() -> None:
    assert find_anomalies(conclude()) == ()


def test_a_full_storage_that_failed_two_hundred_guests_is_told_once() -> None:
    full = "job failed with err -28 - No space left on device"
    runs = tuple(replace(failed(vmid, 0, full), node="pve1", upid="task") for vmid in MANY)
    backups = (*OLD, *(archive(vmid, n, size=GIB) for vmid in MANY for n in NIGHTS if n))
    assert codes(conclude(guests=GUESTS, runs=runs, backups=backups)) == {"many-backups-failed": 1}


def test_a_storage_that_was_down_at_night_is_told_once() -> None:
    died = task(status="could not activate storage 'nas': storage 'nas' is not online")
    backups = (*OLD, *(archive(vmid, n, size=GIB) for vmid in MANY for n in NIGHTS if n))
    assert codes(conclude(guests=GUESTS, runs=(), tasks=(died, task(1)), backups=backups)) == {
        "run-failed-before-guests": 1
    }


def test_a_scheduler_that_sleeps_is_told_once() -> None:
    backups = (*OLD, *(archive(vmid, n, size=GIB) for vmid in MANY for n in NIGHTS if n >= 2))
    tasks = tuple(task(n) for n in NIGHTS if n >= 2)
    assert codes(conclude(guests=GUESTS, runs=(), tasks=tasks, backups=backups)) == {"node-runs-no-backups": 1}


def test_a_node_that_is_down_is_told_once() -> None:
    down = gap("/nodes/pve1", GapKind.NOT_ASKED, Blind.VOLUMES, Blind.EVIDENCE, detail="the node is offline")
    backups = (*OLD, *(archive(vmid, n, size=GIB) for vmid in MANY for n in NIGHTS if n >= 2))
    dark = conclude(nodes=(offline("pve1"), node("pve2")), guests=GUESTS, runs=(), backups=backups, gaps=(down,))
    assert codes(dark) == {"node-offline": 1}


def test_a_storage_that_hangs_now_is_told_once() -> None:
    hung = gap("/nodes/pve1/storage/nas/content", GapKind.FAILED, Blind.EVIDENCE, detail="HTTP 500 is not online")
    states = (disk("pve1", available=None), disk("pve2", available=None))
    storages = tuple(storage("nas", states=states) if item.id == "nas" else item for item in cluster().storages)
    assert codes(conclude(storages=storages, gaps=(hung,), listings=(listing("pbs"),))) == {"storage-not-available": 1}


def test_a_job_without_its_pool_is_told_once_and_each_guest_once() -> None:
    broken = (
        gap("/cluster/backup/a/included_volumes", GapKind.FAILED, Blind.COVERAGE, detail="pool 'old' does not exist"),
        gap("/cluster/backup-info/not-backed-up", GapKind.FAILED, detail="pool 'old' does not exist"),
    )
    analysis = conclude(
        jobs=(job("a", selection=Selection.POOL, pool="old"),),
        sight=sight(pools_absent=frozenset({"old"})),
        gaps=broken,
        not_backed_up=None,
    )
    assert codes(analysis, Severity.INFO) == {"job-names-missing-pool": 1, "guest-uncovered": 2}


def test_each_guest_that_nothing_covers_gets_one_alarm() -> None:
    guests = (guest(100), guest(101), guest(102, template=True), guest(103))
    jobs = (job("nightly", exclude=(101, 102, 103)), named("old", 103, enabled=False))
    analysis = conclude(guests=guests, jobs=jobs, not_backed_up=frozenset({101, 102}))
    told = {
        anomaly.subject: anomaly.code for anomaly in find_anomalies(analysis) if anomaly.subject.startswith("qemu/")
    }
    assert told == {
        "qemu/101": "guest-excluded",
        "qemu/102": "template-not-backed-up",
        "qemu/103": "guest-uncovered",
    }


def test_a_token_that_sees_nothing_gets_no_alarm_but_what_it_cannot_see() -> None:
    blinds = (Blind.INVENTORY, Blind.COVERAGE, Blind.VOLUMES, Blind.EVIDENCE)
    blind = conclude(
        name=None,
        quorate=None,
        nodes=(node("pve1", tasks_seen=False, timezone=None, clock_offset=None, history_since=None),),
        storages=(),
        jobs=(),
        tasks=(),
        runs=(),
        backups=(),
        listings=(),
        not_backed_up=None,
        sight=sight(jobs=False, guests=False, pools=False, storages=False),
        gaps=(
            gap("/cluster/backup", GapKind.REFUSED, Blind.COVERAGE, detail="HTTP 403", needs="Sys.Audit on /"),
            gap("/cluster/resources", GapKind.FILTERED, *blinds, needs="VM.Audit on /vms, propagated"),
        ),
    )
    assert codes(blind, Severity.INFO) == {"endpoint-failed": 1, "response-incomplete": 1, "guest-undetermined": 1}
