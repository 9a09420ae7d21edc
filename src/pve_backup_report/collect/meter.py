"""Counts what a run asks, and what comes back. Threads may share a meter."""

import os
import threading
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from pve_backup_report.model.stats import Stats


def _processor_s() -> float:
    """Return the seconds that this process was at work, and those that it started and that are over."""
    return sum(os.times()[:4])


@dataclass(slots=True)
class Meter:
    """What was counted so far, for ``--stats``; the fields are those of ``Stats``."""

    questions: Counter[str] = field(default_factory=Counter)
    requests: int = 0
    connections: int = 0
    received: int = 0
    unpacked: int = 0
    waves: int = 0
    answering_s: float = 0.0
    _laps: list[float] = field(default_factory=lambda: [time.monotonic()])
    _processor_s: float = field(default_factory=_processor_s)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add_request(self, took_s: float) -> None:
        """Count a request.

        Args:
            took_s: seconds from its first byte to the last of its answer.
        """
        with self._lock:
            self.requests += 1
            self.answering_s += took_s

    def add_connection(self) -> None:
        """Count a connection."""
        with self._lock:
            self.connections += 1

    def add_body(self, received: int, unpacked: int) -> None:
        """Count a body.

        Args:
            received: bytes as they came.
            unpacked: bytes of the text.
        """
        with self._lock:
            self.received += received
            self.unpacked += unpacked

    def add_questions(self, asked: Mapping[str, int], waves: int, of: str = "") -> None:
        """Count the questions of one collection.

        Args:
            asked: how many of each kind.
            waves: the longest chain of them.
            of: put before each kind's name.
        """
        with self._lock:
            self.questions.update({f"{of}{kind}": times for kind, times in asked.items()})
            self.waves = max(self.waves, waves)

    def lap(self) -> None:
        """Take note that a part of the run is over: the asking, then the judging, then the rest."""
        self._laps.append(time.monotonic())

    def stats(self) -> Stats:
        """Return what was counted; what has no end yet ends now."""
        now = time.monotonic()
        began, asked, judged, written = [*self._laps, now, now, now][:4]
        return Stats(
            questions=dict(self.questions.most_common()),
            requests=self.requests,
            connections=self.connections,
            received=self.received,
            unpacked=self.unpacked,
            waves=self.waves,
            answering_s=self.answering_s,
            asking_s=asked - began,
            judging_s=judged - asked,
            writing_s=written - judged,
            processor_s=_processor_s() - self._processor_s,
        )
