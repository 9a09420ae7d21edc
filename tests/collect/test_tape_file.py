"""A tape on disk."""

import gzip
import tracemalloc

from large_tape import large_tape
from pve_backup_report.collect.tape_file import parse_tape, parse_tape_text, tape_bytes, tape_text


def test_a_tape_is_written_answer_by_answer() -> None:
    tape = large_tape(100)
    tracemalloc.start()
    packed = tape_bytes(tape, "t.json.gz")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    text = gzip.decompress(packed)
    assert peak < 1.5 * len(text)  # made as a whole it took more than four times its length
    assert text.decode() == tape_text(tape)
    assert parse_tape(parse_tape_text(text)) == tape
