"""Guests are asked a few at a time: each once, none left out, and a node that hangs holds up no guest of another."""

import threading
import time

import pytest

from pve_backup_report.collect.collector import Collector, Scope
from pve_backup_report.collect.crew import Crew, Limits
from pve_backup_report.collect.guests_to_ask import GuestsToAsk, GuestToAsk
from pve_backup_report.endpoints import pve as ep
from pve_backup_report.model.answer import Answer, AnswerKind

NODES = ("pve1", "pve2")
EACH = 700  # guests of a node, more than are handed out at a time
REFUSED = Answer(AnswerKind.REFUSED, 403, error="HTTP 403")


def guests_of(*nodes: str, each: int = EACH) -> list[GuestToAsk]:
    first = [(node, 100 + at * each) for at, node in enumerate(nodes)]
    return [GuestToAsk(node, "qemu", vmid) for node, lowest in first for vmid in range(lowest, lowest + each)]


def path_of(guest: GuestToAsk) -> str:
    return ep.GUEST_CONFIG.ask(node=guest.node, type=guest.type, vmid=guest.vmid)


class Cluster:
    """Two nodes with many guests; all that is not about them is refused."""

    def __init__(self, each: int = EACH) -> None:
        self.guests = guests_of(*NODES, each=each)
        self.asked: list[str] = []
        self.may_answer = {node: threading.Event() for node in NODES}
        for event in self.may_answer.values():
            event.set()

    def ask(self, path: str) -> Answer:
        self.asked.append(path)
        if path == ep.RESOURCES.ask():
            rows = [{"type": "node", "node": node, "status": "online"} for node in NODES]
            return Answer(AnswerKind.OK, 200, [*rows, *(guest._asdict() for guest in self.guests)])
        if path.endswith("/config?current=1"):
            self.may_answer[path.split("/")[2]].wait(20)
            time.sleep(0.001)  # so that each answer is followed before the next ones come
            return Answer(AnswerKind.OK, 200, {"digest": "x"})
        return REFUSED

    def collector(self, limits: Limits, scope: Scope | None = None) -> Collector:
        return Collector(self.ask, scope or Scope(), limits, now=1_700_000_000)

    def asked_of(self, node: str) -> int:
        return sum(f"/{node}/qemu/" in path for path in self.asked)


def test_each_guest_is_handed_out_once_and_in_order() -> None:
    told = guests_of(*NODES)
    guests = GuestsToAsk(told)
    handed: list[GuestToAsk] = []
    for node in guests.nodes:
        while guests.left(node):
            handed.extend(guests.hand_out(node, waiting=0))
    assert handed == told
    assert guests.hand_out("pve1", waiting=0) == []


def test_none_is_handed_out_as_long_as_enough_wait() -> None:
    guests = GuestsToAsk(guests_of("pve1"))
    some = len(guests.hand_out("pve1", waiting=0))
    assert 0 < some < EACH
    assert guests.hand_out("pve1", waiting=some) == []
    assert guests.hand_out("pve1", waiting=1) != []
    assert guests.left("pve1") == EACH - 2 * some


@pytest.mark.parametrize("nodes", [1, 10, 1000])
def test_of_many_nodes_there_are_some_guests_for_each_and_not_all_at_once(nodes: int) -> None:
    guests = GuestsToAsk(guests_of(*(f"pve{at}" for at in range(nodes)), each=300))
    first = [len(guests.hand_out(node, waiting=0)) for node in guests.nodes]
    assert len(first) == nodes
    assert all(8 <= some < 300 for some in first)


def test_a_node_without_guests_has_none_left() -> None:
    assert GuestsToAsk().left("pve1") == 0
    assert GuestsToAsk().hand_out("pve1", waiting=0) == []


def test_every_guest_is_asked_once() -> None:
    cluster = Cluster()
    answers = cluster.collector(Limits(8, 3)).collect()
    paths = {path_of(guest) for guest in cluster.guests}
    assert paths <= answers.keys()
    assert sorted(path for path in cluster.asked if path in paths) == sorted(paths)


def test_many_guests_are_no_more_waves_than_one() -> None:
    waves = []
    for each in (1, EACH):
        collector = Cluster(each).collector(Limits(8, 3))
        collector.collect()
        waves.append(collector.waves)
    assert waves[0] == waves[1]


def test_without_notes_no_guest_is_asked() -> None:
    cluster = Cluster()
    cluster.collector(Limits(8, 3), Scope(notes=False)).collect()
    assert [path for path in cluster.asked if path.endswith("/config?current=1")] == []


def test_a_node_that_hangs_holds_up_no_guest_of_another() -> None:
    cluster = Cluster()
    cluster.may_answer["pve1"].clear()
    running = threading.Thread(target=cluster.collector(Limits(8, 3)).collect)
    running.start()
    try:
        until = time.monotonic() + 20
        while cluster.asked_of("pve2") < EACH and time.monotonic() < until:
            time.sleep(0.01)
        assert cluster.asked_of("pve2") == EACH
        assert cluster.asked_of("pve1") == 3
    finally:
        cluster.may_answer["pve1"].set()
        running.join(20)
    assert cluster.asked_of("pve1") == EACH


def test_when_the_time_is_over_every_guest_that_was_not_asked_says_so() -> None:
    cluster = Cluster()
    for event in cluster.may_answer.values():
        event.clear()
    try:
        limits = Limits(8, 3, time.monotonic() + 1, "the time was over")
        answers = cluster.collector(limits).collect()
    finally:
        for event in cluster.may_answer.values():
            event.set()
    told = [answers[path_of(guest)] for guest in cluster.guests]
    assert {answer.kind for answer in told} == {AnswerKind.NOT_ASKED}
    assert {answer.error for answer in told} == {"the time was over"}


def test_what_is_expected_counts_for_which_node_has_the_most_to_do() -> None:
    order: list[str] = []

    def ask(path: str) -> Answer:
        order.append(path)
        return REFUSED

    with Crew(ask, Limits(1)) as crew:
        with crew.in_one_go():
            crew.send("/nodes/pve1/a", 0)
            crew.send("/nodes/pve1/b", 0)
            crew.send("/nodes/pve2/c", 0)
            crew.expect("pve2", 10)
            assert (crew.waiting("pve1"), crew.waiting("pve2"), crew.waiting("pve3")) == (2, 1, 0)
        assert len(list(crew.answers())) == 3
    assert order[0] == "/nodes/pve2/c"
