"""What is kept of a cluster's runs: written once a run, read by number, time or thing."""

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from pve_backup_report.history.changes import UNSEEN, carried
from pve_backup_report.history.connection import Connection, Row
from pve_backup_report.history.met import KeptDay
from pve_backup_report.history.rows import day_in, day_state_in, fact_in, kind_in, packed, run_in, state_in
from pve_backup_report.history.spans import Span
from pve_backup_report.model.answer import Answer
from pve_backup_report.model.day import DayState
from pve_backup_report.model.kept import Era
from pve_backup_report.model.past import Facts, KeptRun, Kind


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
        found: int | None = connection.value("SELECT id FROM cluster WHERE name = :name", name=cluster)
        self._cluster = found or connection.insert("INSERT INTO cluster (name) VALUES (:name)", name=cluster)

    def runs(self, since: int = 0) -> tuple[KeptRun, ...]:
        """Return the runs from a time on, the oldest first.

        Args:
            since: epoch.
        """
        found = self._rows(
            "SELECT id, asked_at, summary, complete, told FROM run "
            "WHERE cluster = :cluster AND asked_at >= :since ORDER BY id",
            since=since,
        )
        return tuple(run_in(number, at, summary, seen, told=bool(told)) for number, at, summary, seen, told in found)

    def facts(self, run: int) -> Facts:
        """Return what was known in a run; what it could not see is marked."""
        found = self._rows(
            "SELECT kind, key, state FROM fact WHERE cluster = :cluster AND first_run <= :run "
            "AND (until_run IS NULL OR until_run > :run)",
            run=run,
        )
        rows = ((kind_in(kind), key, state) for kind, key, state in found)
        return {(kind, key): fact_in(kind, state) for kind, key, state in rows}

    def spans(self, kind: Kind) -> Mapping[str, tuple[Span, ...]]:
        """Return how each thing of a kind was, by key, the newest span first."""
        found: dict[str, list[Span]] = defaultdict(list)
        rows = self._rows(
            "SELECT key, first_run, first_at, until_run, state FROM fact "
            "WHERE cluster = :cluster AND kind = :kind ORDER BY key, first_run DESC",
            kind=str(kind),
        )
        for key, first_run, first_at, until_run, state in rows:
            found[key].append(Span(first_run, first_at, until_run, state_in(state)))
        return {key: tuple(spans) for key, spans in found.items()}

    def eras(self, kind: Kind, key: str) -> tuple[Era, ...]:
        """Return how one thing was over time, the newest first; runs that could not see it are passed over."""
        at: dict[int, int] = dict(self._rows("SELECT id, asked_at FROM run WHERE cluster = :cluster"))
        rows = self._rows(
            "SELECT first_at, until_run, state FROM fact "
            "WHERE cluster = :cluster AND kind = :kind AND key = :key ORDER BY first_run DESC",
            kind=str(kind),
            key=key,
        )
        told = [Era(first_at, at.get(until_run), state_in(state)) for first_at, until_run, state in rows]
        return tuple(era for era in told if not era.state.get(UNSEEN))

    def days(self, first: date, guest: str | None = None) -> Mapping[str, Mapping[date, KeptDay]]:
        """Return the days of each guest, or of one, from a day on."""
        rows = self._rows(
            "SELECT guest, day, state, over, due FROM guest_day "
            "WHERE cluster = :cluster AND day >= :first AND guest = COALESCE(:guest, guest)",
            first=first.isoformat(),
            guest=guest,
        )
        found: dict[str, dict[date, KeptDay]] = defaultdict(dict)
        days: dict[str, date] = {}
        for name, day, state, over, due in rows:
            if day not in days:
                days[day] = day_in(day)
            found[name][days[day]] = KeptDay(day_state_in(state), bool(over), bool(due))
        return found

    def counted_days(self, first: date) -> Mapping[date, Counter[DayState]]:
        """Return how many guests of which a backup was due had each state, day by day, from a day on."""
        rows = self._rows(
            "SELECT day, state, COUNT(*) FROM guest_day "
            "WHERE cluster = :cluster AND day >= :first AND due = 1 GROUP BY day, state",
            first=first.isoformat(),
        )
        found: dict[date, Counter[DayState]] = defaultdict(Counter)
        for day, state, count in rows:
            found[day_in(day)][day_state_in(state)] = count
        return found

    def logs(self) -> Mapping[str, bytes]:
        """Return the kept answers of finished tasks, packed, by path."""
        return dict(self._rows("SELECT path, answer FROM task_log WHERE cluster = :cluster"))

    def keep_logs(self, answers: Mapping[str, Answer], used: Collection[str], now: int) -> None:
        """Keep the answers of finished tasks, and note which of those kept are still of use.

        Args:
            answers: new ones, by path.
            used: paths of kept ones that this run read.
            now: epoch of the run.
        """
        self._each(
            "DELETE FROM task_log WHERE cluster = :cluster AND path = :path", [{"path": path} for path in answers]
        )
        self._each(
            "INSERT INTO task_log (cluster, path, answer, used_at) VALUES (:cluster, :path, :answer, :now)",
            [{"path": path, "answer": packed(answer), "now": now} for path, answer in answers.items()],
        )
        self._each(
            "UPDATE task_log SET used_at = :now WHERE cluster = :cluster AND path = :path",
            [{"path": path, "now": now} for path in used],
        )

    def keep(self, run: NewRun) -> int:
        """Keep a run, and return its number."""
        before = self._newest()
        number = self._connection.insert(
            "INSERT INTO run (cluster, asked_at, tool_version, told, summary, complete) "
            "VALUES (:cluster, :at, :tool_version, 0, :summary, :complete)",
            cluster=self._cluster,
            at=run.at,
            tool_version=run.tool_version,
            summary=json.dumps(dict(run.summary), sort_keys=True),
            complete=json.dumps(sorted(run.complete)),
        )
        known = {} if before is None else self.facts(before)
        facts = carried(known, run.facts, run.complete)
        self._close(number, [at for at, state in known.items() if facts.get(at) != state])
        self._open(number, run.at, {at: state for at, state in facts.items() if known.get(at) != state})
        self._keep_days(run.days)
        return number

    def tell(self, run: int) -> None:
        """Note that whoever wanted to hear of a run was told."""
        self._do("UPDATE run SET told = 1 WHERE cluster = :cluster AND id = :run", run=run)

    def forget(self, before: int, unused_logs: int) -> None:
        """Forget what is older than a time: runs, what held in them alone, and days; and logs no run asked for since.

        Args:
            before: epoch; the newest run always stays.
            unused_logs: epoch.
        """
        self._do(
            "DELETE FROM run WHERE cluster = :cluster AND asked_at < :before AND id <> :newest",
            before=before,
            newest=self._newest() or 0,
        )
        oldest = self._rows("SELECT MIN(id) FROM run WHERE cluster = :cluster")[0][0]
        if oldest is not None:
            self._do("DELETE FROM fact WHERE cluster = :cluster AND until_run <= :oldest", oldest=oldest)
        day = datetime.fromtimestamp(before, UTC).date().isoformat()
        self._do("DELETE FROM guest_day WHERE cluster = :cluster AND day < :day", day=day)
        self._do("DELETE FROM task_log WHERE cluster = :cluster AND used_at < :unused", unused=unused_logs)

    def _newest(self) -> int | None:
        found: int | None = self._rows("SELECT MAX(id) FROM run WHERE cluster = :cluster")[0][0]
        return found

    def _close(self, run: int, ended: Iterable[tuple[Kind, str]]) -> None:
        self._each(
            "UPDATE fact SET until_run = :run "
            "WHERE cluster = :cluster AND until_run IS NULL AND kind = :kind AND key = :key",
            [{"run": run, "kind": str(kind), "key": key} for kind, key in ended],
        )

    def _open(self, run: int, at: int, begun: Facts) -> None:
        self._each(
            "INSERT INTO fact (cluster, kind, key, first_run, first_at, until_run, state) "
            "VALUES (:cluster, :kind, :key, :run, :at, NULL, :state)",
            [
                {
                    "kind": str(kind),
                    "key": key,
                    "run": run,
                    "at": at,
                    "state": json.dumps(dict(state), sort_keys=True),
                }
                for (kind, key), state in begun.items()
            ],
        )

    def _keep_days(self, days: Mapping[str, Mapping[date, KeptDay]]) -> None:
        rows = [
            {
                "day": day.isoformat(),
                "guest": guest,
                "state": str(kept.state),
                "over": int(kept.over),
                "due": int(kept.due),
            }
            for guest, of_guest in days.items()
            for day, kept in of_guest.items()
        ]
        self._each(
            "DELETE FROM guest_day WHERE cluster = :cluster AND day = :day AND guest = :guest",
            [{"day": row["day"], "guest": row["guest"]} for row in rows],
        )
        self._each(
            "INSERT INTO guest_day (cluster, day, guest, state, over, due) "
            "VALUES (:cluster, :day, :guest, :state, :over, :due)",
            rows,
        )

    def _rows(self, sql: str, **values: object) -> list[Row]:
        return self._connection.rows(sql, cluster=self._cluster, **values)

    def _do(self, sql: str, **values: object) -> None:
        self._connection.do(sql, cluster=self._cluster, **values)

    def _each(self, sql: str, each: Iterable[Mapping[str, object]]) -> None:
        self._connection.do_each(sql, [{"cluster": self._cluster, **values} for values in each])


def clusters_in(connection: Connection) -> tuple[str, ...]:
    """Return what a history calls its clusters, sorted."""
    return tuple(name for (name,) in connection.rows("SELECT name FROM cluster ORDER BY name"))
