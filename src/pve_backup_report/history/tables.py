"""The tables of the history, the same in SQLite and PostgreSQL."""

from typing import Final

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, MetaData, String, Table, Text

VERSION: Final = 1  # of the schema; a new one comes with a step in migrations.py

METADATA = MetaData()
_NUMBER = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts up only in a column of this very type

SCHEMA = Table("history_schema", METADATA, Column("version", Integer, primary_key=True, autoincrement=False))

CLUSTER = Table(
    "cluster",
    METADATA,
    Column("id", _NUMBER, primary_key=True),
    Column("name", String(255), nullable=False, unique=True),
)

RUN = Table(
    "run",
    METADATA,
    Column("id", _NUMBER, primary_key=True),
    Column("cluster", ForeignKey("cluster.id"), nullable=False),
    Column("asked_at", BigInteger, nullable=False),
    Column("tool_version", String(64), nullable=False),
    Column("told", Integer, nullable=False),  # 1: whoever wanted to hear of it was told
    Column("summary", Text, nullable=False),  # JSON: counts by name
    Column("complete", Text, nullable=False),  # JSON: kinds of things of which the run saw all
    Index("run_by_time", "cluster", "asked_at"),
)

# A fact is written when it changes, not at each run: it holds from first_run until, without, until_run.
FACT = Table(
    "fact",
    METADATA,
    Column("id", _NUMBER, primary_key=True),
    Column("cluster", ForeignKey("cluster.id"), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("key", Text, nullable=False),
    Column("first_run", BigInteger, nullable=False),
    Column("first_at", BigInteger, nullable=False),
    Column("until_run", BigInteger),
    Column("state", Text, nullable=False),  # JSON
    Index("fact_by_end", "cluster", "until_run", "kind"),
    Index("fact_by_key", "cluster", "kind", "key", "first_run"),
)

GUEST_DAY = Table(
    "guest_day",
    METADATA,
    Column("cluster", ForeignKey("cluster.id"), primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("guest", String(32), primary_key=True),
    Column("state", String(16), nullable=False),
    Column("over", Integer, nullable=False),  # 1: the day was over when it was judged
    Column("due", Integer, nullable=False),  # 1: a backup was due on it
)

# Answers of finished tasks, by the path that was asked: what is finished never changes.
TASK_LOG = Table(
    "task_log",
    METADATA,
    Column("cluster", ForeignKey("cluster.id"), primary_key=True),
    Column("path", Text, primary_key=True),
    Column("answer", LargeBinary, nullable=False),  # zlib of JSON
    Column("used_at", BigInteger, nullable=False),
)
