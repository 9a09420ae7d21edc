"""The tables of the history, the same in SQLite and PostgreSQL."""

from typing import Final

from pve_backup_report.history.connection import Connection

VERSION: Final = 1  # of the schema; a new one comes with a step in migrations.py

_TABLES = (
    "CREATE TABLE history_schema (version INTEGER NOT NULL PRIMARY KEY)",
    "CREATE TABLE cluster (id {number} NOT NULL PRIMARY KEY, name VARCHAR(255) NOT NULL UNIQUE)",
    # told is 1 when whoever wanted to hear of the run was told; summary: counts by name, and complete: kinds of things
    # of which the run saw all, both as JSON
    """CREATE TABLE run (
        id {number} NOT NULL PRIMARY KEY, cluster BIGINT NOT NULL REFERENCES cluster (id), asked_at BIGINT NOT NULL,
        tool_version VARCHAR(64) NOT NULL, told INTEGER NOT NULL, summary TEXT NOT NULL, complete TEXT NOT NULL)""",
    "CREATE INDEX run_by_time ON run (cluster, asked_at)",
    # A fact is written when it changes, not at each run: it holds from first_run until, without, until_run.
    """CREATE TABLE fact (
        id {number} NOT NULL PRIMARY KEY, cluster BIGINT NOT NULL REFERENCES cluster (id), kind VARCHAR(16) NOT NULL,
        key TEXT NOT NULL, first_run BIGINT NOT NULL, first_at BIGINT NOT NULL, until_run BIGINT,
        state TEXT NOT NULL)""",
    "CREATE INDEX fact_by_end ON fact (cluster, until_run, kind)",
    "CREATE INDEX fact_by_key ON fact (cluster, kind, key, first_run)",
    # over is 1 when the day was over when it was judged, due is 1 when a backup was due on it
    """CREATE TABLE guest_day (
        cluster BIGINT NOT NULL REFERENCES cluster (id), day VARCHAR(10) NOT NULL, guest VARCHAR(32) NOT NULL,
        state VARCHAR(16) NOT NULL, over INTEGER NOT NULL, due INTEGER NOT NULL, PRIMARY KEY (cluster, day, guest))""",
    # Answers of finished tasks, by the path that was asked: what is finished never changes. answer: zlib of JSON
    """CREATE TABLE task_log (
        cluster BIGINT NOT NULL REFERENCES cluster (id), path TEXT NOT NULL, answer {packed} NOT NULL,
        used_at BIGINT NOT NULL, PRIMARY KEY (cluster, path))""",
)


def make_tables(connection: Connection) -> None:
    """Make all of them, and note the version.

    Args:
        connection: in a transaction.
    """
    for table in _TABLES:
        connection.do(table.format(number=connection.number, packed=connection.packed))
    connection.do("INSERT INTO history_schema (version) VALUES (:version)", version=VERSION)
