"""What went over the wire: every request with its times, and how many there were at once."""

import re
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from fake_proxmox.reply import Reply

_NODE = re.compile(r"/nodes/([^/]+)/")


def node_of(path: str) -> str:
    """The node that answers a path; empty for what the contacted node answers itself."""
    found = _NODE.match(path)
    return found[1] if found else ""


@dataclass(slots=True)
class Request:
    """One request; times are seconds of the monotonic clock, `ended` and `status` are 0 until it is answered."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    began: float
    ended: float = 0.0
    status: int = 0
    body: bytes = b""


class Traffic:
    """The journal of a fake, and its workers: of one node no more than `workers` requests are served at a time."""

    def __init__(self, workers: int | None) -> None:
        self._workers = workers
        self._lock = threading.Lock()
        self._gates: dict[str, threading.Semaphore] = {}
        self._now: Counter[str] = Counter()
        self._served: Counter[str] = Counter()
        self._peaks: Counter[str] = Counter()
        self.requests: list[Request] = []
        self.peak = 0

    def note(self, request: Request) -> None:
        """Write a request down."""
        with self._lock:
            self.requests.append(request)

    def peak_of(self, node: str) -> int:
        """The most requests of one node that were served at once."""
        return self._peaks[node]

    @contextmanager
    def served(self, request: Request) -> Iterator[None]:
        """Serve a request as soon as its node has a free worker."""
        node = node_of(request.path)
        with self._lock:
            self._now[node] += 1
            self.peak = max(self.peak, self._now.total())
            gate = self._gates.setdefault(node, threading.Semaphore(self._workers or 1))
        if self._workers:
            gate.acquire()
        try:
            with self._lock:
                self._served[node] += 1
                self._peaks[node] = max(self._peaks[node], self._served[node])
            yield
        finally:
            with self._lock:
                self._now[node] -= 1
                self._served[node] -= 1
            request.ended = time.monotonic()
            if self._workers:
                gate.release()


@dataclass(slots=True)
class Fault:
    """A reply that takes the place of the right one, `left` times (for ever: None), on one path or on all."""

    reply: Reply
    path: str | None = None
    left: int | None = None


@dataclass(slots=True)
class Faults:
    """The faults that wait to strike."""

    _waiting: list[Fault] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, fault: Fault) -> None:
        """Let a fault strike from now on, after those that are there already."""
        with self._lock:
            self._waiting.append(fault)

    def clear(self) -> None:
        """Let nothing strike any more."""
        with self._lock:
            self._waiting.clear()

    def strike(self, path: str) -> Reply | None:
        """The reply of the first fault that fits the path."""
        with self._lock:
            for fault in self._waiting:
                if fault.path not in (None, path) or fault.left == 0:
                    continue
                if fault.left is not None:
                    fault.left -= 1
                return fault.reply
        return None
