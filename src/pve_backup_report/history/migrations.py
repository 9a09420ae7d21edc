"""The schema of the history, made or brought up to date step by step, each step whole or not at all."""

from collections.abc import Callable, Mapping

from sqlalchemy import Connection, insert, inspect, select, update

from pve_backup_report.history.tables import METADATA, SCHEMA, VERSION

# From which version a step leads on to the next one. Steps are never changed once they were released.
STEPS: Mapping[int, Callable[[Connection], None]] = {}


class NewerSchemaError(Exception):
    """A later version of the program wrote the history: it is left alone."""


def bring_up_to_date(connection: Connection, steps: Mapping[int, Callable[[Connection], None]] = STEPS) -> None:
    """Make the tables, or lead those of an earlier version on to this one's.

    Args:
        connection: in a transaction.
        steps: by the version they start from.

    Raises:
        NewerSchemaError: when a later version of the program wrote them.
    """
    if not inspect(connection).has_table(SCHEMA.name):
        METADATA.create_all(connection)
        connection.execute(insert(SCHEMA).values(version=VERSION))
        return
    found = connection.execute(select(SCHEMA.c.version)).scalar_one()
    newest = max((VERSION, *(start + 1 for start in steps)))
    if found > newest:
        raise NewerSchemaError
    for version in range(found, newest):
        steps[version](connection)
        connection.execute(update(SCHEMA).values(version=version + 1))
