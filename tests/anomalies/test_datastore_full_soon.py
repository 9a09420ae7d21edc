"""A datastore that is nearly full, or soon will be, is told."""

import pytest

from anomalies.build import DAY, GIB, NOW, conclude, datastore, facts, found, only, server, severity
from pve_backup_report.anomalies.datastore_full_soon import DATASTORE_FULL_SOON
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Severity


def store(percent: int = 50, days: int | None = None, shift: int = 0) -> Analysis:
    full_at = None if days is None else NOW + days * DAY + shift
    return conclude(pbs=(server(datastore(used=10 * percent * GIB, full_at=full_at)),))


@pytest.mark.parametrize(
    ("percent", "days", "expected"),
    [
        (90, None, Severity.WARNING),
        (97, None, Severity.ERROR),
        (50, 30, Severity.WARNING),
        (50, 7, Severity.ERROR),
        (90, 300, Severity.WARNING),
    ],
)
def test_loud_by_use_and_by_date(percent: int, days: int | None, expected: Severity) -> None:
    finding = only(DATASTORE_FULL_SOON, store(percent, days))
    assert severity(DATASTORE_FULL_SOON, finding) is expected
    assert facts(finding, "server", "datastore", "percent") == {
        "server": "vault",
        "datastore": "main",
        "percent": percent,
    }


def test_quiet_while_there_is_room_and_time() -> None:
    assert found(DATASTORE_FULL_SOON, store(89, 30, 1)) == ()


def test_blind_when_its_use_was_not_seen() -> None:
    unseen = datastore(total=None, used=None)
    assert found(DATASTORE_FULL_SOON, conclude(pbs=(server(unseen),))) == ()
