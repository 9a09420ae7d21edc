"""Every question, destroyed in every way: a report that says what it does not know, and never a false claim.

All cells go over real HTTPS to one fake of the cluster and one of its backup server. What a cell does not destroy is
asked once, and its calendar is walked once. With ``EVERY_CELL=1`` each cell is rendered in every format as well.
"""

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache

import pytest

from matrix.cluster_of_cells import Cell, Cells, cells_of, pattern_of
from matrix.faults import ALL
from matrix.judge import claims_of_backups, claims_of_coverage, false_claims, verdicts
from matrix.scene import SEES_ALL, SEES_LESS, WORLD
from pve_backup_report import pipeline
from pve_backup_report.coverage import calendar_past, calendar_walk, due
from pve_backup_report.endpoints import pbs, pve
from pve_backup_report.endpoints.endpoint import Endpoint
from pve_backup_report.model.answer import AnswerKind
from pve_backup_report.model.report import Report
from pve_backup_report.model.verdict import Freshness, GuestVerdict, Verdict
from pve_backup_report.render.formats import FORMATS
from pve_backup_report.render.language import load_language
from simulator import Truth

_FORMATS = ("html", "md", "json", "csv", "xlsx", "prometheus", "junit", "sarif")
_ENDPOINTS = {
    endpoint.name: endpoint
    for endpoint in (*pve.ALL_ENDPOINTS, pve.TASK_INDEX, pve.RESTORES, *pbs.ALL_ENDPOINTS, pbs.PERMISSIONS_OF)
    if endpoint is not pve.NODES  # asked only where the resources name no node: see the test of both
}
# Only asked by who sees less: the other lists a storage in full.
_OF_LESS = ("prune-preview",)
_COVERAGE = (pve.JOBS,)
_EVIDENCE = (
    pve.CONTENT,
    pve.CONTENT_OF_GUEST,
    pve.PRUNE_PREVIEW,
    pve.TASKS,
    pve.TASK_LOG,
    pve.TASK_INDEX,
    pbs.SNAPSHOTS_OF_ROOT,
)
_CLAIM_NOTHING_NEW = (
    "pbs-sync-jobs",  # an older question takes its place
    "restore-log",
)


class Stage:
    """A scene, and what is concluded from it undisturbed."""

    def __init__(self, cells: Cells) -> None:
        self.cells = cells
        self.before = verdicts(cells.run().tape)


@pytest.fixture(scope="module")
def sees_all() -> Iterator[Stage]:
    with _walked_once(), cells_of(SEES_ALL) as cells:
        yield Stage(cells)


@pytest.fixture(scope="module")
def sees_less() -> Iterator[Stage]:
    with _walked_once(), cells_of(SEES_LESS) as cells:
        yield Stage(cells)


@contextmanager
def _walked_once() -> Iterator[None]:
    """Remember the calendar from cell to cell: it is the same in all, and most of a cell's time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(due, "last_event", lru_cache(maxsize=None)(calendar_past.last_event))
        patch.setattr(due, "next_event", lru_cache(maxsize=None)(calendar_walk.next_event))
        yield


def test_the_scenes_hold_every_claim_and_each_is_the_truth(sees_all: Stage, sees_less: Stage) -> None:
    truth = {vmid: guest.verdict for vmid, guest in Truth.of(WORLD).guests.items()}
    for stage in (sees_all, sees_less):
        said = stage.before.values()
        assert {vmid: str(guest.verdict) for vmid, guest in stage.before.items()} == truth
        assert {guest.verdict for guest in said} == {Verdict.COVERED, Verdict.PARTIAL, Verdict.UNCOVERED}
        assert {guest.freshness for guest in said} == {Freshness.FRESH, Freshness.LATE, Freshness.NEVER, None}


def _cell(stage: Stage, fault: str, *endpoints: Endpoint) -> tuple[Cell, Report, Mapping[int, GuestVerdict]]:
    """Run a cell: all the questions of some endpoints, destroyed in one way."""
    cell = stage.cells.run(fault, ALL[fault], *map(pattern_of, endpoints))
    report = pipeline.report_of(cell.tape)
    if "EVERY_CELL" in os.environ:
        for name in _FORMATS:
            FORMATS[name].pack(FORMATS[name].render(report, load_language("fr")))
    after = {guest.guest.vmid: guest for guest in report.analysis.guests}
    assert list(false_claims(stage.before, after)) == []
    return cell, report, after


@pytest.mark.parametrize("name", _ENDPOINTS)
@pytest.mark.parametrize("fault", ALL)
def test_a_destroyed_answer_makes_no_false_claim_and_is_told(
    sees_all: Stage, sees_less: Stage, name: str, fault: str
) -> None:
    stage, endpoint = sees_less if name in _OF_LESS else sees_all, _ENDPOINTS[name]
    cell, report, _ = _cell(stage, fault, endpoint)
    assert cell.destroyed
    answered = [{**cell.tape.answers, **cell.tape.pbs[0].answers}[path] for path in cell.destroyed]
    if all(answer.ok for answer in answered) or name in _CLAIM_NOTHING_NEW:
        return
    bare = re.compile(r"(?:vault:)?" + pattern_of(endpoint).pattern.partition(r"\?")[0])
    assert any(bare.match(gap.endpoint) for gap in report.analysis.cluster.gaps), "no gap tells of it"


@pytest.mark.parametrize("fault", ALL)
def test_who_is_told_of_no_node_by_either_list_makes_no_false_claim(sees_all: Stage, fault: str) -> None:
    cell, _, _ = _cell(sees_all, fault, pve.RESOURCES, pve.NODES)
    assert any(path.startswith("/cluster/resources") for path in cell.destroyed)


@pytest.mark.parametrize("fault", ALL)
def test_who_sees_no_job_claims_nothing_of_coverage(sees_all: Stage, fault: str) -> None:
    _, _, after = _cell(sees_all, fault, *_COVERAGE)
    assert after
    if fault not in ("one wrong type", "null entries"):  # other jobs can still be read
        assert list(claims_of_coverage(after)) == []
        assert list(claims_of_backups(after)) == []


@pytest.mark.parametrize("fault", ALL)
def test_who_sees_neither_tasks_nor_backups_claims_nothing_of_them(sees_all: Stage, fault: str) -> None:
    _, _, after = _cell(sees_all, fault, *_EVIDENCE)
    if fault not in ("one wrong type", "null entries"):
        assert list(claims_of_backups(after)) == []


def test_the_judge_notices_a_reader_that_takes_a_destroyed_list_for_an_empty_one(sees_all: Stage) -> None:
    """Without this the matrix could be green for want of eyes."""
    cell = sees_all.cells.run("500", ALL["500"], pattern_of(pve.JOBS))
    answers = {
        path: answer if answer.ok else type(answer)(kind=AnswerKind.OK, status=200, data=[])
        for path, answer in cell.tape.answers.items()
    }
    careless = verdicts(replace(cell.tape, answers=answers))
    assert any("was covered and is uncovered" in claim for claim in false_claims(sees_all.before, careless))
    assert list(claims_of_coverage(careless))
