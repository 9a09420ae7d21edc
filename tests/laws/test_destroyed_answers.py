"""Whatever single answer is destroyed, no verdict turns into another definite one.

Each answer is destroyed in one or two of the five ways; ``EVERY_WAY=1`` destroys each in all of them, in minutes.
"""

import os
from dataclasses import replace

import pytest

from pve_backup_report.coverage.analysis import analyse
from pve_backup_report.model.answer import Answer, AnswerKind
from pve_backup_report.model.verdict import Verdict
from pve_backup_report.normalize.cluster import read_cluster
from simulator import PRESETS, random_world
from tape_from_simulator import record

DESTROYED = [
    Answer(AnswerKind.REFUSED, 403, error="HTTP 403 Permission check failed"),
    Answer(AnswerKind.HTTP_STATUS, 500, error="HTTP 500 boom"),
    Answer(AnswerKind.OK, 200, None),
    Answer(AnswerKind.OK, 200, {"x": [None]}),
    None,
]


@pytest.mark.parametrize("seed", [1, 4])
@pytest.mark.parametrize("way", range(len(DESTROYED)), ids=["403", "500", "null", "nonsense", "absent"])
def test_a_destroyed_answer_never_makes_another_verdict(seed: int, way: int) -> None:
    answer, step = DESTROYED[way], 1 if "EVERY_WAY" in os.environ else 5
    tape = record(random_world(seed), PRESETS["root_full"])
    before = {guest.guest.vmid: guest.verdict for guest in analyse(read_cluster(tape)).guests}
    for path in sorted(tape.answers)[way % step :: step]:
        answers = {asked: came for asked, came in tape.answers.items() if asked != path}
        if answer is not None:
            answers[path] = answer
        for guest in analyse(read_cluster(replace(tape, answers=answers))).guests:
            assert guest.verdict in (Verdict.UNDETERMINED, before[guest.guest.vmid]), (path, guest.guest.key)
