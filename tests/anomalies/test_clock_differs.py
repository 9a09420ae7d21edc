"""Clocks more than a minute apart are told, with who is ahead of whom."""

from anomalies.build import conclude, found, node, only, severity
from pve_backup_report.anomalies.clock_differs import CLOCK_DIFFERS
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Severity


def clocks(*offsets: int | None) -> Analysis:
    return conclude(nodes=tuple(node(f"pve{n}", clock_offset=offset) for n, offset in enumerate(offsets, 1)))


def test_loud_when_one_node_is_ahead() -> None:
    finding = only(CLOCK_DIFFERS, clocks(1, 2, 95))
    assert finding.subject == "node/pve3"
    assert severity(CLOCK_DIFFERS, finding) is Severity.WARNING
    assert finding.details == {"behind": "pve1", "ahead": "pve3", "difference_s": 94}


def test_loud_about_the_node_that_is_behind() -> None:
    finding = only(CLOCK_DIFFERS, clocks(1, -300, 2))
    assert finding.subject == "node/pve2"
    assert finding.details == {"behind": "pve2", "ahead": "pve3", "difference_s": 302}


def test_quiet_within_a_minute() -> None:
    assert found(CLOCK_DIFFERS, clocks(-20, 0, 40)) == ()
    assert only(CLOCK_DIFFERS, clocks(-20, 0, 41)).details["difference_s"] == 61


def test_quiet_when_only_our_own_clock_is_wrong() -> None:
    assert found(CLOCK_DIFFERS, clocks(7200, 7201, 7202)) == ()


def test_blind_when_fewer_than_two_clocks_were_seen() -> None:
    assert found(CLOCK_DIFFERS, clocks(500, None, None)) == ()
    assert found(CLOCK_DIFFERS, clocks(None, None)) == ()
