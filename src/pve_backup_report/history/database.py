"""The database of the history: SQLite in a folder, or PostgreSQL by URL; opened, set up, set aside when damaged."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from pve_backup_report.history.connection import Connection
from pve_backup_report.history.migrations import bring_up_to_date
from pve_backup_report.history.sqlite import Sqlite
from pve_backup_report.history.trouble import BrokenRowError, HistoryTroubleError, NewerSchemaError
from pve_backup_report.history.turn import in_turn

if TYPE_CHECKING:
    from pve_backup_report.history.postgresql import Postgresql

FILE = "history.db"
_WAIT_S = 10  # for another run that writes
_BEHIND = ("-wal", "-shm", "-journal")


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
        self._at = _postgresql(str(place)) if self._file is None else Sqlite(self._file, _WAIT_S)
        self.name = self._at.name

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
                found = connection.value("PRAGMA quick_check(1)")
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
            with self._at.transaction() as connection:
                yield connection
        except NewerSchemaError:
            told = f"{self.name}: a later version of this program wrote it. Update the program; it is left as it is."
            raise HistoryTroubleError(told) from None
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
        self._at.close()


def _postgresql(url: str) -> "Postgresql":
    try:
        from pve_backup_report.history.postgresql import Postgresql  # noqa: PLC0415 -- an extra, and heavy

        return Postgresql(url, _WAIT_S)
    except ModuleNotFoundError:
        told = "HISTORY_URL: the driver for PostgreSQL is missing: pip install 'pve-backup-report[postgresql]'."
        raise HistoryTroubleError(told) from None


def _holds_something(path: Path) -> bool:
    return path.exists() and path.stat().st_size > 0
