"""The ways in which an answer can be destroyed, each as what the server sends in place of the right one."""

import json
from collections.abc import Callable, Mapping

from fake_proxmox import How, Reply, refused

Destroy = Callable[[Reply], Reply]
ELSEWHERE = "https://elsewhere.example:8006/api2/json/version"
HUGE = 100 * 1024 * 1024


def _status(status: int, reason: str) -> Destroy:
    return lambda _: refused(status, reason)


def _instead(reply: Reply) -> Destroy:
    return lambda _: reply


def _data(change: Callable[[object], object]) -> Destroy:
    """Change what is told, and leave all around it as it was."""

    def destroy(right: Reply) -> Reply:
        if right.status != 200 or not right.body:
            return right
        whole = json.loads(right.body)
        return Reply(body=json.dumps({**whole, "data": change(whole.get("data"))}).encode())

    return destroy


def _of_other_types(data: object) -> object:
    """Every field is there, and none of them holds what it should."""
    if isinstance(data, list):
        return [{key: {"value": value} for key, value in item.items()} for item in data if isinstance(item, Mapping)]
    return [data]


def _first_of_other_types(data: object) -> object:
    changed = _of_other_types(data)
    if isinstance(data, list) and isinstance(changed, list):
        return [*changed[:1], *data[1:]]
    return changed


def _with_nulls(data: object) -> object:
    if isinstance(data, list):
        return [*data[1:], None]
    return dict.fromkeys(data) if isinstance(data, Mapping) else None


def _truncated(right: Reply) -> Reply:
    return Reply(body=right.body[: len(right.body) // 2])


QUICK: Mapping[str, Destroy] = {
    "401": _status(401, "No ticket"),
    "403": _status(403, "Permission check failed"),
    "404": _status(404, "Not found"),
    "500": _status(500, "Can't use an undefined value"),
    "501": _status(501, "Method not implemented"),
    "595": _status(595, "No route to host"),
    "596": _status(596, "Connection timed out"),
    "599": _status(599, "Too many redirections"),
    "reset": _instead(Reply.reset()),
    "cut off": lambda right: right.sent(How.CUT),
    "truncated": _truncated,
    "HTML": _instead(Reply.html()),
    "no data": _instead(Reply.no_data()),
    "empty body": _instead(Reply()),
    "null": _data(lambda _: None),
    "a string": _data(lambda _: "nonsense"),
    "a number": _data(lambda _: 17),
    "nested 400 deep": _instead(Reply(body=b'{"data": ' + b"[" * 400 + b"]" * 400 + b"}")),
    "wrong types": _data(_of_other_types),
    "one wrong type": _data(_first_of_other_types),
    "only nulls": _data(lambda data: [None] * max(1, len(data) if isinstance(data, list) else 1)),
    "null entries": _data(_with_nulls),
    "nested too deep": _instead(Reply(body=b'{"data": ' + b"[" * 100_000 + b"]" * 100_000 + b"}")),
    "a number of 5,000 digits": _instead(Reply(body=b'{"data": [' + b"9" * 5000 + b"]}")),
    "not a number": _instead(Reply(body=b'{"data": [NaN]}')),
    "100 MB": _instead(Reply.bomb(HUGE)),
    "redirect": _instead(Reply.redirect(ELSEWHERE)),
    "TLS garbled": lambda right: right.sent(How.GARBLE),
    "another certificate": _instead(Reply().sent(How.IMPOSTOR)),
}
"""Those that are over at once."""

SLOW: Mapping[str, Destroy] = {
    "timeout": _instead(Reply.hang()),
    "1 byte a second": lambda right: right.sent(How.DRIP, 1.0),
    "1 byte a second of the head": lambda right: right.sent(How.DRIP_HEAD, 1.0),
}
"""Those that would last for ever."""

ALL: Mapping[str, Destroy] = {**QUICK, **SLOW}
