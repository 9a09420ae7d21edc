"""One answer of an API: its data, or why there is none."""

from dataclasses import dataclass
from enum import StrEnum


class AnswerKind(StrEnum):
    """What came back."""

    OK = "ok"
    UNREACHABLE = "unreachable"
    TLS = "tls"
    AUTHENTICATION = "authentication"  # 401
    REFUSED = "refused"  # 403
    HTTP_STATUS = "http-status"  # any other status that is not 200
    NOT_JSON = "not-json"
    NO_DATA = "no-data"  # JSON without a ``data`` key
    TIMEOUT = "timeout"
    TOO_LARGE = "too-large"
    NOT_ASKED = "not-asked"  # the run had no time left for it


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as a value; an error is data as well.

    Attributes:
        kind: what came back.
        status: HTTP status; None when there was no HTTP answer.
        data: the ``data`` of the body; None unless ``kind`` is OK.
        total: the ``total`` beside ``data``, when Proxmox sends one (it leaves a total of 0 out).
        error: one clear line, such as ``HTTP 403 Permission check failed (/, Sys.Audit)``; None when OK.
        after_s: whole seconds after the tape's clock reading at which it came.
    """

    kind: AnswerKind
    status: int | None = None
    data: object = None
    total: int | None = None
    error: str | None = None
    after_s: int = 0

    @property
    def ok(self) -> bool:
        """Whether ``data`` may be read."""
        return self.kind is AnswerKind.OK
