"""What is fuzzed: each target takes any bytes, and must come back in time and without an exception."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache

from hostile.mangling import small_tape
from pve_backup_report.collect.strict_json import parse_json
from pve_backup_report.collect.tape_file import parse_tape, parse_tape_text, tape_text
from pve_backup_report.model.answer import Answer, AnswerKind
from pve_backup_report.model.tape import Tape
from pve_backup_report.normalize.check import check_api
from pve_backup_report.normalize.kept_log import lines_in
from pve_backup_report.normalize.task_log import is_telling, read_task_log
from pve_backup_report.normalize.task_log_line import kept_lines
from pve_backup_report.normalize.task_log_plain import read_plain_log
from pve_backup_report.pipeline import report_of
from pve_backup_report.render.json_report import json_report
from pve_backup_report.render.language import load_language

WORLD = 0


def read_log(data: bytes) -> None:
    """Read bytes as a task log; what may be left out of it changes nothing, and the short way agrees with the long."""
    lines = data.decode("utf-8", "replace").split("\n")
    log = read_task_log(lines)
    assert read_task_log(filter(is_telling, lines)) == log
    kept = kept_lines(lines)
    assert kept is not None
    plain = read_plain_log(kept)
    assert plain is None or plain == read_task_log(lines_in(kept))


def read_answers(data: bytes) -> None:
    """Read bytes as answers by path, which take the place of those of a small cluster, and make the report."""
    try:
        told = parse_json(data)
    except ValueError:
        return
    if isinstance(told, dict):
        judge(with_answers(small_tape(WORLD, guests=2), told))


def read_tape(data: bytes) -> None:
    """Read bytes as a tape; what is one, after all, has a report."""
    try:
        tape = parse_tape(parse_tape_text(data))
    except (KeyError, TypeError, ValueError):
        return
    judge(tape)
    assert parse_tape(parse_tape_text(tape_text(tape).encode())).asked_at == tape.asked_at


def judge(tape: Tape) -> None:
    """Make a report."""
    json.loads(json_report(report_of(tape), load_language("en")))
    check_api(tape)


def with_answers(tape: Tape, told: Mapping[str, object]) -> Tape:
    """Return a tape with other answers; those of the backup servers have the server's name and a colon before."""

    def changed(answers: Mapping[str, Answer], prefix: str) -> dict[str, Answer]:
        new = {path: told[prefix + path] for path in answers if prefix + path in told}
        return {**answers, **{path: Answer(AnswerKind.OK, 200, value) for path, value in new.items()}}

    servers = tuple(replace(server, answers=changed(server.answers, f"{server.name}:")) for server in tape.pbs)
    return replace(tape, answers=changed(tape.answers, ""), pbs=servers)


@cache
def answers_by_path() -> Mapping[str, object]:
    """Return the answers of the small cluster, as ``read_answers`` takes them."""
    tape = small_tape(WORLD, guests=2)
    servers = {f"{server.name}:{path}": answer for server in tape.pbs for path, answer in server.answers.items()}
    return {path: answer.data for path, answer in {**tape.answers, **servers}.items() if answer.ok}


TARGETS: Mapping[str, Callable[[bytes], None]] = {"answers": read_answers, "log": read_log, "tape": read_tape}
