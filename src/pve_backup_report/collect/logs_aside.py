"""Logs are read in a process of its own, on another core, while this one asks.

Reading them takes as long as all the rest of the asking, and Python works on one thing at a time in a process. It is a
short way and no other: what that process cannot tell, and all when it is not there, is read in this one.
"""

import logging
import os
import select
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from pve_backup_report.collect.cores import children_on
from pve_backup_report.collect.log_process import LENGTH, PackedLog, PlainLog, Question, Reply, framed

PATIENCE_S = 30.0
"""Seconds after which a process that takes or says nothing is given up."""

WORTH_A_PROCESS = 256 * 1024
"""Bytes of logs, as they come, after which a process is started: to read as many takes half as long as it to begin."""

_LOG = logging.getLogger(__name__)
_PROCESS = "pve_backup_report.collect.log_process"
_DECODER = msgspec.msgpack.Decoder(Reply)
_FAILURES = (OSError, EOFError, ValueError, msgspec.MsgspecError)  # gone, or hangs, or talks nonsense
_KEPT_SETTINGS = ("PYTHONHOME", "LD_LIBRARY_PATH")  # what Python may need to start; secrets are in others


class LogsAside:
    """Reads logs in another process, once it is worth one or told to start it. Threads may share it."""

    def __init__(self, cores: frozenset[int]) -> None:
        """Prepare; nothing is started yet.

        Args:
            cores: where the other process may run; with none there will not be one.
        """
        self._cores = cores
        self._sending = threading.Lock()
        self._seen = 0
        self._sent = 0
        self._latest = threading.Event()  # that what was sent last is answered, or never will be
        self._latest.set()
        self._line: socket.socket | None = None
        self._is_ready = False
        self._is_over = False
        self.process: subprocess.Popen[bytes] | None = None
        """The other process, once it was started."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """End the other process; whoever waits for it reads for himself."""
        self._give_up()
        if self.process is not None:
            self.process.wait()
        with self._sending:
            self._latest.wait()  # nobody uses the line any more
            if self._line is not None:
                self._line.close()

    def start(self) -> None:
        """Start the other process, unless that was tried; until it is ready it tells nothing."""
        with self._sending:
            self._start()

    def is_starting(self) -> bool:
        """Tell whether the other process was started and is not ready yet: a log that comes later is read sooner."""
        line = self._line
        if line is None or self._is_ready or self._is_over:
            return False
        with self._sending:
            try:
                return not self._is_there(line)
            except _FAILURES as error:
                self._fail(error)
                return False

    def read(self, log: PackedLog) -> PlainLog | None:
        """Return what is kept of a log; None where the other process does not tell.

        Args:
            log: what came; nothing in it is trusted.
        """
        mine = threading.Event()
        try:
            return self._ask(log, mine)
        except _FAILURES as error:
            self._fail(error)
            return None
        finally:
            mine.set()

    def _ask(self, log: PackedLog, mine: threading.Event) -> PlainLog | None:
        """Send a log, and wait for its turn to be answered: answers come in the order of the questions."""
        with self._sending:
            self._seen += len(log.came)
            if self._seen >= WORTH_A_PROCESS:
                self._start()
            line = self._line
            if line is None or not self._is_there(line):
                return None
            self._sent += 1
            number = self._sent
            before, self._latest = self._latest, mine
            line.sendall(framed(Question(number, log)))
        before.wait()
        if self._is_over:
            return None
        reply = _reply(line)
        if reply.number != number:
            raise ValueError("the answer to another question")
        return reply.log

    def _start(self) -> None:
        if self._line is not None or not self._cores or self._is_over:
            return
        path = _path_of_modules()
        if path is None:
            self._is_over = True
            return
        settings = {name: os.environ[name] for name in _KEPT_SETTINGS if name in os.environ}
        try:
            ours, theirs = socket.socketpair()
            ours.settimeout(PATIENCE_S)
            self._line = ours
            with theirs, children_on(self._cores):
                self.process = subprocess.Popen(  # noqa: S603 -- ourselves
                    [sys.executable, "-B", "-P", "-S", "-m", _PROCESS],
                    env={**settings, "PYTHONPATH": path},
                    stdin=theirs.fileno(),
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    process_group=0,  # Ctrl-C is for this process, and ends the other one with it
                )
        except OSError as error:
            _LOG.info("Logs are read in this process: no other one could be started (%s).", error.strerror)

    def _is_there(self, line: socket.socket) -> bool:
        """Tell whether the process is ready; whoever asks does so before he sends, and one at a time."""
        if not self._is_ready and not self._is_over:
            waiting = select.poll()
            waiting.register(line, select.POLLIN)
            self._is_ready = bool(waiting.poll(0)) and _reply(line).number == 0
        return self._is_ready and not self._is_over

    def _fail(self, error: Exception) -> None:
        if not self._is_over:
            _LOG.info("Logs are read in this process from now on: the other one failed (%s).", type(error).__name__)
        self._give_up()

    def _give_up(self) -> None:
        """Use the other process no more; whoever waits for it is told at once."""
        self._is_over = True
        if self.process is not None:
            self.process.kill()
        if self._line is not None:
            with suppress(OSError):
                self._line.shutdown(socket.SHUT_RDWR)


def _path_of_modules() -> str | None:
    """Return where the other process finds the modules of this one; None where it might find others there."""
    places = [place for place in sys.path if place != ""]
    fit = all(isinstance(place, str) and Path(place).is_absolute() and os.pathsep not in place for place in places)
    return os.pathsep.join(places) if fit and sys.executable else None


def _reply(line: socket.socket) -> Reply:
    """Return the next message.

    Raises:
        OSError, EOFError, msgspec.MsgspecError: there will be none.
    """
    return _DECODER.decode(_exactly(line, int.from_bytes(_exactly(line, LENGTH), "big")))


def _exactly(line: socket.socket, length: int) -> bytes:
    came = bytearray()
    while len(came) < length:
        more = line.recv(length - len(came))
        if not more:
            raise EOFError
        came += more
    return bytes(came)
