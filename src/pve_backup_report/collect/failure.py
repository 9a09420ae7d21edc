"""Why no answer came: from the exceptions of requests, urllib3, ssl and socket to one kind and one sentence."""

import errno
import os
import socket
import ssl
import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from http.client import HTTPException, IncompleteRead

import urllib3.exceptions as wire

from pve_backup_report.errors import causes_of
from pve_backup_report.model.answer import AnswerKind

_NO_ROUTE = frozenset({errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EHOSTDOWN, errno.ENETDOWN})
_MANY, _ONCE, _NEVER = 9, 1, 0

_Causes = tuple[BaseException, ...]


@dataclass(frozen=True, slots=True)
class Failure:
    """What kept an answer from coming.

    Attributes:
        kind: UNREACHABLE, TLS, TIMEOUT or NOT_JSON.
        text: what happened, to be put behind the server's name; empty for TLS.
        retries: how many more tries it is worth.
        tls: the innermost TLS error, where there is one.
    """

    kind: AnswerKind
    text: str
    retries: int
    tls: ssl.SSLError | None = None


def failure(error: BaseException, *, prefix: str, connect_s: float, answer_s: float) -> Failure:
    """Return what an exception means.

    Args:
        error: what requests raised.
        prefix: what the server's settings begin with, such as ``PVE``.
        connect_s: seconds that a connection may take.
        answer_s: seconds that a whole answer may take.
    """
    causes = tuple(causes_of(error))
    for kinds, judge in _CASES:
        if any(isinstance(cause, kinds) for cause in causes):
            found = judge(causes)
            return replace(found, text=found.text.format(prefix=prefix, connect_s=connect_s, answer_s=answer_s))
    return Failure(
        AnswerKind.UNREACHABLE, f"it cannot be asked ({type(causes[-1]).__name__}); check {prefix}_API_URL", _NEVER
    )


def _not_in_time(_: _Causes) -> Failure:
    # Each further try would cost as long again, and a host that is down does not come back meanwhile.
    return Failure(
        AnswerKind.UNREACHABLE, "no connection within {connect_s:g} s; check {prefix}_API_URL and the firewall", _NEVER
    )


def _lost(_: _Causes) -> Failure:
    return Failure(AnswerKind.UNREACHABLE, "the server closed the connection before its answer was whole", _MANY)


def _not_trusted(causes: _Causes) -> Failure:
    innermost = next((cause for cause in reversed(causes) if isinstance(cause, ssl.SSLError)), None)
    return Failure(AnswerKind.TLS, "", _NEVER, innermost)


def _no_name(causes: _Causes) -> Failure:
    for_now = any(isinstance(cause, socket.gaierror) and cause.errno == socket.EAI_AGAIN for cause in causes)
    if for_now:
        return Failure(AnswerKind.UNREACHABLE, "the name cannot be looked up just now; check this machine's DNS", _MANY)
    return Failure(AnswerKind.UNREACHABLE, "the name is not known; check {prefix}_API_URL", _NEVER)


def _not_connected(causes: _Causes) -> Failure:
    reason = next((cause for cause in reversed(causes) if isinstance(cause, OSError) and cause.errno), None)
    if isinstance(reason, ConnectionRefusedError):
        return Failure(AnswerKind.UNREACHABLE, "connection refused; check the port in {prefix}_API_URL", _MANY)
    if reason is not None and reason.errno in _NO_ROUTE:
        return Failure(AnswerKind.UNREACHABLE, "no route to it; check {prefix}_API_URL and the network", _ONCE)
    words = os.strerror(reason.errno) if reason is not None and reason.errno else "no reason given"
    return Failure(AnswerKind.UNREACHABLE, f"no connection ({words}); check {{prefix}}_API_URL", _ONCE)


def _too_slow(_: _Causes) -> Failure:
    # The server may still be at work on it, and it has only three workers: one more try, no more.
    return Failure(AnswerKind.TIMEOUT, "no whole answer within {answer_s:g} s (PVE_TIMEOUT)", _ONCE)


def _not_unpacked(_: _Causes) -> Failure:
    return Failure(AnswerKind.NOT_JSON, "the compressed answer cannot be unpacked", _NEVER)


def _not_http(_: _Causes) -> Failure:
    return Failure(AnswerKind.UNREACHABLE, "the answer is not HTTP as it should be", _NEVER)


# The first that fits counts: what stands further down is wrapped around, or is the parent of, what stands above.
_CASES: tuple[tuple[tuple[type[BaseException], ...], Callable[[_Causes], Failure]], ...] = (
    ((socket.gaierror,), _no_name),
    ((wire.NewConnectionError,), _not_connected),
    ((wire.ConnectTimeoutError,), _not_in_time),
    ((ssl.SSLEOFError, ssl.SSLZeroReturnError), _lost),
    ((ssl.SSLError, wire.SSLError), _not_trusted),
    ((wire.ReadTimeoutError, TimeoutError), _too_slow),
    ((ConnectionError, wire.IncompleteRead, IncompleteRead, EOFError), _lost),
    ((zlib.error,), _not_unpacked),
    ((HTTPException, wire.HTTPError), _not_http),
)
