"""What pvesh prints and how it ends, out of what the API answers (pve-manager PVE/CLI/pvesh.pm)."""

import gzip
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote

Api = Callable[[str, dict[str, str]], Any]
_PAGED = re.compile(r"/nodes/[^/]+/tasks(/[^/]+/log)?")


@dataclass(frozen=True, slots=True)
class Words:
    """What one run says: on stdout, on stderr, its exit code; `hang` keeps it from ending, with a child of its own."""

    out: str = ""
    err: str = ""
    code: int = 0
    hang: bool = False


def said(answer: Any) -> Words:  # noqa: ANN401 -- words, a simulator's answer, or plain data
    """The words of an answer: those a test wrote, a simulator's answer in pvesh's manner, or plain data."""
    if isinstance(answer, Words):
        return answer
    status = getattr(answer, "status", 200)
    if status == 200:
        return Words(json.dumps(getattr(answer, "data", answer), ensure_ascii=False))
    if status == 595:
        ssh = "ssh: connect to host 10.0.0.2 port 22: No route to host"
        return Words(err=f"{ssh}\nproxy handler failed: command 'ssh -- pvesh' failed: exit code 255\n", code=255)
    if status == 501:
        return Words(err="No 'get' handler defined for '/x'\n", code=1)
    code = "" if status == 500 else f"{status} "  # a plain die has none
    errors = "".join(f"{name}: {text}\n" for name, text in dict(answer.extra).get("errors", {}).items())
    return Words(err=f"{code}{answer.reason}\n{errors}", code=255)


@dataclass(frozen=True, slots=True)
class _Recorded:
    status: int
    reason: str
    data: object
    extra: tuple[tuple[str, object], ...] = ()


def recorded_api(path: Path) -> Api:
    """The API out of a recording of HTTP answers; lists are cut as `start` and `limit` ask, and tell no total."""
    responses: Mapping[str, Mapping[str, Any]] = json.loads(gzip.decompress(path.read_bytes()))["responses"]
    longest_last = sorted(responses.items(), key=lambda item: len(item[1]["body"]))
    known = {_key(asked): answer for asked, answer in longest_last}

    def api(asked: str, query: dict[str, str]) -> _Recorded:
        paged = _PAGED.fullmatch(asked) is not None
        answer = known.get((asked, frozenset((query if not paged else _unpaged(query)).items())))
        if answer is None:
            return _Recorded(501, "not implemented", None)
        data = json.loads(answer["body"] or "{}").get("data")
        if paged and isinstance(data, list):
            start = int(query.get("start", 0))
            data = data[start : start + int(query.get("limit", 50))]
        return _Recorded(answer["status"], answer["reason"], data)

    return api


def _unpaged(query: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in query.items() if name not in ("start", "limit")}


def _key(asked: str) -> tuple[str, frozenset[tuple[str, str]]]:
    bare, _, query = asked.partition("?")
    options = dict(parse_qsl(query, keep_blank_values=True))
    path = unquote(bare)
    return path, frozenset((_unpaged(options) if _PAGED.fullmatch(path) else options).items())
