"""A breaker between the collector and a client: who could not be reached several times in a row is not asked again.

A host that dies in the middle of a run costs up to ten seconds for every question that is left, a node behind it as
much. What is not asked for that reason is answered at once with why: a gap, never an empty answer.
"""

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from pve_backup_report.model.answer import Answer, AnswerKind

_NODE = re.compile(r"/nodes/([^/?]+)/")
_NODE_NOT_REACHED = 595
_CUT_OFF = frozenset({596, 597, 598, 599})
_IN_A_ROW = 3


@dataclass(slots=True)
class _Streak:
    """The failures since the last answer: how many did not get through, and which kinds of question fell silent.

    Those of questions that were under way at the same time count once: a proxy that restarts refuses all of them.
    """

    unreached: int = 0
    counted_at: int = 0
    silent: set[str] = field(default_factory=set)
    broken_by: Answer | None = None


class Breaker:
    """Asks through a client as long as there is hope. Threads may share it.

    Hope ends for a host, or for one node, when three questions one after another found no way to it, or when three
    different kinds of question got no answer in time, and none got one meanwhile. One kind alone, such as the list of
    a slow storage, says nothing of the others. Any answer but these, a refusal too, begins the count anew.
    """

    def __init__(self, ask: Callable[[str], Answer]) -> None:
        """Stand before a client.

        Args:
            ask: asks one path with its query, and turns every failure into an answer.
        """
        self._ask = ask
        self._lock = threading.Lock()
        self._questions = 0
        self._host = _Streak()
        self._nodes: dict[str, _Streak] = {}

    def __call__(self, path: str) -> Answer:
        """Ask one question, unless nobody would answer it."""
        with self._lock:
            node = self._node(path)
            broken = self._host.broken_by or (None if node is None else node.broken_by)
            self._questions += 1
            number = self._questions
        if broken is not None:
            return replace(broken, error=f"not asked any more after {_IN_A_ROW} failures in a row: {broken.error}")
        answer = self._ask(path)
        with self._lock:
            self._note(path, number, node, answer)
        return answer

    def _node(self, path: str) -> _Streak | None:
        found = _NODE.match(path)
        return None if found is None else self._nodes.setdefault(found[1], _Streak())

    def _note(self, path: str, number: int, node: _Streak | None, answer: Answer) -> None:
        if answer.kind is AnswerKind.UNREACHABLE:  # no way to the host, and so none to any node
            self._unreached(self._host, number, answer)
        elif answer.kind is AnswerKind.TIMEOUT or answer.status in _CUT_OFF:
            _fell_silent(self._host if node is None else node, path, answer)
        else:
            _answered(self._host)
            if answer.status == _NODE_NOT_REACHED and node is not None:
                self._unreached(node, number, answer)
            elif node is not None:
                _answered(node)

    def _unreached(self, streak: _Streak, number: int, answer: Answer) -> None:
        if number <= streak.counted_at:
            return
        streak.unreached += 1
        streak.counted_at = self._questions
        if streak.unreached >= _IN_A_ROW:
            streak.broken_by = streak.broken_by or answer


def _answered(streak: _Streak) -> None:
    streak.unreached = 0
    streak.silent.clear()


def _fell_silent(streak: _Streak, path: str, answer: Answer) -> None:
    streak.silent.add(path.partition("?")[0].rpartition("/")[2])
    if len(streak.silent) >= _IN_A_ROW:
        streak.broken_by = streak.broken_by or answer
