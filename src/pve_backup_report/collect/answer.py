"""From an HTTP response to an answer: its data, or one clear line that says why there is none."""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from pve_backup_report.collect.credentials import Credentials
from pve_backup_report.collect.log_body import KeptLog, LogTexts, is_escaped, read_log_body
from pve_backup_report.collect.log_process import PlainLog
from pve_backup_report.collect.strict_json import parse_json
from pve_backup_report.model.answer import Answer, AnswerKind
from pve_backup_report.normalize.reading import number

LONGEST_ERROR = 500
"""Characters of an error."""
MOST_VALUES = 5_000_000
"""Values of one answer, such as the fields of 500,000 backups; unpacked they take a hundred times their length."""

_LONGEST_REFUSAL = 64 * 1024
_OK, _MULTIPLE_CHOICES, _BAD_REQUEST, _UNAUTHORIZED, _FORBIDDEN = 200, 300, 400, 401, 403
_KINDS = {_UNAUTHORIZED: AnswerKind.AUTHENTICATION, _FORBIDDEN: AnswerKind.REFUSED}


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """What came over the wire.

    Attributes:
        status: HTTP status.
        reason: the reason phrase; the only place of the error's text before libpve-http-server-perl 5.2.0.
        body: the whole body, unpacked.
        content_type: of the body, as the server says.
        location: where a redirect leads.
        of_log: whether lines of a task log were asked for.
    """

    status: int
    reason: str
    body: bytes
    content_type: str = ""
    location: str = ""
    of_log: bool = False


def read_answer(response: HttpResponse, credentials: Credentials, prefix: str) -> Answer:
    """Return the answer that a response carries.

    Args:
        response: what came over the wire; nothing in it is trusted.
        credentials: whose secrets must not get into the answer.
        prefix: what the server's settings begin with, such as ``PVE``.
    """
    if response.status != _OK:
        kind = _KINDS.get(response.status, AnswerKind.HTTP_STATUS)
        return Answer(kind, response.status, error=_refusal(response, credentials, prefix))
    if holds_too_much(response.body):
        error = f"HTTP {response.status}, but the answer holds more than {MOST_VALUES:,} values"
        return Answer(AnswerKind.TOO_LARGE, response.status, error=error)
    return (_read_log if response.of_log else _read_body)(response, credentials, prefix)


def log_answer(log: PlainLog) -> Answer:
    """Return the answer that a log is, of which only what is kept is here.

    Args:
        log: read aside.
    """
    return Answer(AnswerKind.OK, _OK, data=KeptLog(log.count, log.lines), total=_total(log.total))


def _read_log(response: HttpResponse, credentials: Credentials, prefix: str) -> Answer:
    log = read_log_body(response.body) if _is_plain(response.body, credentials) else None
    if log is not None:
        return Answer(AnswerKind.OK, response.status, data=LogTexts(log[0]), total=_total(log[1]))
    return _read_body(response, credentials, prefix)


def _read_body(response: HttpResponse, credentials: Credentials, prefix: str) -> Answer:
    try:
        body = parse_body(response.body, credentials)
    except ValueError:
        error = one_line(_not_json(response, prefix), credentials)
        return Answer(AnswerKind.NOT_JSON, response.status, error=error)
    if not isinstance(body, Mapping) or "data" not in body:
        return Answer(AnswerKind.NO_DATA, response.status, error=f"HTTP {response.status}, but the JSON holds no data")
    return Answer(AnswerKind.OK, response.status, data=body["data"], total=_total(body.get("total")))


def holds_too_much(body: bytes) -> bool:
    """Tell whether a body would fill the memory once it is unpacked, by what stands between values in JSON.

    Args:
        body: what came; nothing in it is trusted.
    """
    return len(body) > MOST_VALUES and sum(body.count(mark) for mark in (b",", b"[", b"{")) > MOST_VALUES


def parse_body(body: bytes, credentials: Credentials) -> object:
    """Return the JSON of a body, with no secret and no half character in it.

    Args:
        body: what came; nothing in it is trusted.
        credentials: whose secrets are taken out.

    Raises:
        ValueError: it is not JSON, or nested too deep.
    """
    parsed = parse_json(body)
    return parsed if _is_plain(body, credentials) else credentials.scrub_data(parsed)


def _is_plain(body: bytes, credentials: Credentials) -> bool:
    """Tell whether there is surely neither a secret nor half a character in a body."""
    return not is_escaped(body) and not credentials.is_in(body)


def one_line(text: str, credentials: Credentials) -> str:
    """Return text of unknown origin as one line without control characters and secrets, at most 500 characters.

    Args:
        text: what the server wrote.
        credentials: whose secrets is taken out.
    """
    # Before and after: dropping an invisible character can put a secret together again.
    visible = "".join(_visible(character) for character in credentials.scrub(text))
    line = credentials.scrub(" ".join(visible.split()))
    return line if len(line) <= LONGEST_ERROR else f"{line[: LONGEST_ERROR - 1]}…"


def _visible(character: str) -> str:
    category = unicodedata.category(character)
    if category in {"Cc", "Zl", "Zp"}:
        return " "
    return "" if category in {"Cf", "Cs"} else character  # direction marks and half characters


def _total(value: object) -> int | None:
    total = None if isinstance(value, bool) else number(value)
    return total if total is not None and total >= 0 else None


def _not_json(response: HttpResponse, prefix: str) -> str:
    start = f"HTTP {response.status}, but"
    if not response.body.strip():
        return f"{start} the answer is empty"
    if response.body.lstrip()[:1] in {b"{", b"["}:
        return f"{start} the JSON is broken, nested too deep or cut off after {len(response.body)} bytes"
    return f"{start} not JSON ({response.content_type or 'of no type'}); check that {prefix}_API_URL leads to the API"


def _refusal(response: HttpResponse, credentials: Credentials, prefix: str) -> str:
    text = _joined(" ".join(credentials.scrub(text).split()) for text in _texts(response))
    line = one_line(f"HTTP {response.status} {text}", credentials)
    if response.status == _UNAUTHORIZED:
        advice = credentials.advice(prefix)
    elif _MULTIPLE_CHOICES <= response.status < _BAD_REQUEST and response.location:
        target = one_line(_host(response.location), credentials)
        advice = f"it redirects to {target}, which is not followed; correct {prefix}_API_URL"
    else:
        return line
    return f"{line[: LONGEST_ERROR - len(advice) - 3]} ({advice})"


def _host(location: str) -> str:
    """Return the host that a redirect leads to; not its path, which can hold anything."""
    try:
        url = urlsplit(location)
        if not url.netloc:
            return "another path of the same host"
        return url.hostname + (f":{url.port}" if url.port else "") if url.hostname else "nowhere"
    except ValueError:
        return "an address that makes no sense"


def _joined(texts: Iterator[str]) -> str:
    """Return what was said, each thing once: the reason phrase is often the first line of the message."""
    kept: list[str] = []
    for text in texts:
        known = [other.casefold() for other in kept]
        if not text or any(text.casefold() in other for other in known):
            continue
        kept = [*(other for other in kept if other.casefold() not in text.casefold()), text]
    if len(kept) <= 1:
        return "".join(kept)
    return f"{kept[0].rstrip('.:')}: {'; '.join(kept[1:])}"


def _texts(response: HttpResponse) -> Iterator[str]:
    yield _mended(response.reason)
    if len(response.body) > _LONGEST_REFUSAL:  # no error of Proxmox is that long
        return
    try:
        body = parse_json(response.body)
    except ValueError:
        # The errors of a PBS are plain text, whatever the type says (proxmox-rest-server src/formatter.rs). A page of
        # HTML comes from a proxy and says no more than its status.
        text = response.body.decode("utf-8", "replace")
        if not text.lstrip().startswith("<"):
            yield text
        return
    if isinstance(body, str):
        yield body
    if not isinstance(body, Mapping):
        return
    message, errors = body.get("message"), body.get("errors")
    if isinstance(message, str):
        yield message
    if isinstance(errors, str):
        yield errors
    if isinstance(errors, Mapping):
        yield from (f"{name}: {text}" for name, text in errors.items())


def _mended(reason: str) -> str:
    """Return the reason phrase in the UTF-8 that Proxmox writes; Python reads it as Latin-1."""
    try:
        return reason.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return reason
