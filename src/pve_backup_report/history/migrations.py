"""The schema of the history, made or brought up to date step by step, each step whole or not at all."""

from collections.abc import Callable, Mapping

from pve_backup_report.history.connection import Connection
from pve_backup_report.history.tables import VERSION, make_tables
from pve_backup_report.history.trouble import BrokenRowError, NewerSchemaError

# From which version a step leads on to the next one. Steps are never changed once they were released.
STEPS: Mapping[int, Callable[[Connection], None]] = {}


def bring_up_to_date(connection: Connection, steps: Mapping[int, Callable[[Connection], None]] = STEPS) -> None:
    """Make the tables, or lead those of an earlier version on to this one's.

    Args:
        connection: in a transaction.
        steps: by the version they start from.

    Raises:
        NewerSchemaError: when a later version of the program wrote them.
        BrokenRowError: when nothing tells the version.
    """
    if not connection.has_table("history_schema"):
        make_tables(connection)
        return
    found = connection.value("SELECT version FROM history_schema")
    newest = max((VERSION, *(start + 1 for start in steps)))
    if not isinstance(found, int):
        raise BrokenRowError("the version of the schema")
    if found > newest:
        raise NewerSchemaError
    for version in range(found, newest):
        steps[version](connection)
        connection.do("UPDATE history_schema SET version = :version", version=version + 1)
