"""JSON of anybody: what may be in it, so that whatever uses it afterwards neither fails nor writes nonsense."""

import json
import math
import re

import msgspec

_MOST_ROUNDS = 50  # lists and objects within each other, or twice as many that take turns; Proxmox nests a handful
_LARGE = 16 * 1024
_OTHERS = bytes(set(range(256)) - set(b'[]{}"'))
_STRING = re.compile(rb'"[^"]*"?')


def parse_json(body: bytes) -> object:
    """Return what the JSON says.

    Args:
        body: UTF-8.

    Raises:
        ValueError: it is no JSON, or holds a number that no program can count with, or is nested too deep.
    """
    if _is_deep(body):
        raise ValueError("nested too deep")
    # a second answer in the place of the first; of other keys nothing depends on which of two is taken
    twice = body.count(b'"data"') > 1
    try:
        return (_EACH_ONCE.decode if twice else _decode)(body.decode("utf-8"))
    except RecursionError:
        raise ValueError("nested too deep") from None


def _decode(text: str) -> object:
    """Return what the JSON says, as msgspec reads it; what that does not take is for the standard library to judge."""
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return _DECODER.decode(text)


def _is_deep(body: bytes) -> bool:
    """Tell without a parser, which would itself fail, whether the body is nested deeper than a reader can follow.

    Escaped quotes and all but quotes and brackets are taken out, then what stands in quotes, then the innermost pairs
    of brackets, round by round. That needs no more than a few passes over the bytes, however large they are. What has
    fewer brackets than rounds needs none; of what is large it is not worth counting them, for it has more.
    """
    if len(body) <= _LARGE and body.count(b"[") + body.count(b"{") <= _MOST_ROUNDS:
        return False
    # one byte is found much faster than two, and most bodies have no escape
    plain = body.replace(b"\\\\", b"").replace(b'\\"', b"") if b"\\" in body else body
    brackets = _STRING.sub(b"", plain.translate(None, _OTHERS).replace(b'""', b""))
    for _ in range(_MOST_ROUNDS):
        outer = brackets.replace(b"{}", b"").replace(b"[]", b"")
        if len(outer) == len(brackets):
            return False
        brackets = outer
    return bool(brackets)


def _no_number(word: str) -> object:
    raise ValueError(f"{word} is not JSON")


def _finite(digits: str) -> float:
    number = float(digits)
    return number if math.isfinite(number) else _overflow()


def _overflow() -> float:
    raise ValueError("a number is too large")


def _each_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key comes twice")
    return found


_EACH_ONCE = json.JSONDecoder(parse_constant=_no_number, parse_float=_finite, object_pairs_hook=_each_once)
_DECODER = json.JSONDecoder(parse_constant=_no_number, parse_float=_finite)
