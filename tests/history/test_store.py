"""What the history forgets, what it never forgets, and rows that no program of ours wrote."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from history.lab import NOW
from pve_backup_report.history.database import Database
from pve_backup_report.history.met import KeptDay
from pve_backup_report.history.rows import day_in
from pve_backup_report.history.store import NewRun, Store
from pve_backup_report.history.trouble import BrokenRowError
from pve_backup_report.model.day import DayState
from pve_backup_report.model.past import Kind

TODAY = datetime.fromtimestamp(NOW, UTC).date()
GOOD = KeptDay(DayState.OK, over=True, due=True)


def kept(store: Store, at: int, **storages: int) -> int:
    """Keep a run in which storages were as full as told."""
    facts = {(Kind.STORAGE, name): {"used": used} for name, used in storages.items()}
    days = {guest: {TODAY: GOOD} for guest in ("qemu/100", "lxc/101")}
    return store.keep(NewRun(at, "test", {}, frozenset(Kind), facts, days))


@pytest.fixture
def database(place: Path | str) -> Database:
    made = Database(place)
    made.prepare()
    return made


def rows(store: Store, table: str) -> int:
    counted: int = store._connection.value(f"SELECT COUNT(*) FROM {table}")  # noqa: S608, SLF001 -- looked at from behind
    return counted


def test_what_held_only_before_the_oldest_run_is_forgotten_with_it(database: Database) -> None:
    with database.transaction() as connection:
        store = Store(connection, "lab")
        kept(store, NOW, nas=1, old=1)
        second = kept(store, NOW + 10, nas=2)
        kept(store, NOW + 20, nas=3)
        store.forget(NOW + 5, 0)
        assert [run.at for run in store.runs()] == [NOW + 10, NOW + 20]
        assert rows(store, "fact") == 2, "how full the storage was in each of the two runs that are left"
        assert store.facts(second) == {(Kind.STORAGE, "nas"): {"used": 2}}
    database.close()


def test_the_newest_run_is_never_forgotten(database: Database) -> None:
    with database.transaction() as connection:
        store = Store(connection, "lab")
        kept(store, NOW, nas=1)
        newest = kept(store, NOW + 10, nas=1)
        store.forget(NOW + 1000, 0)
        assert [run.at for run in store.runs()] == [NOW + 10]
        assert store.facts(newest) == {(Kind.STORAGE, "nas"): {"used": 1}}
    database.close()


def test_the_days_of_one_guest_are_those_of_no_other(database: Database) -> None:
    with database.transaction() as connection:
        store = Store(connection, "lab")
        kept(store, NOW)
        assert store.days(TODAY, "lxc/101") == {"lxc/101": {TODAY: GOOD}}
        assert store.days(TODAY).keys() == {"lxc/101", "qemu/100"}
    database.close()


@pytest.mark.parametrize("told", ["2026-13-01", "", 20260304, None])
def test_what_is_no_day_is_a_broken_row(told: str) -> None:
    with pytest.raises(BrokenRowError):
        day_in(told)
