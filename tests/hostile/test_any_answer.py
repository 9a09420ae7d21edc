"""Whatever JSON an API answers with, there is a report: values, or a gap, and never an exception.

``EXAMPLES=5000`` tries more of it.
"""

import json
import random
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fake_proxmox import FakeProxmox
from fake_proxmox.reply import Reply
from hostile.mangling import WILD, mangled_tape, small_tape
from hostile.outputs import inert
from hostile.patience import examples
from program.running import run, settings_of
from pve_backup_report.bundle.anonymise import anonymise
from pve_backup_report.bundle.fields import PBS_QUESTIONS, PVE_QUESTIONS
from pve_backup_report.collect.answer import HttpResponse, read_answer
from pve_backup_report.collect.credentials import Credentials
from pve_backup_report.collect.redact import redact
from pve_backup_report.collect.tape_file import parse_tape, parse_tape_text, tape_text
from pve_backup_report.endpoints.endpoint import Endpoint
from pve_backup_report.model.answer import Answer, AnswerKind
from pve_backup_report.model.tape import Tape
from pve_backup_report.normalize.check import check_api
from pve_backup_report.pipeline import report_of
from pve_backup_report.render.formats import FORMATS
from pve_backup_report.render.language import load_language
from pve_backup_report.render.mail import mail_of
from pve_backup_report.render.nagios import nagios_check

JSON = st.recursive(
    st.sampled_from(WILD)
    | st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4),
    max_leaves=12,
)
ENGLISH, FRENCH = load_language("en"), load_language("fr")


def judged(tape: Tape) -> None:
    """Go from the answers to a report, for people and for programs."""
    report = report_of(tape)
    check_api(tape)
    data = json.loads(FORMATS["json"].render(report, ENGLISH))
    assert len({guest["vmid"] for guest in data["guests"]}) == len(data["guests"])
    FORMATS["html"].pack(FORMATS["html"].render(report, FRENCH))


@examples(40)
@given(st.data())
def test_any_json_as_any_answer_gives_values_or_a_gap(data: st.DataObject) -> None:
    tape = small_tape(data.draw(st.integers(0, 1)))
    spoilt = data.draw(st.dictionaries(st.sampled_from(sorted(tape.answers)), JSON, min_size=1, max_size=4))
    answers = {**tape.answers, **{path: Answer(AnswerKind.OK, 200, value) for path, value in spoilt.items()}}
    servers = []
    for server in tape.pbs:
        wrong = data.draw(st.dictionaries(st.sampled_from(sorted(server.answers)), JSON, max_size=3))
        told = {**server.answers, **{path: Answer(AnswerKind.OK, 200, value) for path, value in wrong.items()}}
        servers.append(replace(server, answers=told))
    judged(replace(tape, answers=answers, pbs=tuple(servers)))


@examples(40)
@given(st.integers(0, 2**32))
def test_answers_that_nearly_are_proxmox_s_own_give_a_report(seed: int) -> None:
    dice = random.Random(seed)
    judged(mangled_tape(small_tape(seed % 4), dice))


def test_one_field_after_the_other_may_be_thousands_of_digits() -> None:
    value = "9" * 5000  # as a number it is more than Python reads
    tape = small_tape(0, guests=2)
    every = [*tape.answers.values(), *(answer for server in tape.pbs for answer in server.answers.values())]
    for field in sorted({name for answer in every for name in _fields(answer.data)}):

        def spoilt(answers: Mapping[str, Answer], field: str = field) -> dict[str, Answer]:
            return {path: replace(answer, data=_put(answer.data, field, value)) for path, answer in answers.items()}

        servers = tuple(replace(server, answers=spoilt(server.answers)) for server in tape.pbs)
        judged(replace(tape, answers=spoilt(tape.answers), pbs=servers))


def _fields(data: object) -> set[str]:
    inner = data.values() if isinstance(data, dict) else data if isinstance(data, list) else ()
    return {name for item in inner for name in _fields(item)} | (set(data) if isinstance(data, dict) else set())


def _put(data: object, field: str, value: object) -> object:
    if isinstance(data, list):
        return [_put(item, field, value) for item in data]
    if isinstance(data, dict):
        return {name: value if name == field else _put(item, field, value) for name, item in data.items()}
    return data


@examples(6, share=10)
@given(st.integers(0, 2**32))
def test_every_output_can_be_made_of_such_answers_and_their_tape_replays(seed: int) -> None:
    tape = mangled_tape(small_tape(seed % 4), random.Random(seed))
    again = parse_tape(parse_tape_text(tape_text(tape).encode()))
    report = report_of(again)
    for name, output in FORMATS.items():
        if name != "pdf":  # its page is that of the HTML; drawing it takes seconds
            output.pack(output.render(report, FRENCH))
    mail_of(report, ENGLISH)
    nagios_check(report, FRENCH)
    judged(anonymise(again).tape)


@examples(200)
@given(
    st.sampled_from((*PVE_QUESTIONS, *PBS_QUESTIONS)),
    JSON.map(lambda value: json.dumps({"data": value})) | JSON.map(json.dumps) | st.text(),
    st.integers(100, 999),
    st.text(),
)
@example(PVE_QUESTIONS[0], '{"data":[],"total":"' + "9" * 5000 + '"}', 200, "")
@example(PVE_QUESTIONS[0], '{"data":[],"total":1e300}', 200, "")
@example(PVE_QUESTIONS[0], '{"data":' + "[" * 900 + "]" * 900 + "}", 200, "")
@example(PVE_QUESTIONS[0], '{"data":' + '{"children":' * 400 + "0" + "}" * 401, 200, "")
@example(PVE_QUESTIONS[0], '{"message":' + "[" * 100_000, 500, "")
def test_any_body_becomes_an_answer(question: Endpoint, body: str, status: int, reason: str) -> None:
    raw = body.encode("utf-8", "surrogatepass")
    answer = read_answer(HttpResponse(status, reason, raw), Credentials(), "PVE")
    assert (answer.error is None) == answer.ok
    inert(answer.error or "")
    json.dumps(redact(question, answer).data).encode("ascii")


@pytest.mark.parametrize("path", ["/cluster/resources", "/cluster/backup", "/storage"])
def test_an_answer_nested_without_end_is_a_gap(path: str, tmp_path: Path) -> None:
    deep = b'{"data":' + b'[{"children":' * 300 + b"1" + b"}]" * 300 + b"}"

    with FakeProxmox({"/version": {"version": "9.2.11"}, "/nodes": [], path: Reply(body=deep)}) as fake:
        outcome = run(tmp_path, "--dump-report-data", "--format", "json", environ=settings_of(fake))
    assert outcome.code == 0, outcome.err
    assert path in {gap["endpoint"] for gap in outcome.data["gaps"]}
