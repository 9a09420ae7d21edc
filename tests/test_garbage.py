"""Nobody looks for garbage while a cluster is judged, since there is none: that is what this rests on."""

import gc
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from large_tape import large_tape
from pve_backup_report.anomalies.catalogue import conclude
from pve_backup_report.coverage.analysis import analyse
from pve_backup_report.endpoints.pve import JOBS
from pve_backup_report.filing import write
from pve_backup_report.garbage import all_stays
from pve_backup_report.model.dress import PLAIN
from pve_backup_report.model.tape import Tape
from pve_backup_report.normalize.cluster import read_cluster
from pve_backup_report.pipeline import report_of
from pve_backup_report.render.formats import FORMATS
from pve_backup_report.render.language import load_language
from pve_backup_report.settings import read_settings

SMALL, LARGE = 20, 200
AFTER_IT = 2  # entries of one look, which is due as soon as it may be
PVE = {"PVE_API_URL": "https://pve.invalid:8006", "PVE_API_TOKEN_ID": "a@pve!b", "PVE_API_TOKEN_SECRET": "none"}
LOOKED_AT_ONCE = 1000


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.enable()
    gc.set_threshold(*before)


@pytest.fixture
def looks() -> Iterator[list[str]]:
    """Return a list that gets an entry each time that Python looks for garbage, which it does often."""
    found: list[str] = []

    def note(phase: str, info: dict[str, int]) -> None:
        found.append(f"{phase} {info}")

    gc.set_threshold(LOOKED_AT_ONCE)
    gc.callbacks.append(note)
    yield found
    gc.callbacks.remove(note)


def test_nobody_looks_while_a_cluster_is_judged(looks: list[str]) -> None:
    tape = large_tape(LARGE)
    conclude(analyse(read_cluster(tape)))
    assert looks  # so much is made that Python would look
    looks.clear()
    report_of(tape)
    assert looks == []
    assert gc.isenabled()


@pytest.mark.parametrize("name", ["html", "json"])
def test_nobody_looks_while_a_text_is_made(tmp_path: Path, looks: list[str], name: str) -> None:
    report = report_of(large_tape(LARGE))
    looks.clear()
    FORMATS[name].render(report, load_language("en"), PLAIN)
    assert looks  # so much is made that Python would look
    looks.clear()
    settings, _ = read_settings({**PVE, "REPORT_DIR": str(tmp_path), "REPORT_FORMATS": name}, None)
    write(report, settings)
    assert len(looks) <= AFTER_IT
    assert gc.isenabled()


def test_what_was_made_by_then_is_not_looked_at_again() -> None:
    report = report_of(large_tape(LARGE))
    assert gc.get_freeze_count() > LARGE
    del report


def test_python_looks_again_after_a_fault() -> None:
    with pytest.raises(ZeroDivisionError), all_stays():
        raise ZeroDivisionError
    assert gc.isenabled()


def test_where_nobody_looks_at_all_nobody_does_afterwards() -> None:
    gc.disable()
    with all_stays():
        pass
    assert not gc.isenabled()


def test_judging_leaves_nothing_that_holds_itself() -> None:
    left = [_left_by(large_tape(guests)) for guests in (SMALL, SMALL, LARGE)]
    assert left[2] <= left[1] + 10  # the first one also makes what is made once


def test_a_schedule_that_cannot_be_read_holds_nothing_either() -> None:
    tapes = [_with_bad_schedules(large_tape(guests)) for guests in (SMALL, SMALL, LARGE)]
    left = [_left_by(tape) for tape in tapes]
    assert left[2] <= left[1] + 10


def _with_bad_schedules(tape: Tape) -> Tape:
    path = JOBS.ask()
    answer = tape.answers[path]
    assert isinstance(answer.data, list)
    jobs = [{**job, "schedule": f"no such day {place}"} for place, job in enumerate(answer.data)]
    return replace(tape, answers={**tape.answers, path: replace(answer, data=jobs)})


def _left_by(tape: Tape) -> int:
    gc.collect()
    gc.disable()
    conclude(analyse(read_cluster(tape)))
    found = gc.collect()
    gc.enable()
    return found
