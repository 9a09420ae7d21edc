"""A history that is broken, held, newer or out of reach: told in a sentence, and the report comes all the same."""

import resource
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from history.lab import DAY, NOW, YEARS, Keeper, lab
from pve_backup_report.history import database
from pve_backup_report.history.connection import Connection
from pve_backup_report.history.database import FILE, Database
from pve_backup_report.history.memory import Memory
from pve_backup_report.history.migrations import bring_up_to_date
from pve_backup_report.history.tables import VERSION
from pve_backup_report.history.trouble import HistoryTroubleError


def scribble(file: Path) -> None:
    file.write_bytes(b"this is no database at all" * 400)


def cut(file: Path) -> None:
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])


def punch(file: Path) -> None:
    """Overwrite pages in the middle, and leave the head as it is."""
    whole = bytearray(file.read_bytes())
    whole[8192:40960] = b"\xa5" * (40960 - 8192)
    file.write_bytes(bytes(whole))


def nonsense(file: Path) -> None:
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE fact SET state = 'nonsense'")
    connection.close()


def empty(file: Path) -> None:
    file.write_bytes(b"")


@pytest.mark.parametrize("harm", [scribble, cut, punch, nonsense, empty])
def test_a_broken_file_is_set_aside_and_a_new_history_begun(tmp_path: Path, harm: Callable[[Path], None]) -> None:
    keeper = Keeper(tmp_path)
    keeper.run(lab())
    harm(tmp_path / FILE)
    report = keeper.run(lab(now=NOW + DAY))
    assert len(report.analysis.guests) == 3
    assert len(keeper.faults) == 1
    aside = tmp_path / f"{FILE}.damaged-2026-03-05_060000Z"
    assert str(aside) in keeper.faults[0]
    assert aside.exists()
    assert report.past is not None
    assert report.past.fault == keeper.faults[0]
    again = keeper.run(lab(now=NOW + 2 * DAY))
    assert keeper.faults == []
    assert again.past is not None
    assert again.past.previous is not None
    assert again.past.previous.at == NOW + DAY


def test_of_two_runs_that_find_a_broken_file_one_begins_a_new_one_for_both(tmp_path: Path) -> None:
    Keeper(tmp_path).run(lab())
    scribble(tmp_path / FILE)
    memories = [Memory(tmp_path, "lab", NOW + number, YEARS) for number in range(2)]
    found = Database(tmp_path).identity
    memories[0].open()
    begun = Database(tmp_path)
    with begun.transaction() as connection:
        assert connection.value("SELECT COUNT(*) FROM run") == 0
    begun.close()
    assert Database(tmp_path).set_aside("late", found) is None
    memories[1].open()
    for memory in memories:
        memory.close(told=True)
    assert [len(memory.faults) for memory in memories] == [1, 0]
    assert len([path for path in tmp_path.iterdir() if "damaged" in path.name]) == 1


def test_a_history_that_could_not_be_begun_leaves_no_empty_file(tmp_path: Path) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        keeper = Keeper(tmp_path)
        keeper.run(lab())
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert "This run is not kept" in keeper.faults[0]
    assert not (tmp_path / FILE).exists()


def test_a_held_file_is_waited_for_and_then_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "_WAIT_S", 0.2)
    keeper = Keeper(tmp_path)
    keeper.run(lab())
    holder = sqlite3.connect(tmp_path / FILE, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    report = keeper.run(lab(now=NOW + DAY))
    holder.execute("ROLLBACK")
    holder.close()
    assert "another program holds it" in keeper.faults[0]
    assert report.past is not None
    assert report.past.fault == keeper.faults[0]
    assert report.past.changed is None
    assert [path.name for path in tmp_path.iterdir() if "damaged" in path.name] == []
    assert Keeper(tmp_path).run(lab(now=NOW + 2 * DAY)).past.previous.at == NOW  # type: ignore[union-attr]


def test_a_history_of_a_later_version_is_left_as_it_is(tmp_path: Path) -> None:
    Keeper(tmp_path).run(lab())
    with sqlite3.connect(tmp_path / FILE) as connection:
        connection.execute("UPDATE history_schema SET version = ?", (VERSION + 1,))
    connection.close()
    before = (tmp_path / FILE).read_bytes()
    keeper = Keeper(tmp_path)
    keeper.run(lab(now=NOW + DAY))
    assert "later version" in keeper.faults[0]
    assert (tmp_path / FILE).read_bytes() == before


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    keeper = Keeper(tmp_path / "taken" / "state")
    assert keeper.run(lab()).past is not None
    assert "STATE_DIR" in keeper.faults[0]


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://keeper:canary-0000-password@127.0.0.1:9/none",
        "mysql://keeper:canary-0000-password@127.0.0.1/none",
        "canary-0000-password",
    ],
)
def test_a_database_out_of_reach_is_told_without_its_password(url: str) -> None:
    keeper = Keeper(url)
    keeper.run(lab())
    assert len(keeper.faults) == 1
    assert "canary" not in keeper.faults[0]


def test_a_schema_is_led_on_step_by_step_and_a_step_that_fails_leaves_it_as_it_was(tmp_path: Path) -> None:
    Keeper(tmp_path).run(lab())

    def more(connection: Connection) -> None:
        connection.do("ALTER TABLE run ADD COLUMN more TEXT")

    def fail(connection: Connection) -> None:
        connection.do("ALTER TABLE run ADD COLUMN most TEXT")
        connection.do("nonsense")

    opened = Database(tmp_path)
    with pytest.raises(HistoryTroubleError), opened.transaction() as connection:
        bring_up_to_date(connection, {VERSION: more, VERSION + 1: fail})
    with opened.transaction() as connection:
        bring_up_to_date(connection, {VERSION: more})
    with opened.transaction() as connection:
        names = {row[1] for row in connection.rows("PRAGMA table_info(run)")}
        assert connection.value("SELECT version FROM history_schema") == VERSION + 1
    opened.close()
    assert ("more" in names, "most" in names) == (True, False)


def test_runs_that_keep_at_once_are_all_kept(place: Path | str) -> None:
    keepers = [Keeper(place, f"cluster-{number % 2}") for number in range(4)]
    Keeper(place).run(lab())  # the tables are there
    threads = [
        threading.Thread(target=keeper.run, args=(lab(now=NOW + number * DAY),))
        for number, keeper in enumerate(keepers)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [keeper.faults for keeper in keepers] == [[], [], [], []]
    opened = Database(place)
    with opened.transaction() as connection:
        assert connection.value("SELECT COUNT(*) FROM run") == 5
        doubled = (
            "SELECT COUNT(*) FROM (SELECT 1 FROM fact WHERE until_run IS NULL "
            "GROUP BY cluster, kind, key HAVING COUNT(*) > 1) AS twice"
        )
        assert connection.value(doubled) == 0
    opened.close()
