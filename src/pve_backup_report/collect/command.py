"""Runs a command of this machine, within a time and a size, and ends it with all that it started."""

import errno
import os
import selectors
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from pve_backup_report.ending import at_the_last, no_longer

_CHUNK = 64 * 1024
_LONGEST_ERRORS = 64 * 1024
_LOOK_AGAIN_S = 0.2
_LAST_WORDS_S = 1.0
_DYING_S = 2.0


class End(Enum):
    """How a command ended."""

    BY_ITSELF = auto()
    TOO_SLOW = auto()
    TOO_LARGE = auto()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command came to.

    Attributes:
        end: how it ended.
        code: its exit code, negative for the signal that ended it; None when it could not be ended.
        out: what it printed.
        errors: what it printed on stderr, at most 64 KiB.
    """

    end: End
    code: int | None
    out: bytes
    errors: bytes


class Commands:
    """Runs commands, several at a time if asked from several threads; no shell is involved."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        """Take the environment that every command gets, and no more than that."""
        self._environ = dict(environ)
        self._running: set[subprocess.Popen[bytes]] = set()
        self._guard = threading.Lock()
        self._closed = False
        at_the_last(self.close)

    def run(self, arguments: Sequence[str], *, timeout_s: float, longest: int) -> Outcome:
        """Run one command to its end.

        Args:
            arguments: the command, and what it is given.
            timeout_s: seconds after which it is ended.
            longest: bytes of output after which it is ended.

        Raises:
            OSError: it cannot be started, or this was closed.
        """
        with self._guard:  # nobody ends the others between the start of this one and the note of it
            if self._closed:
                raise OSError(errno.ECANCELED, os.strerror(errno.ECANCELED))
            process = subprocess.Popen(  # noqa: S603 -- an argument list, checked by the caller
                list(arguments),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=self._environ,
                start_new_session=True,  # so that the command and its children can be ended together
            )
            self._running.add(process)
        try:
            listener = _Listener(process, longest)
            end = listener.listen(time.monotonic() + timeout_s)
            if end is not End.BY_ITSELF:
                _kill(process)
            return Outcome(end, _code(process), bytes(listener.out), bytes(listener.errors))
        finally:
            with self._guard:
                self._running.discard(process)
            for pipe in (process.stdout, process.stderr):
                if pipe is not None:
                    pipe.close()

    def close(self) -> None:
        """End all that still runs, and start nothing any more."""
        self._closed = True
        with self._guard:
            for process in self._running:
                _kill(process)
        no_longer(self.close)


class _Listener:
    """Reads both outputs of a command, and keeps as much as there is room for."""

    def __init__(self, process: "subprocess.Popen[bytes]", longest: int) -> None:
        self._process = process
        self._longest = longest
        self.out, self.errors = bytearray(), bytearray()

    def listen(self, deadline: float) -> End:
        """Read until both outputs end, or the time or the room is over."""
        with selectors.DefaultSelector() as selector:
            for pipe, kept in ((self._process.stdout, self.out), (self._process.stderr, self.errors)):
                if pipe is not None:
                    selector.register(pipe, selectors.EVENT_READ, kept)
            left_behind_until = float("inf")
            while selector.get_map() and time.monotonic() < left_behind_until:
                left = deadline - time.monotonic()
                if left <= 0:
                    return End.TOO_SLOW
                heard = self._hear(selector, min(left, _LOOK_AGAIN_S))
                if len(self.out) > self._longest:
                    return End.TOO_LARGE
                if not heard and self._process.poll() is not None:
                    # something that it left behind (a shared ssh connection) still holds a pipe
                    left_behind_until = min(left_behind_until, time.monotonic() + _LAST_WORDS_S)
        try:
            self._process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            return End.TOO_SLOW
        return End.BY_ITSELF

    def _hear(self, selector: selectors.BaseSelector, wait_s: float) -> bool:
        ready = selector.select(wait_s)
        for key, _ in ready:
            chunk = os.read(key.fd, _CHUNK)
            if not chunk:
                selector.unregister(key.fileobj)
            elif key.data is self.out or len(self.errors) < _LONGEST_ERRORS:
                key.data.extend(chunk)
        return bool(ready)


def _kill(process: "subprocess.Popen[bytes]") -> None:
    """End a command and its children, as far as this user may."""
    if process.poll() is not None:
        return
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return  # it has ended meanwhile
    except PermissionError:
        return  # sudo runs it as root; it ends by itself when it finds its output closed


def _code(process: "subprocess.Popen[bytes]") -> int | None:
    try:
        return process.wait(_DYING_S)
    except subprocess.TimeoutExpired:
        return None
