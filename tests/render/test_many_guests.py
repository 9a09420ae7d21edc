"""Ten thousand guests in each output for machines: seconds, not minutes (the limit is wide: machines are busy)."""

import time
from functools import cache

import pytest

from pve_backup_report.model.report import Report
from pve_backup_report.render.formats import FORMATS
from pve_backup_report.render.language import load_language
from pve_backup_report.render.nagios import State, nagios_check
from render.sample_facts import covered, guest
from render.sample_report import report_of

GUESTS, SECONDS = 10_000, 20


@cache
def crowd() -> Report:
    return report_of(tuple(covered(guest(100 + number, f"vm{number}", tags=("a", "b"))) for number in range(GUESTS)))


@pytest.mark.parametrize("name", ["csv", "xlsx", "prometheus", "junit", "sarif"])
def test_ten_thousand_guests_take_seconds(name: str) -> None:
    report, output = crowd(), FORMATS[name]
    began = time.process_time()
    content = output.pack(output.render(report, load_language("en")))
    assert time.process_time() - began < SECONDS
    assert len(content) < 50_000_000


def test_the_line_of_a_check_is_no_longer_for_them() -> None:
    state, line = nagios_check(crowd(), load_language("en"))
    assert state is State.OK
    assert len(line) < 500
