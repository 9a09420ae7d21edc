"""What keeps guests from being judged is told once for all of them, with what would help."""

from anomalies.build import conclude, facts, found, gap, guest, job, node, offline, only, severity, sight
from pve_backup_report.anomalies.guest_undetermined import GUEST_UNDETERMINED
from pve_backup_report.model.anomaly import Severity
from pve_backup_report.model.gap import Blind, GapKind
from pve_backup_report.model.job import Selection

OTHER_GAPS = (
    gap("/nodes/pve9/qemu/900/config", GapKind.REFUSED, Blind.VOLUMES, detail="HTTP 403", needs="VM.Audit on /vms/900"),
    gap("/nodes/pve9/vzdump/defaults", GapKind.REFUSED, Blind.COVERAGE, detail="HTTP 403", needs="Datastore.Audit"),
    gap("/nodes/pve9/tasks", GapKind.FAILED, Blind.EVIDENCE, detail="HTTP 595"),
    gap("/cluster/status", GapKind.REFUSED, Blind.INVENTORY, detail="HTTP 403", needs="Sys.Audit"),
)
"""What has nothing to do with it: none of it may be told as help."""


def test_loud_once_when_the_jobs_were_refused() -> None:
    refused = gap("/cluster/backup", GapKind.REFUSED, Blind.COVERAGE, detail="HTTP 403", needs="Sys.Audit on /")
    guests = tuple(guest(vmid) for vmid in range(100, 300))
    finding = only(
        GUEST_UNDETERMINED, conclude(guests=guests, jobs=(), sight=sight(jobs=False), gaps=(refused, *OTHER_GAPS))
    )
    assert finding.subject == "api//cluster/backup"
    assert severity(GUEST_UNDETERMINED, finding) is Severity.INFO
    assert finding.details == {
        "reason": "jobs-not-visible",
        "count": 200,
        "vmids": tuple(range(100, 300)),
        "needs": ("Sys.Audit on /",),
        "errors": (),
    }


def test_loud_per_pool_that_was_not_seen() -> None:
    hidden = gap("/pools", GapKind.FILTERED, Blind.INVENTORY, Blind.COVERAGE, needs="Pool.Audit on /pool")
    jobs = (job("a", selection=Selection.POOL, pool="prod"),)
    finding = only(GUEST_UNDETERMINED, conclude(jobs=jobs, sight=sight(pools=False), gaps=(hidden, *OTHER_GAPS)))
    assert finding.subject == "pool/prod"
    assert facts(finding, "reason", "vmids", "needs") == {
        "reason": "pool-not-visible",
        "vmids": (100, 101),
        "needs": ("Pool.Audit on /pool",),
    }


def test_loud_when_the_storage_of_a_job_was_not_seen() -> None:
    hidden = gap("/storage", GapKind.FILTERED, Blind.COVERAGE, needs="Datastore.Audit on /storage")
    analysis = conclude(jobs=(job("a", storage="vault"),), sight=sight(storages=False), gaps=(hidden, *OTHER_GAPS))
    finding = only(GUEST_UNDETERMINED, analysis)
    assert finding.subject == "storage/vault"
    assert facts(finding, "reason", "needs") == {
        "reason": "storage-not-visible",
        "needs": ("Datastore.Audit on /storage",),
    }


def test_loud_when_a_node_s_defaults_were_not_seen() -> None:
    failed = gap("/nodes/pve1/vzdump/defaults", GapKind.FAILED, Blind.COVERAGE, detail="HTTP 596")
    nodes = (node("pve1", default_storage=None), node("pve2", default_storage="nas"))
    finding = only(
        GUEST_UNDETERMINED, conclude(nodes=nodes, jobs=(job("a", storage=None),), gaps=(failed, *OTHER_GAPS))
    )
    assert finding.subject == "node/pve1"
    assert facts(finding, "reason", "vmids", "needs", "errors") == {
        "reason": "defaults-not-visible",
        "vmids": (100,),
        "needs": (),
        "errors": ("HTTP 596",),
    }


def test_loud_when_the_volumes_of_guests_on_a_dead_node_were_not_seen() -> None:
    down = gap("/nodes/pve2", GapKind.NOT_ASKED, Blind.VOLUMES, Blind.EVIDENCE, detail="the node is offline")
    guests = (guest(100), guest(101, node="pve2", volumes=None), guest(102, node="pve2", volumes=None))
    finding = only(
        GUEST_UNDETERMINED, conclude(nodes=(node("pve1"), offline("pve2")), guests=guests, gaps=(down, *OTHER_GAPS))
    )
    assert finding.subject == "node/pve2"
    assert facts(finding, "vmids", "errors") == {"vmids": (101, 102), "errors": ("the node is offline",)}


def test_quiet_when_every_guest_could_be_judged() -> None:
    assert found(GUEST_UNDETERMINED, conclude(jobs=())) == ()


def test_quiet_about_what_was_not_seen_when_another_job_covers_anyway() -> None:
    jobs = (job("nightly"), job("a", selection=Selection.POOL, pool="prod"))
    assert found(GUEST_UNDETERMINED, conclude(jobs=jobs, sight=sight(pools=False))) == ()


def test_blind_without_guests_nothing_is_said_of_them() -> None:
    assert found(GUEST_UNDETERMINED, conclude(guests=(), jobs=(), sight=sight(jobs=False, guests=False))) == ()


def test_loud_with_the_guests_configurations_that_were_refused() -> None:
    refused = gap("/nodes/pve2/qemu/101/config", GapKind.REFUSED, Blind.VOLUMES, detail="HTTP 403", needs="VM.Audit")
    guests = (guest(100), guest(101, node="pve2", volumes=None))
    finding = only(GUEST_UNDETERMINED, conclude(guests=guests, gaps=(refused, *OTHER_GAPS)))
    assert facts(finding, "reason", "vmids", "needs", "errors") == {
        "reason": "volumes-not-visible",
        "vmids": (101,),
        "needs": ("VM.Audit",),
        "errors": (),
    }


def test_loud_with_the_expansion_that_would_tell_a_hidden_pool_s_guests() -> None:
    failed = gap("/cluster/backup/a/included_volumes", GapKind.FAILED, Blind.COVERAGE, detail="HTTP 500")
    harmless = gap("/cluster/backup/b/included_volumes", GapKind.FAILED, detail="HTTP 501")
    jobs = (job("b", enabled=False), job("a", selection=Selection.POOL, pool="prod"))
    gaps = (failed, harmless, *OTHER_GAPS)
    finding = only(GUEST_UNDETERMINED, conclude(jobs=jobs, sight=sight(pools=False), gaps=gaps))
    assert facts(finding, "needs", "errors") == {"needs": (), "errors": ("HTTP 500",)}


def test_loud_about_the_hidden_storage_not_about_the_broken_one() -> None:
    jobs = (job("a", storage="local"), job("b", storage="vault"), job("c", selection=Selection.POOL, pool="p"))
    analysis = conclude(jobs=jobs, sight=sight(storages=False, pools=False))
    assert only(GUEST_UNDETERMINED, analysis).subject == "storage/vault"
    hidden_pool = conclude(jobs=(job("x", exclude=(100, 101)), jobs[2]), sight=sight(pools=False))
    assert only(GUEST_UNDETERMINED, hidden_pool).subject == "pool/p"
