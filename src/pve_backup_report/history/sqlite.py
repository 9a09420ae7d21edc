"""A history in a file: SQLite, one writer at a time."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from pve_backup_report.history.connection import Connection, Row
from pve_backup_report.history.trouble import HistoryTroubleError

_DAMAGED = ("SQLITE_CORRUPT", "SQLITE_NOTADB")


class Sqlite:
    """The file, for as long as a run needs it.

    Attributes:
        name: its path.
    """

    def __init__(self, file: Path, wait_s: int) -> None:
        """Prepare; nothing is read or written yet.

        Args:
            file: the database.
            wait_s: seconds to wait for another run that writes.
        """
        self.name = str(file)
        self._wait_s = wait_s
        self._open: sqlite3.Connection | None = None

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Do several things at once, whole or not at all.

        Raises:
            HistoryTroubleError: when the file does not do it.
        """
        try:
            with self._held() as connection:
                yield _SqliteConnection(connection)
        except sqlite3.Error as error:
            raise self._trouble(error) from None

    def close(self) -> None:
        """Let go of the file."""
        if self._open is not None:
            self._open.close()
            self._open = None

    @contextmanager
    def _held(self) -> Iterator[sqlite3.Connection]:
        """Hold the file from the beginning of the transaction, so that none fails at its end."""
        connection = self._opened()
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
            connection.commit()
        finally:
            if connection.in_transaction:
                connection.rollback()

    def _opened(self) -> sqlite3.Connection:
        if self._open is None:
            connection = sqlite3.connect(self.name, timeout=self._wait_s, check_same_thread=False)
            connection.isolation_level = None  # transactions begin where we say so
            try:
                for option in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
                    connection.execute(f"PRAGMA {option}")
            except BaseException:
                connection.close()
                raise
            self._open = connection
        return self._open

    def _trouble(self, error: sqlite3.Error) -> HistoryTroubleError:
        code = getattr(error, "sqlite_errorname", "") or ""
        if code.startswith(_DAMAGED):
            return HistoryTroubleError(f"{self.name}: is damaged ({error}).", damaged=True)
        if code.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
            told = f"{self.name}: another program holds it. See that only one run at a time uses STATE_DIR."
            return HistoryTroubleError(told)
        if code.startswith(("SQLITE_FULL", "SQLITE_IOERR")):
            told = f"{self.name}: cannot be written ({error}). See that there is room, and that the disk is well."
            return HistoryTroubleError(told)
        return HistoryTroubleError(f"{self.name}: cannot be used ({error}). See that this user may write there.")


class _SqliteConnection(Connection):
    number = "INTEGER"  # SQLite counts up only in a column of this very type
    packed = "BLOB"

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def rows(self, sql: str, /, **values: object) -> list[Row]:
        return self._connection.execute(sql, values).fetchall()

    def do(self, sql: str, /, **values: object) -> None:
        self._connection.execute(sql, values)

    def insert(self, sql: str, /, **values: object) -> int:
        return int(self._connection.execute(sql, values).lastrowid or 0)

    def do_each(self, sql: str, /, each: Iterable[Mapping[str, object]]) -> None:
        self._connection.executemany(sql, each)

    def has_table(self, name: str, /) -> bool:
        return bool(self.value("SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = :name", name=name))
