"""What the normalizers make of a simulated cluster: facts that no rule hides."""

from dataclasses import replace

from pve_backup_report.model.answer import Answer, AnswerKind
from pve_backup_report.model.gap import GapKind
from pve_backup_report.model.guest import GuestSnapshot
from pve_backup_report.model.replication import Replication
from pve_backup_report.model.tape import Tape
from pve_backup_report.normalize.cluster import read_cluster
from simulator import PRESETS, Job, Node, Snapshot, World
from simulator import Replication as ReplicationJob
from simulator.builders import ct, local, local_lvm, nfs, vm
from tape_from_simulator import record

NOW = 1_772_604_000
SEES_ALL = PRESETS["root_full"]
NIGHTLY = Job("nightly", "02:00", storage="nas", all=True)


def world(**changes: object) -> World:
    plain = World(
        now=NOW,
        nodes=(Node("pve1"), Node("pve2")),
        guests=(vm(100, "web", "pve1"), ct(101, "db", "pve2")),
        storages=(local(), local_lvm(), nfs()),
        jobs=(NIGHTLY,),
    )
    return replace(plain, **changes)  # type: ignore[arg-type] # replace() itself refuses what is no field


def failing(tape: Tape, path: str) -> Tape:
    answers = dict(tape.answers)
    assert path in answers
    answers[path] = Answer(AnswerKind.HTTP_STATUS, 500, error="HTTP 500 it broke")
    return replace(tape, answers=answers)


def with_snapshots() -> World:
    taken = (Snapshot("older", NOW - 9000), Snapshot("newer", NOW - 600))
    return world(guests=(replace(vm(100, "web", "pve1"), snapshots=taken), ct(101, "db", "pve2")))


def test_snapshots_are_asked_of_the_guests_that_have_some_only() -> None:
    tape = record(with_snapshots(), SEES_ALL)
    assert [path for path in tape.answers if path.endswith("/snapshot")] == ["/nodes/pve1/qemu/100/snapshot"]
    snapshots = {guest.vmid: guest.snapshots for guest in read_cluster(tape).guests}
    assert snapshots == {100: (GuestSnapshot("older", NOW - 9000), GuestSnapshot("newer", NOW - 600)), 101: ()}


def test_snapshots_that_were_not_seen_are_not_none() -> None:
    cluster = read_cluster(failing(record(with_snapshots(), SEES_ALL), "/nodes/pve1/qemu/100/snapshot"))
    assert [guest.snapshots for guest in cluster.guests] == [None, ()]
    (gap,) = [gap for gap in cluster.gaps if gap.endpoint.endswith("/snapshot")]
    assert (gap.kind, gap.blinds) == (GapKind.FAILED, ())


def test_replication_jobs_are_read() -> None:
    jobs = (ReplicationJob(100, 0, "pve1", "pve2"), ReplicationJob(101, 0, "pve2", "pve1"))
    cluster = read_cluster(record(world(replications=jobs, jobs=()), SEES_ALL))
    assert cluster.replications == (Replication(100, "pve2", enabled=True), Replication(101, "pve1", enabled=True))


def test_replication_jobs_that_were_not_seen_leave_a_gap() -> None:
    cluster = read_cluster(failing(record(world(jobs=()), SEES_ALL), "/cluster/replication"))
    assert cluster.replications == ()
    assert "/cluster/replication" in {gap.endpoint for gap in cluster.gaps}


def test_replication_is_not_asked_about_where_every_guest_is_in_a_job() -> None:
    tape = record(world(), SEES_ALL)
    assert "/cluster/replication" not in tape.answers
    assert "/cluster/replication" not in {gap.endpoint for gap in read_cluster(tape).gaps}
    disabled = record(world(jobs=(replace(NIGHTLY, enabled=False),)), SEES_ALL)
    assert "/cluster/replication" in disabled.answers


def test_a_clock_is_compared_with_the_moment_its_answer_came() -> None:
    tape = record(world(), SEES_ALL)
    path = "/nodes/pve2/time"
    told = tape.answers[path]
    assert isinstance(told.data, dict)
    late = replace(told, after_s=90, data={**told.data, "time": NOW + 92})
    cluster = read_cluster(replace(tape, answers={**tape.answers, path: late}))
    assert {node.name: node.clock_offset for node in cluster.nodes} == {"pve1": 0, "pve2": 2}


def test_a_nodes_own_retention_is_asked_where_nothing_else_limits_and_read() -> None:
    nodes = (Node("pve1", vzdump_storage="nas", vzdump_prune="keep-last=2"), Node("pve2"))
    unlimited = world(nodes=nodes, storages=(local(), local_lvm(), nfs(prune=None)))
    cluster = read_cluster(record(unlimited, SEES_ALL))
    assert [node.default_retention for node in cluster.nodes] == [(("keep-last", 2),), None]
    limited = record(world(nodes=nodes), SEES_ALL)
    assert [path for path in limited.answers if path.endswith("/vzdump/defaults")] == []


def test_a_nodes_retention_that_was_not_seen_blinds_nothing() -> None:
    unlimited = record(world(storages=(local(), local_lvm(), nfs(prune=None))), SEES_ALL)
    cluster = read_cluster(failing(unlimited, "/nodes/pve1/vzdump/defaults"))
    (gap,) = [gap for gap in cluster.gaps if gap.endpoint == "/nodes/pve1/vzdump/defaults"]
    assert gap.blinds == ()


def test_addresses_of_the_nodes_are_read() -> None:
    assert all(node.address for node in read_cluster(record(world(), SEES_ALL)).nodes)
