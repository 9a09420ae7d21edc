"""A crew of threads that asks questions and hands the answers back one at a time."""

import heapq
import queue
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from types import TracebackType
from typing import Self
from urllib.parse import unquote

from pve_backup_report.collect.unread import Unread
from pve_backup_report.model.answer import Answer, AnswerKind

ENTRY = ""
"""The node that was contacted: it answers by itself whatever is not below ``/nodes/…``."""

_NODES = "/nodes/"
_READERS = 4  # threads more than questions at a time: some read what came while others ask


@dataclass(frozen=True, slots=True, order=True)
class _Errand:
    urgency: int
    number: int
    path: str = field(compare=False)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a crew may ask.

    Attributes:
        at_once: questions at a time.
        per_node: questions at a time that one node's workers answer; None for no limit but the first.
        until: when to stop asking, in seconds of the monotonic clock.
        told: what to say of a question that was not asked by then.
    """

    at_once: int
    per_node: int | None = None
    until: float = float("inf")
    told: str = "the time was over"


class Crew:
    """Asks the most urgent questions first, of those equally urgent the ones for the node with the most to do.

    While a heavy answer is being read, light ones are asked for: the processor works while the cluster does, and not
    after it.

    The threads are daemons: an interrupted run does not wait for an answer that may never come.
    """

    def __init__(
        self,
        ask: Callable[[str], Answer],
        limits: Limits,
        equally_urgent: int = 0,
        keep: Callable[[str, Answer], Answer] | None = None,
        may_wait: Callable[[], bool] | None = None,
    ) -> None:
        """Make the crew.

        Args:
            ask: asks one path with its query; must be safe to call from several threads and must not raise.
            limits: how much at a time, and until when.
            equally_urgent: from this urgency on, which node has the most to do counts for more than the urgency.
            keep: returns what is kept of the answer to a path that was ``Unread``, at once while the processor still
                has it at hand; as safe as ``ask``.
            may_wait: tells whether what is heavy is better asked a little later, as long as there is anything else.
        """
        self._ask = ask
        self._keep = keep
        self._may_wait = may_wait
        self._limits = limits
        self._equally_urgent = equally_urgent
        self._changed = threading.Condition()
        self._waiting: defaultdict[str, tuple[list[_Errand], list[_Errand]]] = defaultdict(lambda: ([], []))
        self._expected: dict[str, int] = {}
        self._reading = 0
        self._under_way: Counter[str] = Counter()
        self._busy = 0
        self._entry: str | None = None
        self._over = False
        self._answers: queue.SimpleQueue[tuple[str, Answer | BaseException]] = queue.SimpleQueue()
        self._numbers = count()
        self._threads: list[threading.Thread] = []
        self._asked: dict[str, bool] = {}
        self._in_order: list[str] = []
        self._first_open = 0
        self._answered = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Let the threads go; what is under way is not waited for."""
        with self._changed:
            self._over = True
            self._changed.notify_all()

    def send(self, path: str, urgency: int, *, heavy: bool = False) -> None:
        """Have ``path`` asked, unless it has been.

        Args:
            path: with its query.
            urgency: a smaller one goes first.
            heavy: reading the answer keeps the processor busy; while one is read, those that are not go first.
        """
        if path in self._asked:
            return
        self._asked[path] = False
        self._in_order.append(path)
        with self._changed:
            heapq.heappush(self._waiting[node_of(path)][heavy], _Errand(urgency, next(self._numbers), path))
            self._changed.notify()
        if len(self._threads) < min(self._limits.at_once + _READERS, len(self._asked)) and not self._over:
            thread = threading.Thread(target=self._work, daemon=True, name=f"ask-{len(self._threads)}")
            try:
                thread.start()
            except RuntimeError:  # no room for one more: those that there are ask on
                if not self._threads:
                    raise
            else:
                self._threads.append(thread)

    @contextmanager
    def in_one_go(self) -> Iterator[None]:
        """Let no thread take anything while a lot is sent: they would take turns with the sender for each of it."""
        with self._changed:
            yield

    def expect(self, node: str, questions: int) -> None:
        """Take note how many more questions will be sent for a node: that much more it has left to do."""
        with self._changed:
            self._expected[node] = questions

    def waiting(self, node: str) -> int:
        """Return how many questions for a node wait that are quick to read; none once the time is over."""
        with self._changed:
            return 0 if self._over or node not in self._waiting else len(self._waiting[node][False])

    def enter_at(self, node: str) -> None:
        """Take note which node is the contacted one: its workers answer for the whole cluster as well."""
        with self._changed:
            self._entry = node
            self._changed.notify_all()

    def answers(self) -> Iterator[tuple[str, Answer]]:
        """Yield (path, answer) as they come, until nothing is left to ask; more may be sent meanwhile.

        Once the time is over the rest is answered with why it was not asked; what is under way is not waited for.
        """
        while self._answered < len(self._asked):
            path, answer = self._next_answer()
            if isinstance(answer, BaseException):
                raise answer
            if not self._asked[path]:
                self._asked[path] = True
                self._answered += 1
                yield path, answer

    @property
    def asked(self) -> int:
        """How many questions were sent so far."""
        return len(self._asked)

    @property
    def answered(self) -> int:
        """How many answers came back so far."""
        return self._answered

    @property
    def over(self) -> bool:
        """Whether the time is over: nothing more will be asked."""
        return self._over

    def _next_answer(self) -> tuple[str, Answer | BaseException]:
        try:
            left = min(max(self._limits.until - time.monotonic(), 0.0), threading.TIMEOUT_MAX)
            return self._answers.get(timeout=left) if left and not self._over else self._answers.get_nowait()
        except queue.Empty:
            self._over = True
            while self._asked[self._in_order[self._first_open]]:
                self._first_open += 1
            return self._in_order[self._first_open], Answer(AnswerKind.NOT_ASKED, error=self._limits.told)

    def _work(self) -> None:
        while (taken := self._take()) is not None:
            node, path = taken
            try:
                answer: Answer | BaseException = self._ask(path)
            except BaseException as error:  # noqa: BLE001 -- handed to the main thread, which raises it there
                answer = error
            with self._changed:
                self._under_way[node] -= 1
                self._busy -= 1
                unread = isinstance(answer, Answer) and isinstance(answer.data, Unread)
                if unread:
                    self._reading += 1
                    self._changed.notify()  # another thread asks on
            self._answers.put((path, self._read(path, answer)))
            if unread:
                with self._changed:
                    self._reading -= 1

    def _read(self, path: str, answer: Answer | BaseException) -> Answer | BaseException:
        if isinstance(answer, BaseException) or not isinstance(answer.data, Unread):
            return answer
        try:
            read = replace(answer.data.read(), after_s=answer.after_s)
            return read if self._keep is None else self._keep(path, read)
        except BaseException as error:  # noqa: BLE001 -- handed to the main thread, which raises it there
            return error

    def _take(self) -> tuple[str, str] | None:
        with self._changed:
            while not self._over:
                found = self._next()
                if found is not None:
                    node, errands = found
                    self._under_way[node] += 1
                    self._busy += 1
                    if self._busy < self._limits.at_once:
                        self._changed.notify()  # there may be room for another
                    return node, heapq.heappop(errands).path
                self._changed.wait()
        return None

    def _next(self) -> tuple[str, list[_Errand]] | None:
        """Return the node to ask next and what of it to take; None when none has a question and a worker to spare."""
        best: tuple[bool, int, int, _Errand] | None = None
        chosen = None
        if self._busy >= self._limits.at_once:
            return None
        light_first = self._reading > 0 or (self._may_wait is not None and self._may_wait())
        for node, (light, heavy) in self._waiting.items():
            errands = light if light and (light_first or not heavy or light[0] < heavy[0]) else heavy
            if errands and self._has_room(node):
                urgency = min(errands[0].urgency, self._equally_urgent)
                left = len(light) + len(heavy) + self._expected.get(node, 0)
                rank = (light_first and errands is heavy, urgency, -left, errands[0])
                if best is None or rank < best:
                    best, chosen = rank, (node, errands)
        return chosen

    def _has_room(self, node: str) -> bool:
        most = self._limits.per_node
        if most is None:
            return True
        if self._entry is None:  # any node could be the one that answers for the cluster
            others = max((busy for name, busy in self._under_way.items() if name != ENTRY), default=0)
            other = others if node == ENTRY else self._under_way[ENTRY]
        elif node in (ENTRY, self._entry):
            other = self._under_way[self._entry if node == ENTRY else ENTRY]
        else:
            other = 0
        return self._under_way[node] + other < most


def node_of(path: str) -> str:
    """Return the node whose workers answer a path; ``ENTRY`` for the contacted one."""
    return unquote(path[len(_NODES) :].split("/", 1)[0]) if path.startswith(_NODES) else ENTRY
