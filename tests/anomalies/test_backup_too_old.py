"""An age limit set by hand is told of, on top of the schedule, and only when it was set."""

from dataclasses import replace

from anomalies.build import conclude, facts, found, guest, only
from pve_backup_report.anomalies.backup_too_old import BACKUP_TOO_OLD
from pve_backup_report.model.wishes import Wishes

HOUR = 3600


def test_loud_when_a_fresh_backup_is_older_than_the_limit() -> None:
    analysis = replace(conclude(guests=(guest(100),)), wishes=Wishes(max_age_s=HOUR))
    finding = only(BACKUP_TOO_OLD, analysis)
    success = analysis.guests[0].last_success
    assert success is not None
    age = analysis.cluster.asked_at - success.at
    assert age > HOUR
    assert facts(finding, "last_good_at", "age_s", "limit_s") == {
        "last_good_at": success.at,
        "age_s": age,
        "limit_s": HOUR,
    }


def test_quiet_without_a_limit_and_within_it() -> None:
    analysis = conclude()
    assert found(BACKUP_TOO_OLD, analysis) == ()
    assert found(BACKUP_TOO_OLD, replace(analysis, wishes=Wishes(max_age_s=48 * HOUR))) == ()


def test_blind_when_no_backup_could_be_seen() -> None:
    analysis = replace(conclude(backups=(), runs=(), listings=()), wishes=Wishes(max_age_s=HOUR))
    assert found(BACKUP_TOO_OLD, analysis) == ()
