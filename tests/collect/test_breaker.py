"""A host or a node that cannot be reached is not asked for ever, and one slow question condemns nobody."""

import threading
from collections.abc import Callable, Iterable

import pytest

from pve_backup_report.collect.breaker import Breaker
from pve_backup_report.model.answer import Answer, AnswerKind

GOOD = Answer(AnswerKind.OK, 200, [])
REFUSED = Answer(AnswerKind.REFUSED, 403, error="HTTP 403 Permission check failed")
NO_WAY = Answer(AnswerKind.UNREACHABLE, error="pve1:8006: no connection within 10 s")
NO_NODE = Answer(AnswerKind.HTTP_STATUS, 595, error="HTTP 595 No route to host")
CUT_OFF = Answer(AnswerKind.HTTP_STATUS, 596, error="HTTP 596 Connection timed out")
SILENCE = Answer(AnswerKind.TIMEOUT, error="pve1:8006: no whole answer within 30 s")


class Cluster:
    """Answers as it is told, and writes down what it was asked."""

    def __init__(self, answer: Callable[[str], Answer]) -> None:
        self.answer = answer
        self.asked: list[str] = []

    def __call__(self, path: str) -> Answer:
        self.asked.append(path)
        return self.answer(path)


def asked_in_turn(cluster: Cluster, paths: Iterable[str]) -> list[Answer]:
    breaker = Breaker(cluster)
    return [breaker(path) for path in paths]


def test_a_host_to_which_there_is_no_way_is_asked_three_times() -> None:
    cluster = Cluster(lambda _: NO_WAY)
    answers = asked_in_turn(cluster, [f"/pools/{number}" for number in range(50)])
    assert len(cluster.asked) == 3
    assert {answer.kind for answer in answers} == {AnswerKind.UNREACHABLE}
    assert answers[-1].error == f"not asked any more after 3 failures in a row: {NO_WAY.error}"


@pytest.mark.parametrize("answer", [GOOD, REFUSED, NO_NODE])
def test_any_answer_in_between_begins_the_count_anew(answer: Answer) -> None:
    turns = iter([NO_WAY, NO_WAY, answer] * 20)
    cluster = Cluster(lambda _: next(turns))
    asked_in_turn(cluster, [f"/nodes/pve{number}/time" for number in range(60)])
    assert len(cluster.asked) == 60


def test_a_node_that_is_gone_is_let_be_and_the_others_are_asked() -> None:
    cluster = Cluster(lambda path: NO_NODE if path.startswith("/nodes/pve2/") else GOOD)
    paths = [f"/nodes/{node}/qemu/{vmid}/config" for vmid in range(100, 120) for node in ("pve1", "pve2")]
    answers = asked_in_turn(cluster, paths)
    assert sum(path.startswith("/nodes/pve2/") for path in cluster.asked) == 3
    assert sum(path.startswith("/nodes/pve1/") for path in cluster.asked) == 20
    assert answers[-1].status == 595
    assert answers[-2].ok


@pytest.mark.parametrize("slow", [CUT_OFF, SILENCE])
def test_slow_storages_condemn_neither_their_node_nor_the_host(slow: Answer) -> None:
    cluster = Cluster(lambda path: slow if "/content" in path else GOOD)
    paths = [f"/nodes/pve1/storage/s{number}/content?content=backup&vmid={number}" for number in range(30)]
    answers = asked_in_turn(cluster, [*paths, "/nodes/pve1/time"])
    assert len(cluster.asked) == 31
    assert answers[-1].ok


@pytest.mark.parametrize("slow", [CUT_OFF, SILENCE])
def test_a_node_that_falls_silent_on_everything_is_let_be(slow: Answer) -> None:
    cluster = Cluster(lambda path: slow if path.startswith("/nodes/pve2/") else GOOD)
    leaves = ["time", "tasks?limit=5", "storage/nas/content", "qemu/100/config", "qemu/101/config", "time"]
    answers = asked_in_turn(cluster, [f"/nodes/{node}/{leaf}" for leaf in leaves for node in ("pve1", "pve2")])
    assert sum(path.startswith("/nodes/pve2/") for path in cluster.asked) == 3
    assert answers[-2].ok


def test_a_host_that_lets_us_in_and_says_nothing_is_given_up() -> None:
    cluster = Cluster(lambda _: SILENCE)
    asked_in_turn(cluster, ["/version", "/nodes", "/storage", "/pools", "/cluster/backup", "/access/acl"])
    assert cluster.asked == ["/version", "/nodes", "/storage"]


def test_questions_that_were_under_way_together_count_once() -> None:
    """Eight are refused while a proxy restarts; the ninth is asked, and answered."""
    together = threading.Barrier(8)
    restarting = threading.Event()

    def answer(_: str) -> Answer:
        if restarting.is_set():
            return GOOD
        together.wait(10)
        return NO_WAY

    breaker = Breaker(answer)
    threads = [threading.Thread(target=breaker, args=(f"/pools/{number}",)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    restarting.set()
    assert breaker("/pools/8").ok
