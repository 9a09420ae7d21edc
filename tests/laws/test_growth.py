"""A larger cluster takes more, but no more than that: counted in calls, which no other work on the machine changes."""

import cProfile
import math
from collections.abc import Callable

import pytest

from large_tape import large_tape
from pve_backup_report.collect.redact import redact
from pve_backup_report.endpoints.pve import CONTENT
from pve_backup_report.model.answer import Answer, AnswerKind
from pve_backup_report.model.dress import PLAIN
from pve_backup_report.pipeline import report_of
from pve_backup_report.render.formats import FORMATS
from pve_backup_report.render.language import load_language
from wide_tape import wide_tape

NIGHTS = 2
SMALL, LARGE = 100, 500  # on one node and on four
FEW, MANY = 80, 320
FORMATS_COUNTED = ("html", "json", "csv", "prometheus")
SLACK = 1.1


def calls(work: Callable[[], object]) -> int:
    profile = cProfile.Profile(builtins=False)
    profile.runcall(work)
    return sum(entry.callcount for entry in profile.getstats())


def writing(guests: int) -> dict[str, int]:
    report, language = report_of(large_tape(guests, NIGHTS)), load_language("en")
    return {name: calls(lambda name=name: FORMATS[name].render(report, language, PLAIN)) for name in FORMATS_COUNTED}  # type: ignore[misc]


def n_log_n(guests: int) -> float:
    return guests * math.log2(guests)


def test_judging_grows_no_faster_than_n_log_n() -> None:
    tapes = [large_tape(guests, NIGHTS) for guests in (1, SMALL, LARGE)]  # the first reads what is read once
    _, small, large = [calls(lambda tape=tape: report_of(tape)) for tape in tapes]  # type: ignore[misc]
    assert large / small < SLACK * n_log_n(LARGE) / n_log_n(SMALL)


def test_no_output_grows_faster_than_n_log_n() -> None:
    writing(1)  # each template is read once
    small, large = writing(SMALL), writing(LARGE)
    grown = {name: large[name] / small[name] / (n_log_n(LARGE) / n_log_n(SMALL)) for name in small}
    assert max(grown.values()) < SLACK, grown


@pytest.mark.parametrize("many", [("jobs",), ("storages",), ("jobs", "pools", "storages")])
def test_many_jobs_pools_and_storages_are_judged_in_no_more_than_n_log_n(many: tuple[str, ...]) -> None:
    tapes = [wide_tape(guests, *many) for guests in (1, FEW, MANY)]
    _, small, large = [calls(lambda tape=tape: report_of(tape)) for tape in tapes]  # type: ignore[misc]
    assert large / small / (n_log_n(MANY) / n_log_n(FEW)) < SLACK


def test_a_large_tape_is_that_of_a_cluster_in_which_nearly_all_is_well() -> None:
    report = report_of(large_tape(SMALL, NIGHTS))
    cluster = report.analysis.cluster
    assert cluster.gaps == ()
    assert (report.summary.guests, report.summary.covered, report.summary.uncovered) == (SMALL, 99, 1)
    assert report.summary.fresh > 0.95 * SMALL
    assert (NIGHTS - 0.1) * SMALL < len(cluster.backups) < len(cluster.runs) <= NIGHTS * SMALL


@pytest.mark.parametrize(
    ("endpoint", "data", "repeated"),
    [
        (CONTENT, [{"volid": "nas:backup/a", "notes": "a note that is no name"}], lambda data: data[0]["notes"]),
    ],
)
def test_answers_share_what_they_repeat(
    endpoint: object, data: list[dict[str, object]], repeated: Callable[[object], str]
) -> None:
    def asked() -> str:
        fresh = [{key: value[:1] + value[1:] if isinstance(value, str) else value for key, value in data[0].items()}]
        return repeated(redact(endpoint, Answer(AnswerKind.OK, 200, fresh)).data)  # type: ignore[arg-type]

    assert asked() is asked()
