"""The crew asks as much at a time as it may, of no node more than that node can bear, and not longer than it may."""

import threading
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

import pytest

from pve_backup_report.collect.crew import Crew, Limits, node_of
from pve_backup_report.collect.unread import Unread
from pve_backup_report.model.answer import Answer, AnswerKind

OK = Answer(AnswerKind.OK, 200, [])


class Nodes:
    """Stands for a cluster: notes how many questions each node had at once, and in what order they came."""

    def __init__(self, service_s: float = 0.002, hangs: str | None = None) -> None:
        self.service_s = service_s
        self.hangs = hangs
        self.order: list[str] = []
        self.peaks: Counter[str] = Counter()
        self.peak = 0
        self.over = threading.Event()
        self._now: Counter[str] = Counter()
        self._lock = threading.Lock()

    def ask(self, path: str) -> Answer:
        node = node_of(path) or "pve1"
        with self._lock:
            self.order.append(path)
            self._now[node] += 1
            self.peaks[node] = max(self.peaks[node], self._now[node])
            self.peak = max(self.peak, self._now.total())
        if path == self.hangs:
            self.over.wait()
        time.sleep(self.service_s)
        with self._lock:
            self._now[node] -= 1
        return OK


def asked(nodes: Nodes, limits: Limits, paths: Iterable[str], entry: str | None = "pve1") -> list[str]:
    with Crew(nodes.ask, limits) as crew:
        if entry is not None:
            crew.enter_at(entry)
        for path in paths:
            crew.send(path, 0)
        return [path for path, answer in crew.answers() if answer.ok]


MANY = [f"/nodes/pve{node}/n/{number}" for number in range(12) for node in (1, 2, 3)] + [f"/c/{n}" for n in range(12)]


@pytest.mark.parametrize("entry", ["pve1", None])
@pytest.mark.parametrize(("at_once", "per_node"), [(8, 3), (2, 3), (64, 1), (5, 5)])
def test_no_limit_is_ever_passed_and_everything_is_asked(at_once: int, per_node: int, entry: str | None) -> None:
    nodes = Nodes()
    answered = asked(nodes, Limits(at_once, per_node), MANY, entry)
    assert sorted(answered) == sorted(MANY)
    assert nodes.peak <= at_once
    # pve1 is the contacted node: what is asked of the cluster keeps its workers busy as well
    assert max(nodes.peaks.values()) <= per_node


def test_both_limits_are_reached() -> None:
    nodes = Nodes(0.01)
    asked(nodes, Limits(8, 3), MANY)
    assert (nodes.peak, set(nodes.peaks.values())) == (8, {3})


def test_who_waited_for_the_contacted_node_goes_on_as_soon_as_it_has_answered() -> None:
    # while three questions are with a node that could be any, no other may be asked; then all may work again
    nodes = Nodes(0.01)
    asked(nodes, Limits(8, 3), [f"/c/{number}" for number in range(4)] + MANY[:36], entry=None)
    assert nodes.peak == 8


def test_the_node_with_the_most_to_do_goes_first() -> None:
    nodes = Nodes()
    asked(nodes, Limits(1), ["/nodes/few/1", *(f"/nodes/many/{number}" for number in range(5))])
    # the first question is taken before there are others; from then on the longer queue is shortened
    assert nodes.order.index("/nodes/many/3") < 5
    assert [node_of(path) for path in nodes.order[1:4]] == ["many"] * 3


def test_what_is_asked_of_a_node_that_hangs_holds_up_nobody_and_ends_with_the_time() -> None:
    nodes = Nodes(hangs="/nodes/pve2/hangs")
    limits = Limits(4, 1, time.monotonic() + 0.5, "the time is over")
    began = time.monotonic()
    with Crew(nodes.ask, limits) as crew:
        crew.enter_at("pve1")
        for path in (nodes.hangs or "", "/nodes/pve2/behind", *MANY[:12]):
            crew.send(path, 0)
        answers = {}
        for path, answer in crew.answers():
            answers[path] = answer
            if answer.kind is AnswerKind.NOT_ASKED:  # whatever is thought of now comes too late as well
                crew.send("/late", 0)
    nodes.over.set()
    assert 0.5 <= time.monotonic() - began < 2
    unanswered = {path: answer.error for path, answer in answers.items() if answer.kind is AnswerKind.NOT_ASKED}
    assert unanswered.keys() >= {"/nodes/pve2/hangs", "/nodes/pve2/behind", "/late"}
    assert set(unanswered.values()) == {"the time is over"}
    assert {path for path in MANY[:12] if node_of(path) != "pve2"} <= answers.keys() - unanswered.keys()


def test_an_exception_of_one_question_is_raised_where_the_answers_are_read() -> None:
    def ask(path: str) -> Answer:
        raise LookupError(path)

    with Crew(ask, Limits(3)) as crew:
        crew.send("/x", 0)
        with pytest.raises(LookupError, match="/x"):
            list(crew.answers())


def test_no_thread_stays_behind() -> None:
    before = set(threading.enumerate())
    asked(Nodes(), Limits(8, 3), MANY)
    for thread in set(threading.enumerate()) - before:
        thread.join(2)
    assert set(threading.enumerate()) <= before


def test_what_takes_long_to_read_keeps_no_question_from_being_asked() -> None:
    asked_meanwhile = threading.Event()

    def take_long() -> Answer:
        assert asked_meanwhile.wait(10)
        return Answer(AnswerKind.OK, 200, ["a line"])

    def ask(path: str) -> Answer:
        if path == "/nodes/pve1/next":
            asked_meanwhile.set()
        return Answer(AnswerKind.OK, 200, Unread(take_long), after_s=3) if path == "/nodes/pve1/log" else OK

    def keep(path: str, read: Answer) -> Answer:
        return replace(read, data={path: read.data})

    for kept, told in ((keep, {"/nodes/pve1/log": ["a line"]}), (None, ["a line"])):
        asked_meanwhile.clear()
        with Crew(ask, Limits(1), keep=kept) as crew:
            crew.send("/nodes/pve1/log", 0)
            crew.send("/nodes/pve1/next", 1)
            answers = dict(crew.answers())
        assert answers == {
            "/nodes/pve1/log": Answer(AnswerKind.OK, 200, told, after_s=3),
            "/nodes/pve1/next": OK,
        }


@pytest.mark.parametrize("at", ["read", "keep"])
def test_what_cannot_be_read_is_raised_where_answers_are_taken(at: str) -> None:
    def fail(*_: object) -> Answer:
        raise ZeroDivisionError(at)

    read = fail if at == "read" else lambda: OK
    with Crew(lambda _: Answer(AnswerKind.OK, 200, Unread(read)), Limits(2), keep=fail) as crew:
        crew.send("/a", 0)
        with pytest.raises(ZeroDivisionError, match=at):
            list(crew.answers())


def test_thousands_that_are_asked_no_more_are_told_at_once() -> None:
    many = 20_000
    over = threading.Event()
    crew = Crew(lambda _: Answer(AnswerKind.OK if over.wait() else AnswerKind.TIMEOUT), Limits(2, until=0))
    with crew:
        for number in range(many):
            crew.send(f"/{number}", 0)
        began = time.thread_time()
        answers = dict(crew.answers())
        took = time.thread_time() - began
    over.set()
    assert len(answers) == many
    assert {answer.kind for answer in answers.values()} == {AnswerKind.NOT_ASKED}
    assert took < 2  # of this thread's own time; each looked for from the first on took five


@pytest.mark.parametrize(("heavy", "quick"), [("", ""), ("/nodes/pve1", "/nodes/pve2")])
def test_while_an_answer_is_read_what_is_quick_to_read_is_asked(heavy: str, quick: str) -> None:
    order: list[str] = []
    all_sent, quick_asked = threading.Event(), threading.Event()

    def take_long() -> Answer:
        assert quick_asked.wait(10)
        return OK

    def ask(path: str) -> Answer:
        assert all_sent.wait(10)
        order.append(path)
        if path == f"{quick}/quick/2":
            quick_asked.set()
        return Answer(AnswerKind.OK, 200, Unread(take_long)) if "/heavy/" in path else OK

    with Crew(ask, Limits(1)) as crew:
        for number in range(3):
            crew.send(f"{heavy}/heavy/{number}", 0, heavy=True)
            crew.send(f"{quick}/quick/{number}", 1)
        all_sent.set()
        assert len(dict(crew.answers())) == 6
    assert order[:4] == [f"{heavy}/heavy/0", *(f"{quick}/quick/{number}" for number in range(3))]


def test_what_is_heavy_may_wait_as_long_as_there_is_anything_else() -> None:
    nodes = Nodes()
    with Crew(nodes.ask, Limits(1), may_wait=lambda: True) as crew:
        with crew.in_one_go():
            for number in range(3):
                crew.send(f"/heavy/{number}", 0, heavy=True)
                crew.send(f"/quick/{number}", 1)
        assert len(list(crew.answers())) == 6
    assert nodes.order == [f"/{what}/{number}" for what in ("quick", "heavy") for number in range(3)]


def test_what_is_sent_in_one_go_is_taken_when_all_of_it_was_sent() -> None:
    nodes = Nodes()
    with Crew(nodes.ask, Limits(1)) as crew:
        with crew.in_one_go():
            for urgency in range(40, 0, -1):
                crew.send(f"/{urgency:02}", urgency)
            assert nodes.order == []
        assert len(list(crew.answers())) == 40
    assert nodes.order == sorted(nodes.order)


def test_what_is_heavy_waits_for_nothing_where_nothing_else_is_left() -> None:
    all_asked = threading.Barrier(2, timeout=10)

    def take_long() -> Answer:
        all_asked.wait()  # the two are read at the same time
        return OK

    with Crew(lambda _: Answer(AnswerKind.OK, 200, Unread(take_long)), Limits(2)) as crew:
        crew.send("/heavy/0", 0, heavy=True)
        crew.send("/heavy/1", 0, heavy=True)
        assert dict(crew.answers()) == {"/heavy/0": OK, "/heavy/1": OK}


def test_with_room_for_one_thread_only_everything_is_asked_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    start, started = threading.Thread.start, list[str]()

    def start_one(thread: threading.Thread) -> None:
        if started:
            raise RuntimeError("can't start new thread")
        started.append(thread.name)
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", start_one)
    with Crew(lambda path: Answer(AnswerKind.OK, 200, data=path), Limits(8)) as crew:
        for number in range(20):
            crew.send(f"/{number}", 0)
        assert {answer.data for _, answer in crew.answers()} == {f"/{number}" for number in range(20)}


def test_with_room_for_no_thread_at_all_the_run_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    with Crew(lambda path: Answer(AnswerKind.OK, 200, data=path), Limits(8)) as crew, pytest.raises(RuntimeError):
        crew.send("/", 0)
