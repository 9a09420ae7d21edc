"""Logs are read in a process of its own, on another core, while this one asks.

Reading them takes as long as all the rest of the asking, and Python works on one thing at a time in a process. It is a
short way and no other: what that process cannot tell, and all when it is not there, is read in this one.
"""

import os
import select
import subprocess
import sys
import threading
from contextlib import suppress
from types import TracebackType
from typing import Self

import msgspec

from pve_backup_report.collect.log_process import PackedLog, PlainLog, receive, send

_PROCESS = "pve_backup_report.collect.log_process"
PATIENCE_S = 30.0
"""Seconds after which a process that says nothing is given up."""
_DECODER: msgspec.msgpack.Decoder[PlainLog | None] = msgspec.msgpack.Decoder(PlainLog | None)
_KEPT_SETTINGS = ("PYTHONHOME", "LD_LIBRARY_PATH")  # what Python may need to start; secrets are in others


class LogsAside:
    """Reads logs in another process, once it was told to start one. Threads may share it."""

    def __init__(self, cores: frozenset[int]) -> None:
        """Prepare; nothing is started yet.

        Args:
            cores: where the other process may run; with none there will not be one.
        """
        self._cores = cores
        self._sending = threading.Lock()
        self._latest = threading.Event()  # that the message before the next one was received
        self._latest.set()
        self.process: subprocess.Popen[bytes] | None = None
        """The other process, once it was started."""
        self._is_ready = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """End the other process; whoever waits for it reads for himself."""
        self._cores = frozenset()
        process = self.process
        if process is None:
            return
        process.kill()
        process.wait()
        with self._sending:
            self._latest.wait()  # nobody uses the pipes any more
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    with suppress(OSError):
                        pipe.close()

    def start(self) -> None:
        """Start the other process, where it has cores to run on; until it is ready it tells nothing."""
        if not self._cores or self.process is not None:
            return
        settings = {name: os.environ[name] for name in _KEPT_SETTINGS if name in os.environ}
        with suppress(OSError):
            self.process = subprocess.Popen(  # noqa: S603 -- ourselves
                [sys.executable, "-P", "-S", "-m", _PROCESS, *map(str, sorted(self._cores))],
                env={**settings, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                process_group=0,  # Ctrl-C is for this process, and ends the other one with it
            )

    def read(self, log: PackedLog) -> PlainLog | None:
        """Return what is kept of a log; None where the other process does not tell.

        Args:
            log: what came; nothing in it is trusted.
        """
        process = self.process
        if process is None or process.stdin is None or process.stdout is None:
            return None
        mine = threading.Event()
        try:
            with self._sending:
                if not self._is_there():
                    return None
                send(process.stdin, msgspec.msgpack.encode(log))
                before, self._latest = self._latest, mine
            before.wait()
            message = self._message(PATIENCE_S)
            if message is not None:
                return _DECODER.decode(message)
        except (OSError, ValueError, msgspec.DecodeError):
            pass
        finally:
            mine.set()
        self._cores = frozenset()
        process.kill()
        return None

    def _is_there(self) -> bool:
        """Tell whether the process is ready; whoever asks does so before he sends, and one at a time."""
        if self._cores and not self._is_ready:
            self._is_ready = self._message(0.0) == b""
        return bool(self._cores) and self._is_ready

    def _message(self, patience_s: float) -> bytes | None:
        """Return the next message of the process; None when it sends none in time, or is gone."""
        if self.process is None or self.process.stdout is None:
            return None
        sent, _, _ = select.select([self.process.stdout], [], [], patience_s)
        return receive(self.process.stdout) if sent else None
