"""What is kept of a cluster's runs: written once a run, read by number, time or thing."""

import json
import zlib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import Connection, bindparam, delete, func, insert, or_, select, update

from pve_backup_report.history.changes import UNSEEN, carried
from pve_backup_report.history.database import BrokenRowError
from pve_backup_report.history.met import KeptDay
from pve_backup_report.history.spans import Span
from pve_backup_report.history.tables import CLUSTER, FACT, GUEST_DAY, RUN, TASK_LOG
from pve_backup_report.model.answer import Answer, AnswerKind
from pve_backup_report.model.day import DayState
from pve_backup_report.model.kept import Era
from pve_backup_report.model.past import Facts, KeptRun, Kind, State


@dataclass(frozen=True, slots=True)
class NewRun:
    """A run that is to be kept.

    Attributes:
        at: epoch of its clock reading.
        tool_version: version of the program.
        summary: its counts by name.
        complete: kinds of things of which it saw all.
        facts: what it knew.
        days: of each guest, those that are new or have changed.
    """

    at: int
    tool_version: str
    summary: Mapping[str, int]
    complete: frozenset[Kind]
    facts: Facts
    days: Mapping[str, Mapping[date, KeptDay]]


class Store:
    """The history of one cluster, in one transaction."""

    def __init__(self, connection: Connection, cluster: str) -> None:
        """Find the cluster; it gets a row when it has none.

        Args:
            connection: in a transaction.
            cluster: what the history calls it.
        """
        self._connection = connection
        found = connection.execute(select(CLUSTER.c.id).where(CLUSTER.c.name == cluster)).scalar()
        self._cluster = (
            found or connection.execute(insert(CLUSTER).values(name=cluster).returning(CLUSTER.c.id)).scalar_one()
        )

    def runs(self, since: int = 0) -> tuple[KeptRun, ...]:
        """Return the runs from a time on, the oldest first.

        Args:
            since: epoch.
        """
        wanted = select(RUN).where(RUN.c.cluster == self._cluster, RUN.c.asked_at >= since)
        rows = self._connection.execute(wanted.order_by(RUN.c.id))
        return tuple(_run(row.id, row.asked_at, row.summary, row.complete, told=bool(row.told)) for row in rows)

    def facts(self, run: int) -> Facts:
        """Return what was known in a run; what it could not see is marked."""
        alive = or_(FACT.c.until_run.is_(None), FACT.c.until_run > run)
        wanted = select(FACT.c.kind, FACT.c.key, FACT.c.state).where(
            FACT.c.cluster == self._cluster, FACT.c.first_run <= run, alive
        )
        rows = ((_kind(row.kind), row.key, row.state) for row in self._connection.execute(wanted))
        return {(kind, key): _fact(kind, state) for kind, key, state in rows}

    def spans(self, kind: Kind) -> Mapping[str, tuple[Span, ...]]:
        """Return how each thing of a kind was, by key, the newest span first."""
        wanted = select(FACT.c.key, FACT.c.first_run, FACT.c.first_at, FACT.c.until_run, FACT.c.state).where(
            FACT.c.cluster == self._cluster, FACT.c.kind == kind
        )
        found: dict[str, list[Span]] = defaultdict(list)
        for row in self._connection.execute(wanted.order_by(FACT.c.key, FACT.c.first_run.desc())):
            found[row.key].append(Span(row.first_run, row.first_at, row.until_run, _state(row.state)))
        return {key: tuple(spans) for key, spans in found.items()}

    def eras(self, kind: Kind, key: str) -> tuple[Era, ...]:
        """Return how one thing was over time, the newest first; runs that could not see it are passed over."""
        ends = select(RUN.c.id, RUN.c.asked_at).where(RUN.c.cluster == self._cluster)
        at = {row.id: row.asked_at for row in self._connection.execute(ends)}
        wanted = select(FACT.c.first_at, FACT.c.until_run, FACT.c.state).where(
            FACT.c.cluster == self._cluster, FACT.c.kind == kind, FACT.c.key == key
        )
        rows = self._connection.execute(wanted.order_by(FACT.c.first_run.desc()))
        told = [Era(row.first_at, at.get(row.until_run), _state(row.state)) for row in rows]
        return tuple(era for era in told if not era.state.get(UNSEEN))

    def days(self, first: date, guest: str | None = None) -> Mapping[str, Mapping[date, KeptDay]]:
        """Return the days of each guest, or of one, from a day on."""
        mine = [GUEST_DAY.c.cluster == self._cluster, GUEST_DAY.c.day >= first.isoformat()]
        if guest is not None:
            mine.append(GUEST_DAY.c.guest == guest)
        wanted = select(GUEST_DAY.c.guest, GUEST_DAY.c.day, GUEST_DAY.c.state, GUEST_DAY.c.over, GUEST_DAY.c.due).where(
            *mine
        )
        found: dict[str, dict[date, KeptDay]] = defaultdict(dict)
        days: dict[str, date] = {}
        for row in self._connection.execute(wanted):
            if row.day not in days:
                days[row.day] = _day(row.day)
            found[row.guest][days[row.day]] = KeptDay(_day_state(row.state), bool(row.over), bool(row.due))
        return found

    def counted_days(self, first: date) -> Mapping[date, Counter[DayState]]:
        """Return how many guests of which a backup was due had each state, day by day, from a day on."""
        mine = (GUEST_DAY.c.cluster == self._cluster, GUEST_DAY.c.day >= first.isoformat(), GUEST_DAY.c.due == 1)
        wanted = select(GUEST_DAY.c.day, GUEST_DAY.c.state, func.count()).where(*mine)
        found: dict[date, Counter[DayState]] = defaultdict(Counter)
        for day, state, count in self._connection.execute(wanted.group_by(GUEST_DAY.c.day, GUEST_DAY.c.state)):
            found[_day(day)][_day_state(state)] = count
        return found

    def logs(self) -> Mapping[str, bytes]:
        """Return the kept answers of finished tasks, packed, by path."""
        wanted = select(TASK_LOG.c.path, TASK_LOG.c.answer).where(TASK_LOG.c.cluster == self._cluster)
        return {row.path: row.answer for row in self._connection.execute(wanted)}

    def keep_logs(self, answers: Mapping[str, Answer], used: Collection[str], now: int) -> None:
        """Keep the answers of finished tasks, and note which of those kept are still of use.

        Args:
            answers: new ones, by path.
            used: paths of kept ones that this run read.
            now: epoch of the run.
        """
        there = TASK_LOG.c.cluster == self._cluster
        for path in answers:
            self._connection.execute(delete(TASK_LOG).where(there, TASK_LOG.c.path == path))
        new = [
            {"cluster": self._cluster, "path": path, "answer": _packed(answer), "used_at": now}
            for path, answer in answers.items()
        ]
        if new:
            self._connection.execute(insert(TASK_LOG), new)
        if used:
            again = update(TASK_LOG).where(there, TASK_LOG.c.path == bindparam("log")).values(used_at=now)
            self._connection.execute(again, [{"log": path} for path in used])

    def keep(self, run: NewRun) -> int:
        """Keep a run, and return its number."""
        before = self._connection.execute(select(func.max(RUN.c.id)).where(RUN.c.cluster == self._cluster)).scalar()
        number = self._connection.execute(
            insert(RUN)
            .values(
                cluster=self._cluster,
                asked_at=run.at,
                tool_version=run.tool_version,
                told=0,
                summary=json.dumps(dict(run.summary), sort_keys=True),
                complete=json.dumps(sorted(run.complete)),
            )
            .returning(RUN.c.id)
        ).scalar_one()
        known = {} if before is None else self.facts(before)
        facts = carried(known, run.facts, run.complete)
        self._close(number, [at for at, state in known.items() if facts.get(at) != state])
        self._open(number, run.at, {at: state for at, state in facts.items() if known.get(at) != state})
        self._keep_days(run.days)
        return int(number)

    def tell(self, run: int) -> None:
        """Note that whoever wanted to hear of a run was told."""
        self._connection.execute(update(RUN).where(RUN.c.cluster == self._cluster, RUN.c.id == run).values(told=1))

    def forget(self, before: int, unused_logs: int) -> None:
        """Forget what is older than a time: runs, what held in them alone, and days; and logs no run asked for since.

        Args:
            before: epoch; the newest run always stays.
            unused_logs: epoch.
        """
        mine = RUN.c.cluster == self._cluster
        newest = select(func.max(RUN.c.id)).where(mine).scalar_subquery()
        self._connection.execute(delete(RUN).where(mine, RUN.c.asked_at < before, RUN.c.id != newest))
        oldest = self._connection.execute(select(func.min(RUN.c.id)).where(mine)).scalar()
        if oldest is not None:
            gone = (FACT.c.cluster == self._cluster, FACT.c.until_run <= oldest)
            self._connection.execute(delete(FACT).where(*gone))
        day = datetime.fromtimestamp(before, UTC).date().isoformat()
        self._connection.execute(delete(GUEST_DAY).where(GUEST_DAY.c.cluster == self._cluster, GUEST_DAY.c.day < day))
        stale = (TASK_LOG.c.cluster == self._cluster, TASK_LOG.c.used_at < unused_logs)
        self._connection.execute(delete(TASK_LOG).where(*stale))

    def _close(self, run: int, ended: Iterable[tuple[Kind, str]]) -> None:
        closing = (
            update(FACT)
            .where(
                FACT.c.cluster == self._cluster,
                FACT.c.until_run.is_(None),
                FACT.c.kind == bindparam("of_kind"),
                FACT.c.key == bindparam("of_key"),
            )
            .values(until_run=run)
        )
        rows = [{"of_kind": str(kind), "of_key": key} for kind, key in ended]
        if rows:
            self._connection.execute(closing, rows)

    def _open(self, run: int, at: int, begun: Facts) -> None:
        rows = [
            {
                "cluster": self._cluster,
                "kind": str(kind),
                "key": key,
                "first_run": run,
                "first_at": at,
                "until_run": None,
                "state": json.dumps(dict(state), sort_keys=True),
            }
            for (kind, key), state in begun.items()
        ]
        if rows:
            self._connection.execute(insert(FACT), rows)

    def _keep_days(self, days: Mapping[str, Mapping[date, KeptDay]]) -> None:
        rows = [
            {
                "cluster": self._cluster,
                "day": day.isoformat(),
                "guest": guest,
                "state": str(kept.state),
                "over": int(kept.over),
                "due": int(kept.due),
            }
            for guest, of_guest in days.items()
            for day, kept in of_guest.items()
        ]
        if not rows:
            return
        old = delete(GUEST_DAY).where(
            GUEST_DAY.c.cluster == bindparam("of_cluster"),
            GUEST_DAY.c.day == bindparam("of_day"),
            GUEST_DAY.c.guest == bindparam("of_guest"),
        )
        self._connection.execute(
            old, [{"of_cluster": row["cluster"], "of_day": row["day"], "of_guest": row["guest"]} for row in rows]
        )
        self._connection.execute(insert(GUEST_DAY), rows)


def clusters_in(connection: Connection) -> tuple[str, ...]:
    """Return what a history calls its clusters, sorted."""
    return tuple(connection.execute(select(CLUSTER.c.name).order_by(CLUSTER.c.name)).scalars())


def unpacked(answer: bytes) -> Answer | None:
    """Return a kept answer of a finished task; None when it is not what was written: then it is asked again."""
    try:
        told = json.loads(zlib.decompress(answer))
        return Answer(AnswerKind.OK, status=told["status"], data=told["data"], total=told["total"])
    except (zlib.error, ValueError, KeyError, TypeError):
        return None


def _run(number: int, at: int, summary: str, complete: str, *, told: bool) -> KeptRun:
    try:
        counts = {str(name): int(count) for name, count in json.loads(summary).items()}
        return KeptRun(number, at, counts, frozenset(map(Kind, json.loads(complete))), told)
    except (ValueError, TypeError, AttributeError):
        raise BrokenRowError(f"run {number}") from None


def _kind(told: str) -> Kind:
    try:
        return Kind(told)
    except ValueError:
        raise BrokenRowError("a kind of fact") from None


def _state(told: str) -> State:
    try:
        state = json.loads(told)
    except ValueError:
        state = None
    if not isinstance(state, dict):
        raise BrokenRowError("a fact")
    return state


def _fact(kind: Kind, told: str) -> State:
    state = _state(told)
    if kind is Kind.GUEST and not {"name", "verdict", "freshness"} <= state.keys():
        raise BrokenRowError("what is known of a guest")
    return state


def _day(told: str) -> date:
    try:
        return date.fromisoformat(told)
    except ValueError:
        raise BrokenRowError("a day") from None


def _day_state(told: str) -> DayState:
    try:
        return DayState(told)
    except ValueError:
        raise BrokenRowError("how a day went") from None


def _packed(answer: Answer) -> bytes:
    told = {"status": answer.status, "data": answer.data, "total": answer.total}
    return zlib.compress(json.dumps(told).encode(), 6)
