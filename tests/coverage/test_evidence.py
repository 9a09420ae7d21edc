"""What is told of the newest good backup, and how far back a calendar looks."""

from dataclasses import replace
from zoneinfo import ZoneInfo

from anomalies.build import NOW, archive, cluster, job, run
from pve_backup_report.coverage.analysis import analyse
from pve_backup_report.coverage.due import Calendar
from pve_backup_report.coverage.evidence import Evidence
from pve_backup_report.model.backup import Backup
from pve_backup_report.model.task import Run
from pve_backup_report.model.verdict import Success

MOST_EVENTS = 2000


def newest(*backups: Backup, runs: tuple[Run, ...] = ()) -> Success | None:
    (told,) = (each for each in analyse(cluster(backups=backups, runs=runs)).guests if each.guest.vmid == 100)
    return told.last_success


def test_a_renamed_file_is_told_when_there_is_nothing_else() -> None:
    renamed = replace(archive(100), renamed=True)
    told = newest(renamed)
    assert told is not None
    assert (told.at, told.volid, told.duration_s) == (renamed.at, renamed.volid, None)


def test_of_runs_that_name_one_archive_the_oldest_made_it() -> None:
    made, again = run(100), run(100, at=run(100).at + 600, duration_s=7)
    told = newest(archive(100), runs=(again, made))
    assert told is not None
    assert told.duration_s == made.duration_s


def test_of_several_of_one_second_the_first_by_id_is_told() -> None:
    first, second = archive(100, storage="a"), archive(100, storage="b")
    assert first.at == second.at
    assert first.volid < second.volid
    for listed in ((first, second), (second, first)):
        told = newest(*listed)
        assert told is not None
        assert told.volid == first.volid


def test_a_doubt_is_one_of_all_files_of_that_name() -> None:
    told = archive(100, storage="local", node="pve2")
    doubted = replace(told, node="pve1", doubt=(told.at - 3600, told.at))
    made = cluster(backups=(told, doubted))
    guest = next(guest for guest in made.guests if guest.vmid == 100)
    assert Evidence(made).of(guest).dated_at == told.at - 3600


def test_a_calendar_looks_back_to_the_event_at_or_before_a_time_and_not_without_end() -> None:
    calendar, hourly = Calendar(NOW, ZoneInfo("UTC"), {}), job("hourly", schedule="hourly")
    last = NOW - NOW % 3600
    assert calendar.past_events(hourly, None, last - 7200, NOW) == [last, last - 3600, last - 7200]
    assert calendar.past_events(hourly, None, last - 7199, NOW) == [last, last - 3600, last - 7200]
    assert len(calendar.past_events(hourly, None, 0, NOW)) == MOST_EVENTS
