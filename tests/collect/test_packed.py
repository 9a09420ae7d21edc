"""A packed body is unpacked whole, or told to be too long, or told to be broken."""

import gzip
import tracemalloc
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hostile.patience import examples
from pve_backup_report.collect.packed import is_longer, unpacked

MIB = 1024**2


@examples(200)
@given(st.binary(max_size=300), st.integers(1, 200), st.integers(0, 40_000), st.sampled_from(["gzip", "X-Gzip", ""]))
def test_what_is_longer_is_never_unpacked_and_all_else_is(text: bytes, times: int, longest: int, encoding: str) -> None:
    body = text * times
    came = gzip.compress(body) if encoding else body
    assert is_longer(came, encoding, longest) == (len(body) > longest)
    assert unpacked(came, encoding, longest) == (None if len(body) > longest else body)


def test_what_is_longer_by_far_fills_no_memory() -> None:
    came = gzip.compress(b"x" * (100 * MIB), 1)
    tracemalloc.start()
    try:
        assert is_longer(came, "gzip", 90 * MIB)
        assert tracemalloc.get_traced_memory()[1] < 30 * MIB
    finally:
        tracemalloc.stop()
    assert not is_longer(came, "gzip", 100 * MIB)


@pytest.mark.parametrize("longest", [10, 10**6])
def test_what_is_cut_or_not_packed_at_all_is_told(longest: int) -> None:
    with pytest.raises(zlib.error):
        unpacked(b"not packed", "gzip", longest)
    with pytest.raises(EOFError):
        unpacked(gzip.compress(b"12345")[:-4], "gzip", longest)
    with pytest.raises(zlib.error, match="something follows"):
        unpacked(gzip.compress(b"12345") + gzip.compress(b"6"), "gzip", longest)
    assert not is_longer(b"not packed", "gzip", longest)
