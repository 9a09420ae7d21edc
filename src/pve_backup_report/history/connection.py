"""What both databases do alike: the same SQL, with values named ``:name``."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from typing import Any

Row = tuple[Any, ...]


class Connection(ABC):
    """A database in the midst of a transaction.

    Attributes:
        number: the type of a column that counts up, and is the key.
        packed: the type of a column that holds bytes.
    """

    number: str
    packed: str

    @abstractmethod
    def rows(self, sql: str, /, **values: object) -> list[Row]:
        """Return the rows that a query finds."""

    @abstractmethod
    def do(self, sql: str, /, **values: object) -> None:
        """Do something that returns nothing."""

    @abstractmethod
    def insert(self, sql: str, /, **values: object) -> int:
        """Insert a row that counts up, and return its number."""

    @abstractmethod
    def do_each(self, sql: str, /, each: Iterable[Mapping[str, object]]) -> None:
        """Do the same once for each of some values; nothing for none."""

    @abstractmethod
    def has_table(self, name: str, /) -> bool:
        """Whether there is such a table."""

    def value(self, sql: str, /, **values: object) -> Any:  # noqa: ANN401 -- whatever the column holds
        """Return the first value of the first row that a query finds; None when it finds none."""
        found = self.rows(sql, **values)
        return found[0][0] if found else None
