"""A crew of threads that asks questions and hands the answers back one at a time."""

import queue
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count

from pve_backup_report.model.answer import Answer


@dataclass(frozen=True, slots=True, order=True)
class _Errand:
    urgency: int
    number: int
    path: str = field(compare=False)


class Crew:
    """Asks up to ``size`` questions at a time; the most urgent first.

    The threads are daemons: an interrupted run does not wait for an answer that may never come.
    """

    def __init__(self, ask: Callable[[str], Answer], size: int) -> None:
        """Make the crew.

        Args:
            ask: asks one path with its query; must be safe to call from several threads and must not raise.
            size: how many questions are asked at a time.
        """
        self._ask = ask
        self._size = size
        self._errands: queue.PriorityQueue[_Errand] = queue.PriorityQueue()
        self._answers: queue.SimpleQueue[tuple[str, Answer | BaseException]] = queue.SimpleQueue()
        self._numbers = count()
        self._threads: list[threading.Thread] = []
        self._asked: set[str] = set()
        self._answered = 0

    def send(self, path: str, urgency: int) -> None:
        """Have ``path`` asked, unless it has been; a smaller ``urgency`` goes first."""
        if path in self._asked:
            return
        self._asked.add(path)
        self._errands.put(_Errand(urgency, next(self._numbers), path))
        if len(self._threads) < min(self._size, len(self._asked)):
            thread = threading.Thread(target=self._work, daemon=True, name=f"ask-{len(self._threads)}")
            self._threads.append(thread)
            thread.start()

    def answers(self) -> Iterator[tuple[str, Answer]]:
        """Yield (path, answer) as they come, until nothing is left to ask; more may be sent meanwhile."""
        while self._answered < len(self._asked):
            path, answer = self._answers.get()
            if isinstance(answer, BaseException):
                raise answer
            self._answered += 1
            yield path, answer
        for _ in self._threads:
            self._errands.put(_Errand(-1, next(self._numbers), ""))

    @property
    def asked(self) -> int:
        """How many questions were sent so far."""
        return len(self._asked)

    @property
    def answered(self) -> int:
        """How many answers came back so far."""
        return self._answered

    def _work(self) -> None:
        while path := self._errands.get().path:
            try:
                self._answers.put((path, self._ask(path)))
            except BaseException as error:  # noqa: BLE001 -- handed to the main thread, which raises it there
                self._answers.put((path, error))
