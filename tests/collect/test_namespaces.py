"""Namespaces of a backup server: asked at any depth, and no more of them than there is time for."""

from collections.abc import Iterable
from dataclasses import replace

from pbs_answers import pbs_tape, snapshot
from pve_backup_report.collect.crew import Limits
from pve_backup_report.collect.pbs_collector import PbsCollector
from pve_backup_report.coverage.analysis import analyse
from pve_backup_report.endpoints import pbs as ep
from pve_backup_report.model.answer import Answer, AnswerKind
from pve_backup_report.model.gap import Blind, GapKind
from pve_backup_report.model.tape import PbsTape
from pve_backup_report.model.verdict import Freshness
from pve_backup_report.normalize.cluster import read_cluster
from pve_backup_report.normalize.pbs_server import read_pbs_server
from simulator import PRESETS, Job, Node, World
from simulator.builders import local, local_lvm, pbs, vm
from tape_from_simulator import record, with_servers

NOW = 1_772_604_000
MOST = ep.NAMESPACES_LOOKED_AT
NOT_FOUND = Answer(AnswerKind.HTTP_STATUS, 404, error="HTTP 404")


def asked(namespaces: Iterable[str]) -> PbsTape:
    """What is asked of a server with these namespaces in one datastore, each with a backup of guest 100."""
    tape = pbs_tape({"main": {path: [snapshot(100, NOW - 3600)] for path in namespaces}}, users=())
    collector = PbsCollector(lambda path: tape.answers.get(path, NOT_FOUND), limits=Limits(4))
    return replace(tape, answers=collector.collect())


def test_namespaces_are_asked_at_any_depth() -> None:
    deepest = [*("/".join("abcdefg"[:depth]) for depth in range(8)), "/".join("a" * 5000), "x" * 100_000]
    server, gaps = read_pbs_server(asked(deepest), NOW)
    assert gaps == ()
    assert {space.path: len(space.snapshots) for space in server.datastores[0].namespaces} == dict.fromkeys(deepest, 1)


def test_of_too_many_namespaces_those_nearest_to_the_root_are_asked_and_a_gap_tells_of_the_others() -> None:
    tape = asked(["", "z", *(f"a/{number}" for number in range(MOST))])
    server, (gap,) = read_pbs_server(tape, NOW)
    (main,) = server.datastores
    assert sum("/snapshots" in path for path in tape.answers) == MOST
    assert {"", "z", "a/0"} <= {space.path for space in main.namespaces}
    assert not main.namespaces_seen
    assert (gap.endpoint, gap.kind) == ("vault:/admin/datastore/main/snapshots", GapKind.LIMITED)
    assert (gap.detail, gap.blinds) == (f"{MOST} of {MOST + 2} namespaces were looked at", (Blind.PBS, Blind.EVIDENCE))


def test_what_lies_in_a_namespace_that_was_not_asked_keeps_verdicts_open() -> None:
    world = World(
        now=NOW,
        nodes=(Node("pve1"),),
        guests=(vm(100, "web", "pve1"),),
        storages=(local(), local_lvm(), pbs("pbs1", namespace="z/z")),
        jobs=(Job("nightly", "01:30", storage="pbs1", all=True),),
    )
    cluster = record(world, PRESETS["auditor"])
    found = {}
    for name, others in (("few", 3), ("many", MOST)):
        tape = asked(["", "z/z", *(f"a/{number}" for number in range(others))])
        (guest,) = analyse(read_cluster(with_servers(cluster, tape))).guests
        found[name] = (guest.freshness, guest.backups)
    assert found["few"][1] == 1
    assert found["many"] == (Freshness.UNKNOWN, None)
