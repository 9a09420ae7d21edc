"""Any bytes as a tape, a file of settings, a policy or a register of restores: a report, or sentences and exit code 2.

``EXAMPLES=5000`` tries more of it.
"""

import gzip
import json
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hostile.mangling import WILD, mangle, small_tape
from hostile.outputs import inert
from hostile.patience import examples
from program.running import run
from pve_backup_report.collect.tape_file import tape_text
from pve_backup_report.errors import SettingsError
from pve_backup_report.settings import KNOWN_NAMES, read_settings
from test_policy_file import GOOD

REGISTER = '[[restore]]\ndate = 2026-03-01\nguest = 100\nresult = "ok"\nwho = "Ana"\nnote = "rack"\n'
_JUNK = (b"", b"\0", b"\xff\xfe", b"\n", b"[[", b'"', b"=", b"{", b"9" * 5000, b"\\ud800", "\u202e".encode())
ENVIRON = b"PVE_API_URL=https://pve1.lan\nPVE_API_TOKEN_ID='a@pve!b'\nPVE_API_TOKEN_SECRET=x # why\nREPORT_KEEP=30\n"


def damaged(content: bytes, dice: random.Random) -> bytes:
    """Return a file that was cut, flipped, doubled or soiled somewhere."""
    at, end = sorted((dice.randrange(len(content) + 1), dice.randrange(len(content) + 1)))
    junk = dice.choice(_JUNK)
    return dice.choice((
        content[:at],
        content[:at] + junk + content[at:],
        content[:at] + junk + content[end:],
        content[:end] + content[at:],
        content[:at] + bytes([dice.randrange(256)]) + content[at + 1 :],
    ))  # fmt: skip


def told(folder: Path, *argv: str, **environ: str) -> int:
    """Run the program; whatever it says is sentences, and whatever it writes is no half file."""
    outcome = run(folder, *argv, environ=environ)
    assert outcome.code in (0, 2), outcome.err[-2000:]
    for line in outcome.err.split("\n"):
        inert(line)
    assert (outcome.code == 2) == ("ERROR: " in outcome.err)
    return outcome.code


def replayed(folder: Path, content: bytes) -> int:
    (folder / "t.json").write_bytes(content)
    return told(folder, "--replay", "t.json", "--dump-coverage")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("any")


@examples(25)
@given(seed=st.integers(0, 2**32))
def test_a_damaged_tape_is_a_tape_or_none(seed: int, place: Path) -> None:
    dice = random.Random(seed)
    content = tape_text(small_tape(seed % 2)).encode()
    if seed % 3 == 0:
        content = gzip.compress(content, 1, mtime=0)
    replayed(place, damaged(content, dice))


@examples(25)
@given(seed=st.integers(0, 2**32))
def test_a_tape_of_wrong_values_is_a_tape_or_none(seed: int, place: Path) -> None:
    dice = random.Random(seed)
    body = json.loads(tape_text(small_tape(seed % 2)))
    head = mangle({key: value for key, value in body.items() if key != "answers"}, dice, dice.choice((0.01, 0.2)))
    whole = {**head, "answers": mangle(body["answers"], dice, 0.001)} if isinstance(head, dict) else head
    replayed(place, json.dumps(whole).encode())


@pytest.mark.parametrize(
    "change",
    [
        {"format": "pve-backup-report-tape/2"},
        {"asked_at": 10**15},
        {"asked_at": -1},
        {"asked_at": "now"},
        {"timezone": "../../etc/passwd"},
        {"timezone": None},
        {"jobs_path": "/{0.__class__}"},
        {"jobs_path": "{"},
        {"history_limit": 10**30},
        {"log_limit": 10**30},
        {"answers": []},
        {"answers": {"/version": 1}},
        {"answers": {"/version": {"kind": "no such kind"}}},
        {"answers": {"/version": {"kind": "ok", "total": "many"}}},
        {"pbs": None},
        {"pbs": [1]},
        {"entrance": "the window"},
    ],
    ids=str,
)
def test_a_tape_with_a_head_that_is_none_is_told(change: dict[str, object], tmp_path: Path) -> None:
    body = json.loads(tape_text(small_tape(0)))
    assert replayed(tmp_path, json.dumps({**body, **change}).encode()) == 2


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"null",
        b"\xff\xfe{}",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"\x1f\x8b",
        b'{"format": NaN}',
        gzip.compress(b"[" * 10**7, mtime=0)[:-4],
    ],
    ids=lambda content: repr(content[:9]),
)
def test_what_is_no_tape_is_told_in_one_sentence(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "t.json").write_bytes(content)
    outcome = run(tmp_path, "--replay", "t.json")
    assert (outcome.code, outcome.err.count("\n")) == (2, 1)
    assert "t.json: this is no tape" in outcome.err


def test_a_tape_that_unpacks_without_end_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pve_backup_report.collect.tape_file._LARGEST_FILE", 1_000_000)
    (tmp_path / "t.json.gz").write_bytes(gzip.compress(b" " * 2_000_000, mtime=0))
    outcome = run(tmp_path, "--replay", "t.json.gz")
    assert (outcome.code, outcome.err.count("\n")) == (2, 1)


@examples(100)
@given(content=st.binary(max_size=200) | st.integers(0, 2**32).map(lambda seed: damaged(ENVIRON, random.Random(seed))))
def test_any_bytes_are_settings_or_sentences(content: bytes, place: Path) -> None:
    (place / "any.env").write_bytes(content)
    told(place, "--replay", "none.json", "--dump-coverage", "--env-file", "any.env")


@examples(200)
@given(content=st.text().map(lambda text: text.encode("utf-8", "surrogatepass"))
       | st.integers(0, 2**32).map(lambda seed: damaged(GOOD.encode(), random.Random(seed))))  # fmt: skip
@example(content=b"[[exempt]]\nvmid = " + b"9" * 5000)
@example(content=b"a = " + b"[" * 5000)
@example(content=b"[[rule]]\nname = [[[1979-05-27]]]\nmax_age = inf\ncopies = nan\nseverity = 1\nuntil = 07:32:00")
def test_any_text_is_a_policy_or_sentences(content: bytes, place: Path) -> None:
    (place / "p.toml").write_bytes(content)
    _settings_or_sentences(REPORT_POLICY=str(place / "p.toml"))


@examples(100)
@given(content=st.text().map(lambda text: text.encode("utf-8", "surrogatepass"))
       | st.integers(0, 2**32).map(lambda seed: damaged(REGISTER.encode(), random.Random(seed))))  # fmt: skip
@example(content=b"[[restore]]\ndate = 0001-01-01\nguest = 1\nresult = []")
@example(content=b"[[restore]]\ndate = 9999-12-31\nguest = 1\nresult = {}")
@example(content=b"restore = 1")
@example(content=b"a = " + b"9" * 5000)
@example(content=b"a = " + b"[" * 5000)
def test_any_text_is_a_register_or_sentences(content: bytes, place: Path) -> None:
    (place / "r.toml").write_bytes(content)
    _settings_or_sentences(REPORT_RESTORE_TESTS=str(place / "r.toml"))


@examples(100)
@given(
    name=st.sampled_from(sorted(KNOWN_NAMES)),
    value=st.text() | st.sampled_from([str(value)[:200] for value in WILD]) | st.from_regex(r"[0-9a-z:/,.@!=-]{0,20}"),
)
def test_any_text_of_any_setting_is_settings_or_sentences(name: str, value: str) -> None:
    _settings_or_sentences(**{name: value})


def _settings_or_sentences(**values: str) -> None:
    _sentences(lambda: read_settings(values, None, need_connection=False))


def _sentences(read: Callable[[], object]) -> None:
    """Read something; whatever is wrong with it is told, and nothing that is told acts."""
    told_of: tuple[str, ...] = ()
    try:
        read()
    except SettingsError as error:
        told_of = (*error.mistakes, *error.warnings) or ("",)
    assert all(told_of)
    for sentence in told_of:
        inert(sentence)
