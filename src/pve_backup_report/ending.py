"""How the process ends when it is asked to: cleanly where that is quick, and within two seconds in any case.

It is imported before all else, so it imports little.
"""

import atexit
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from types import FrameType
from typing import NoReturn

_GRACE_S = 1.0
"""What cleaning up may take: whoever asked waits two seconds, and a busy machine needs some of that."""

_CODES = {
    getattr(signal, name): (code, f"ERROR: {told}\n")
    for name, code, told in (
        ("SIGINT", 130, "interrupted"),
        ("SIGTERM", 143, "stopped by SIGTERM"),
        ("SIGHUP", 129, "stopped by SIGHUP"),
    )
    if hasattr(signal, name)
}
_SHOW_CURSOR = b"\x1b[?25h"
_last_acts: list[Callable[[], None]] = []
_requests: list[int] = []


class StoppedError(BaseException):
    """The process was asked to end: as with ``KeyboardInterrupt``, what is under way cleans up after itself."""


def at_the_last(act: Callable[[], None]) -> None:
    """Have something done before the process ends because it was asked to, such as ending another process.

    Args:
        act: quick, and safe to call from any thread and more than once.
    """
    _last_acts.append(act)


def no_longer(act: Callable[[], None]) -> None:
    """Forget what was to be done at the last."""
    with suppress(ValueError):
        _last_acts.remove(act)


def heed() -> None:
    """End what is under way when that was asked for already: some libraries make a fault of their own of it.

    Raises:
        KeyboardInterrupt: it was asked for by Ctrl-C.
        StoppedError: it was asked for otherwise.
    """
    if _requests:
        _break_off(_requests[0])


def to_the_end(work: Callable[[], int]) -> NoReturn:
    """Do the work of the process, and end it with the exit code; sooner when it is asked to end.

    Args:
        work: returns the exit code.
    """
    sys.unraisablehook = _without_requests
    try:
        try:
            _listen(_ask, _GRACE_S)
            code = work()
            heed()
        finally:
            _turn_deaf()
    except KeyboardInterrupt:
        _leave(signal.SIGINT)
    except StoppedError as asked:
        _leave(signal.Signals(asked.args[0]))
    sys.exit(code)


def end_at_once() -> None:
    """Let this process, which another one started, end as soon as that one asks; Ctrl-C is for that one alone."""
    _turn_deaf()
    _listen(_say_nothing, 0.0, but=signal.SIGINT)


def end_now() -> NoReturn:
    """End this process, which has nobody any more to work for."""
    _act_last()
    os._exit(_CODES[signal.SIGTERM][0])


def _listen(handler: Callable[[int, FrameType | None], None], grace_s: float, but: int | None = None) -> None:
    """Hear each request to end twice: here, and in a thread that ends the process when nothing here comes to it."""
    for number in _CODES:
        # ignored by who started us (nohup, a job in the background): it stays so
        if number != but and signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, handler)
    heard, told = os.pipe()
    os.set_blocking(told, False)
    signal.set_wakeup_fd(told, warn_on_full_buffer=False)
    threading.Thread(target=_see_to_it, args=(heard, grace_s), name="ending", daemon=True).start()
    if hasattr(signal, "pthread_sigmask"):  # those that came before, see __main__
        signal.pthread_sigmask(signal.SIG_UNBLOCK, set(_CODES) - {but})


def _see_to_it(heard: int, grace_s: float) -> None:
    """End the process a little after it was asked to, whatever keeps it from doing so itself: a library, a lock, C."""
    while requests := os.read(heard, 1):
        number = requests[0]
        if number in _CODES:
            time.sleep(grace_s)
            _act_last()
            code, told = _CODES[number]
            with suppress(OSError):
                if grace_s:
                    os.write(2, (_SHOW_CURSOR if os.isatty(2) else b"") + told.encode())
            os._exit(code)


def _ask(number: int, _: FrameType | None) -> None:
    _turn_deaf()  # once is enough: nothing shall break into what cleans up
    _requests.append(number)
    _break_off(number)


def _break_off(number: int) -> NoReturn:
    if number == signal.SIGINT:
        raise KeyboardInterrupt
    raise StoppedError(number)


def _say_nothing(*_: object) -> None:
    """The other thread ends the process."""


def _turn_deaf() -> None:
    for number in _CODES:
        if signal.getsignal(number) in (_ask, signal.default_int_handler):
            signal.signal(number, signal.SIG_IGN)


def _leave(number: signal.Signals) -> NoReturn:
    """End the process without waiting for any thread, which may wait itself for an answer that never comes."""
    code, told = _CODES[number]
    _act_last()
    sys.unraisablehook = (
        _say_nothing  # what was broken off leaves halves, such as a handler of the log without its lock
    )
    with suppress(Exception):
        sys.stderr.write(told)
    with suppress(Exception):
        atexit._run_exitfuncs()  # noqa: SLF001 -- the only way to them that waits for no thread
    for stream in (sys.stdout, sys.stderr):
        with suppress(Exception):
            stream.flush()
    os._exit(code)


def _act_last() -> None:
    for act in tuple(_last_acts):
        with suppress(Exception):
            act()


def _without_requests(fault: "sys.UnraisableHookArgs") -> None:
    """Keep quiet about a request to end that came where nothing can be raised; the other thread sees to it."""
    if not issubclass(fault.exc_type, KeyboardInterrupt | StoppedError):
        sys.__unraisablehook__(fault)
