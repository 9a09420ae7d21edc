"""The database of the history: SQLite in a folder, or PostgreSQL by URL; opened, set up, set aside when damaged."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError

from pve_backup_report.history.migrations import NewerSchemaError, bring_up_to_date
from pve_backup_report.history.turn import in_turn

FILE = "history.db"
_WAIT_S = 10  # for another run that writes
_PATIENCE: dict[str, object] = {  # with a PostgreSQL server; a lock that is held ends like any other trouble
    "connect_timeout": _WAIT_S,
    "options": f"-c lock_timeout={_WAIT_S * 1000} -c statement_timeout={6 * _WAIT_S * 1000}",
    "tcp_user_timeout": 3 * _WAIT_S * 1000,
}
_LOCK = 0x7076_6562  # this program's number among the locks of a PostgreSQL database
_BEHIND = ("-wal", "-shm", "-journal")
_DAMAGED = ("SQLITE_CORRUPT", "SQLITE_NOTADB")


class HistoryTroubleError(Exception):
    """The history cannot be used now; its text says what is wrong and what to do next, and holds no secret.

    Attributes:
        damaged: the file itself is broken, and can be set aside.
    """

    def __init__(self, told: str, *, damaged: bool = False) -> None:
        super().__init__(told)
        self.damaged = damaged


class BrokenRowError(Exception):
    """A row is not what this program writes."""


class Database:
    """One history, for as long as a run needs it."""

    def __init__(self, place: Path | str) -> None:
        """Open it; nothing is read or written yet.

        Args:
            place: the folder of the SQLite file, or the URL of a PostgreSQL database.

        Raises:
            HistoryTroubleError: when the URL cannot be used, or the driver for it is missing.
        """
        self._file = place / FILE if isinstance(place, Path) else None
        url = URL.create("sqlite", database=str(self._file)) if self._file is not None else _url(str(place))
        self.name = str(self._file) if self._file is not None else url.render_as_string(hide_password=True)
        arguments: dict[str, object] = {"timeout": _WAIT_S} if self._file is not None else _PATIENCE
        try:
            self._engine: Engine = create_engine(url, connect_args=arguments)
        except ModuleNotFoundError:
            told = f"{self.name}: the driver for PostgreSQL is missing: pip install 'pve-backup-report[postgresql]'."
            raise HistoryTroubleError(told) from None
        if self._file is not None:
            event.listen(self._engine, "connect", _set_up_sqlite)
        event.listen(self._engine, "begin", _hold_sqlite if self._file is not None else _hold_postgresql)

    def prepare(self, *, check: bool = True) -> None:
        """Make folder and tables where they are absent, and see that the file is whole.

        Args:
            check: read all of the file for that.

        Raises:
            HistoryTroubleError: when it cannot be used.
        """
        if self._file is None:
            self._set_up(check=False)
            return
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with in_turn(self._file.parent, _WAIT_S), self._there(self._file):
                self._set_up(check=check)
        except OSError as error:
            told = f"{self._file}: cannot be written ({error.strerror}). Choose another place with STATE_DIR."
            raise HistoryTroubleError(told) from None

    @contextmanager
    def _there(self, file: Path) -> Iterator[None]:
        """Make the file where there is none; an empty one that was there already is no history that anybody made."""
        try:
            file.touch(mode=0o600, exist_ok=False)
        except FileExistsError:
            if file.stat().st_size == 0 and not any(map(_holds_something, self._behind)):
                raise HistoryTroubleError(f"{file}: is empty, and what was in it is lost.", damaged=True) from None
            yield
            return
        try:
            yield
        finally:
            if file.stat().st_size == 0:  # interrupted, or there is no room: the next run is not to take it for a loss
                file.unlink()

    @property
    def _behind(self) -> tuple[Path, ...]:
        return () if self._file is None else tuple(self._file.with_name(f"{FILE}{ending}") for ending in _BEHIND)

    def _set_up(self, *, check: bool) -> None:
        with self.transaction() as connection:
            if check:
                found = connection.execute(text("PRAGMA quick_check(1)")).scalar_one()
                if found != "ok":
                    told = " ".join(str(found).split())
                    raise HistoryTroubleError(f"{self.name}: is damaged ({told}).", damaged=True)
            bring_up_to_date(connection)

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Do several things at once, whole or not at all.

        Raises:
            HistoryTroubleError: when the database does not do it.
        """
        try:
            with self._engine.begin() as connection:
                yield connection
        except NewerSchemaError:
            told = f"{self.name}: a later version of this program wrote it. Update the program; it is left as it is."
            raise HistoryTroubleError(told) from None
        except DBAPIError as error:
            raise self._trouble(error) from None
        except SQLAlchemyError as error:
            told = f"{self.name}: holds what it should not ({type(error).__name__})."
            raise HistoryTroubleError(told, damaged=True) from None
        except BrokenRowError as error:
            raise HistoryTroubleError(f"{self.name}: holds what it should not ({error}).", damaged=True) from None

    def set_aside(self, stamp: str, found: tuple[int, int] | None) -> Path | None:
        """Give a broken file another name, so that a new history can begin.

        Args:
            stamp: for the name.
            found: the ``identity`` of the file that was found broken.

        Returns:
            The new name; None when another run has done so meanwhile.

        Raises:
            HistoryTroubleError: when it cannot be renamed.
        """
        self.close()
        if self._file is None:
            return None
        aside = self._file.with_name(f"{FILE}.damaged-{stamp}")
        try:
            with in_turn(self._file.parent, _WAIT_S):
                if self.identity != found:
                    return None
                self._file.rename(aside)
                for ending, behind in zip(_BEHIND, self._behind, strict=True):
                    if behind.exists():
                        behind.rename(aside.with_name(aside.name + ending))
        except OSError as error:
            told = f"{self._file}: is damaged and cannot be renamed ({error.strerror}). Remove it by hand."
            raise HistoryTroubleError(told) from None
        return aside

    @property
    def identity(self) -> tuple[int, int] | None:
        """What tells the file from another one of the same name; None where there is none."""
        try:
            there = None if self._file is None else self._file.stat()
        except OSError:
            return None
        return None if there is None else (there.st_dev, there.st_ino)

    def close(self) -> None:
        """Let go of it."""
        self._engine.dispose()

    def _trouble(self, error: DBAPIError) -> HistoryTroubleError:
        cause = error.orig
        if isinstance(cause, sqlite3.Error):
            code = getattr(cause, "sqlite_errorname", "") or ""
            if code.startswith(_DAMAGED):
                return HistoryTroubleError(f"{self.name}: is damaged ({cause}).", damaged=True)
            if code.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
                told = f"{self.name}: another program holds it. See that only one run at a time uses STATE_DIR."
                return HistoryTroubleError(told)
            if code.startswith(("SQLITE_FULL", "SQLITE_IOERR")):
                told = f"{self.name}: cannot be written ({cause}). See that there is room, and that the disk is well."
                return HistoryTroubleError(told)
            return HistoryTroubleError(f"{self.name}: cannot be used ({cause}). See that this user may write there.")
        why = _first_line(str(cause))
        return HistoryTroubleError(
            f"{self.name}: cannot be used ({why}). See that HISTORY_URL is right and the server up."
        )


def _holds_something(path: Path) -> bool:
    return path.exists() and path.stat().st_size > 0


def _url(told: str) -> URL:
    """Read the URL of a PostgreSQL database."""
    try:
        url = make_url(told)
    except (ArgumentError, ValueError):  # the second for a port that is none
        raise HistoryTroubleError("HISTORY_URL is no URL: give postgresql://user:password@host/database.") from None
    if url.get_backend_name() != "postgresql":
        raise HistoryTroubleError("HISTORY_URL names no PostgreSQL: give postgresql://user:password@host/database.")
    return url.set(drivername="postgresql+psycopg")


def _set_up_sqlite(connection: sqlite3.Connection, _: object) -> None:
    connection.isolation_level = None  # transactions begin where we say so, see _hold_sqlite
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")


def _hold_sqlite(connection: Connection) -> None:
    """One writer: a transaction holds the file from its beginning, so that none fails at its end."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _hold_postgresql(connection: Connection) -> None:
    """One writer: a transaction waits for all others of this program, also of those that make the tables."""
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")


def _first_line(told: str) -> str:
    return next((line.strip() for line in told.splitlines() if line.strip()), "no reason given")
