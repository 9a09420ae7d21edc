"""JSON text that is safe on a terminal and that strict readers take."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pve_backup_report.render.json_report import json_report
from pve_backup_report.render.json_text import json_text
from pve_backup_report.render.language import load_language
from render.stories import STORIES

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**18), 10**18) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)
ANY_TEXT = st.text(alphabet=st.characters(exclude_categories=["Cs"]))
SURROGATES = st.text(alphabet=st.sampled_from('a\\"\ud83d\ude00\ud800\udfff\x7f\x1b\u202e'))


@pytest.mark.parametrize("story", STORIES)
@pytest.mark.parametrize("code", ["en", "fr"])
def test_a_report_is_printable_ascii(story: str, code: str) -> None:
    text = json_report(STORIES[story](), load_language(code))

    assert re.fullmatch(r"[\x20-\x7e\n]*", text)
    assert text.endswith("}\n")
    assert json.loads(text)["schema"] == "pve-backup-report/1"


@given(ANY_TEXT)
def test_text_survives(text: str) -> None:
    assert json.loads(json_text({"name": text})) == {"name": text}


@given(PLAIN)
def test_it_is_what_the_standard_library_writes(data: object) -> None:
    assert json_text(data) == json.dumps(data, indent=2).replace("\x7f", "\\u007f") + "\n"


def test_numbers_of_any_length_are_written() -> None:
    assert json.loads(json_text({"size": 10**400, "rate": 0.1})) == {"size": 10**400, "rate": 0.1}


@given(SURROGATES)
def test_half_a_surrogate_pair_becomes_a_replacement_character(text: str) -> None:
    written = json_text({"name": text})
    read = json.loads(written)["name"]

    read.encode()  # raises for a lone surrogate
    assert len(read) == len(text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace"))
    assert re.fullmatch(r"[\x20-\x7e\n]*", written)


def test_an_escaped_backslash_before_u_is_no_surrogate() -> None:
    assert json.loads(json_text(r"\ud800")) == r"\ud800"
    assert json.loads(json_text("\\\ud800")) == "\\\ufffd"
    assert json.loads(json_text("\ud83d\ude00")) == "\U0001f600"
