"""JSON is read as Python's own parser reads it, but for what no program can use."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hostile.patience import examples
from pve_backup_report.collect.strict_json import parse_json

TEXT = st.text(st.characters(codec="utf-16", exclude_categories=())) | st.sampled_from(["data", "\ud800", "\x00", '"'])
NUMBER = st.integers() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False, allow_infinity=False)
JSON = st.recursive(
    st.none() | st.booleans() | NUMBER | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


@examples(500)
@given(JSON, st.booleans(), st.sampled_from([None, 1]))
def test_what_is_json_is_read_as_it_is(data: object, escaped: bool, indent: int | None) -> None:  # noqa: FBT001 -- drawn
    text = json.dumps(data, ensure_ascii=escaped, indent=indent)
    try:
        body = text.encode()
    except UnicodeEncodeError:  # half a character, which no body can hold
        return
    assert repr(parse_json(body)) == repr(json.loads(body))


@pytest.mark.parametrize(
    "body",
    [
        b"1e999", b"-1e999", b"NaN", b"-Infinity", b"[1,]", b"01", b"'a'", b'"\x01"', b'"\xff"', b"\xef\xbb\xbf1", b"",
        b"1 2", b"[" * 60 + b"]" * 60, b"[" * 100_000, b"1" + b"0" * 5_000, b'{"data":1,"data":2}',
    ],
)  # fmt: skip
def test_what_no_program_can_use_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 -- what it says is told in other words
        parse_json(body)


def test_of_a_key_that_comes_twice_the_last_counts_unless_it_is_the_answer() -> None:
    assert parse_json(b'{"a":1,"a":2}') == {"a": 2}
