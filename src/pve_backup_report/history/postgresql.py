"""A history in PostgreSQL, through SQLAlchemy; imported only where it is one, since that takes a third of a second."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError

from pve_backup_report.history.connection import Connection, Row
from pve_backup_report.history.trouble import HistoryTroubleError

_LOCK = 0x7076_6562  # this program's number among the locks of a PostgreSQL database


class Postgresql:
    """The database, for as long as a run needs it.

    Attributes:
        name: its URL without the password.
    """

    def __init__(self, url: str, wait_s: int) -> None:
        """Prepare; nobody is asked yet.

        Args:
            url: as SQLAlchemy writes them.
            wait_s: seconds to wait for the server, or for another run that writes.

        Raises:
            HistoryTroubleError: when the URL cannot be used.
            ModuleNotFoundError: the driver is missing.
        """
        there = _url(url)
        self.name = there.render_as_string(hide_password=True)
        patience: dict[str, object] = {  # a lock that is held ends like any other trouble
            "connect_timeout": wait_s,
            "options": f"-c lock_timeout={wait_s * 1000} -c statement_timeout={6 * wait_s * 1000}",
            "tcp_user_timeout": 3 * wait_s * 1000,
        }
        self._engine = sa.create_engine(there, connect_args=patience)

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Do several things at once, whole or not at all; one waits for all others, also those that make the tables.

        Raises:
            HistoryTroubleError: when the database does not do it.
        """
        try:
            with self._engine.begin() as connection:
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
                yield _PostgresqlConnection(connection)
        except DBAPIError as error:
            why = next((line.strip() for line in str(error.orig).splitlines() if line.strip()), "no reason given")
            raise HistoryTroubleError(
                f"{self.name}: cannot be used ({why}). See that HISTORY_URL is right and the server up."
            ) from None
        except SQLAlchemyError as error:
            told = f"{self.name}: holds what it should not ({type(error).__name__})."
            raise HistoryTroubleError(told, damaged=True) from None

    def close(self) -> None:
        """Let go of the server."""
        self._engine.dispose()


class _PostgresqlConnection(Connection):
    number = "BIGSERIAL"
    packed = "BYTEA"

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def rows(self, sql: str, /, **values: object) -> list[Row]:
        return [tuple(row) for row in self._connection.execute(sa.text(sql), values)]

    def do(self, sql: str, /, **values: object) -> None:
        self._connection.execute(sa.text(sql), values)

    def insert(self, sql: str, /, **values: object) -> int:
        return int(self.value(f"{sql} RETURNING id", **values))

    def do_each(self, sql: str, /, each: Iterable[Mapping[str, object]]) -> None:
        if rows := list(each):
            self._connection.execute(sa.text(sql), rows)

    def has_table(self, name: str, /) -> bool:
        return bool(self.value("SELECT to_regclass(:name) IS NOT NULL", name=name))


def _url(told: str) -> sa.URL:
    """Read the URL of a PostgreSQL database."""
    try:
        url = sa.make_url(told)
    except (ArgumentError, ValueError):  # the second for a port that is none
        raise HistoryTroubleError("HISTORY_URL is no URL: give postgresql://user:password@host/database.") from None
    if url.get_backend_name() != "postgresql":
        raise HistoryTroubleError("HISTORY_URL names no PostgreSQL: give postgresql://user:password@host/database.")
    return url.set(drivername="postgresql+psycopg")
