"""A task log is read the short way to the same lines as any other JSON."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hostile.patience import examples
from pve_backup_report.collect.answer import HttpResponse, read_answer
from pve_backup_report.collect.authorization import Authorization
from pve_backup_report.collect.log_body import LogTexts, read_log_body
from pve_backup_report.collect.redact import redact
from pve_backup_report.endpoints.pve import RESTORE_LOG, TASK_LOG
from pve_backup_report.model.answer import Answer, AnswerKind
from pve_backup_report.normalize.task_log_line import DETAILS, kept_lines, read_line

SECRET = "canary-5ec2e7"
TOKEN = Authorization.for_pve("root@pam!full", SECRET)
WORDS = st.sampled_from(
    [
        "INFO: starting new backup job: vzdump 100 --storage local",
        "INFO: Starting Backup of VM 100 (qemu)",
        "INFO: Backup started at 2026-11-21 01:00:00",
        "INFO:  12% (1.0 GiB of 8.0 GiB) in 3s",
        "INFO: End Time: Sat Nov 21",
        "INFO: VM Name: web",
        "INFO: Starting",
        "INFO:",
        "INFO: ",
        "ERROR: Backup of VM 100 failed - é \x07 \ud800",
        f"WARN: {SECRET}",
        "TASK OK",
        "no content",
        "",
        "restore vma archive: vzdump-qemu-100-2026_11_20-01_00_00.vma.zst",
    ]
)
TEXT = WORDS | st.text(max_size=12)
ODD = st.none() | st.integers(-3, 3) | st.booleans() | st.lists(st.integers(0, 2), max_size=2)
ENTRY = st.dictionaries(st.sampled_from(["t", "n", "x", "data"]), TEXT | ODD, max_size=3)
LOG = st.lists(st.builds(lambda number, text: {"n": number, "t": text}, ODD, TEXT) | ENTRY, max_size=6)
BODY = st.fixed_dictionaries({"data": LOG | TEXT | ODD}, optional={"total": TEXT | ODD | st.floats(), "success": ODD})


def read(body: bytes, *, of_log: bool) -> Answer:
    return read_answer(HttpResponse(200, "OK", body, "application/json", of_log=of_log), TOKEN, "PVE")


def assert_same(body: bytes) -> None:
    short, long = read(body, of_log=True), read(body, of_log=False)
    for endpoint in (TASK_LOG, RESTORE_LOG):
        assert redact(endpoint, short) == redact(endpoint, long)
    assert SECRET not in str(redact(TASK_LOG, short).data)


@examples(300)
@given(BODY, st.booleans(), st.booleans(), st.data())
def test_a_log_read_the_short_way_tells_what_the_long_way_tells(
    body: dict[str, object],
    plain: bool,  # noqa: FBT001 -- drawn
    cut: bool,  # noqa: FBT001 -- drawn
    data: st.DataObject,
) -> None:
    packed = json.dumps(body, ensure_ascii=not plain, separators=(",", ":") if plain else None)
    sent = packed.encode("utf-8", "surrogatepass")
    if cut:
        at = data.draw(st.integers(0, len(sent)))
        sent = sent[:at] + data.draw(st.binary(max_size=2)) + sent[at + data.draw(st.integers(0, 2)) :]
    assert_same(sent)


def test_a_usual_log_is_read_the_short_way() -> None:
    body = b'{"total":2,"success":1,"data":[{"t":"INFO:  50%","n":1},{"n":2,"t":"TASK OK"}]}'
    answer = read(body, of_log=True)
    assert isinstance(answer.data, LogTexts)
    assert (list(answer.data), answer.total) == (["INFO:  50%", "TASK OK"], 2)


@pytest.mark.parametrize(
    "body",
    [
        b'{"data":[{"n":1}]}',
        b'{"data":[{"n":1,"t":null}]}',
        b'{"data":[null]}',
        b'{"data":{}}',
        b"[]",
        b'{"data":[{"t":"\xff"}]}',
        b'{"data":[{"t":"a"}]',
        b'{"data":' + b"[" * 100_000,
        b'{"x":' + b"[" * 100_000 + b"]" * 100_000 + b',"data":[]}',
    ],
)
def test_anything_but_a_sound_log_is_left_to_the_long_way(body: bytes) -> None:
    assert read_log_body(body) is None


@examples(200)
@given(st.lists((TEXT | st.builds("{} {}".format, WORDS, TEXT)).filter(lambda text: "\n" not in text), max_size=8))
def test_kept_are_the_lines_that_tell_something_a_report_uses(lines: list[str]) -> None:
    telling = [(line, read_line(line)) for line in lines]
    kept = [line for line, told in telling if told is not None and told.mark not in DETAILS]
    assert kept_lines(lines) == "\n".join(kept)


def test_a_line_that_holds_several_is_none_of_a_log() -> None:
    lines = ["INFO: starting new backup job: vzdump 100", "TASK OK\nTASK OK"]
    assert kept_lines(lines) is None
    rows = [{"n": number, "t": line} for number, line in enumerate(lines, 1)]
    assert redact(TASK_LOG, Answer(AnswerKind.OK, 200, rows)).data == {"count": 2, "lines": None}
