"""The history as a run uses it: whatever goes wrong with it is told once, and never stops the run."""

from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from datetime import date, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from pve_backup_report.history.database import Database
from pve_backup_report.history.facts import complete_in, facts_of
from pve_backup_report.history.met import DAY_S, REACHES, KeptDay
from pve_backup_report.history.past import days_of, past_of, with_days
from pve_backup_report.history.rows import unpacked
from pve_backup_report.history.store import NewRun, Store
from pve_backup_report.history.trouble import HistoryTroubleError
from pve_backup_report.model.answer import Answer
from pve_backup_report.model.past import Past
from pve_backup_report.model.report import Report, Summary
from pve_backup_report.model.report_name import stamp_of

_LOGS_KEPT_S = 7 * DAY_S  # after no run found the task on its node any more
_LONGEST_PATH = 2000  # bytes; a longer one finds no room in an index, and no task of Proxmox has one
_LONGEST_PAUSE_S = 31 * DAY_S
_Result = TypeVar("_Result")


class Memory:
    """One run's use of the history of one cluster.

    Attributes:
        faults: what went wrong with the database, each one sentence.
    """

    def __init__(self, place: Path | str, cluster: str, now: int, keep_s: int) -> None:
        """Prepare; nothing is opened yet.

        Args:
            place: the folder of the SQLite file, or the URL of a PostgreSQL database.
            cluster: what the history calls the cluster.
            now: epoch, the run's one clock reading.
            keep_s: seconds after which a run is forgotten.
        """
        self._place, self._cluster, self._now, self._keep_s = place, cluster, now, keep_s
        self._database: Database | None = None
        self._kept: Mapping[str, bytes] = {}
        self._used: set[str] = set()
        self._new: dict[str, Answer] = {}
        self._days: Mapping[str, Mapping[date, KeptDay]] = {}
        self._run: int | None = None
        self._file: tuple[int, int] | None = None
        self.faults: list[str] = []

    def open(self) -> None:
        """Open the database and read the kept logs; a broken one is set aside, and a new one begun."""
        try:
            self._database = self._opened()
        except HistoryTroubleError as trouble:
            self._mend(trouble)
        self._kept = self._do(Store.logs) or {}

    def recall(self, path: str) -> Answer | None:
        """Return the answer of a finished task that an earlier run read; None when there is none.

        Args:
            path: as it would be asked.
        """
        packed = self._kept.get(path)
        answer = None if packed is None else unpacked(packed)
        if answer is not None:
            self._used.add(path)
        return answer

    def offer(self, path: str, answer: Answer) -> None:
        """Take the answer of a finished task, to be kept with the run."""
        if answer.ok and path not in self._used and len(path) <= _LONGEST_PATH:
            self._new[path] = answer

    def added_to(self, report: Report) -> Report:
        """Return a report with what the history adds; what went wrong with the history is said there too."""
        today = days_of(report)[-1]
        first = today - timedelta(days=REACHES[-1] - 1)
        found = self._do(lambda store: (store.days(first), past_of(store, report)))
        if found is None:
            return replace(report, past=Past(fault=" ".join(self.faults)))
        kept, past = found
        told, days, new = with_days(report, kept)
        self._days = new
        return replace(told, past=replace(past(days), fault=" ".join(self.faults) or None))

    def keep(self, report: Report) -> None:
        """Keep a run: whole or not at all."""
        summary = {name.name: int(getattr(report.summary, name.name)) for name in fields(Summary)}
        run = NewRun(
            at=self._now,
            tool_version=report.tool_version,
            summary={**summary, "gaps": len(report.analysis.cluster.gaps)},
            complete=complete_in(report),
            facts=facts_of(report),
            days=self._days,
        )

        def write(store: Store) -> None:
            self._run = store.keep(run)
            store.keep_logs(self._new, self._used, self._now)
            if self._clock_is_steady(store):
                store.forget(self._now - self._keep_s, self._now - _LOGS_KEPT_S)

        self._do(write)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Let go of the database, where that was not done."""
        if self._database is not None:
            self._database.close()

    def close(self, *, told: bool) -> None:
        """Let go of the database.

        Args:
            told: whoever wanted to hear of the run was told; else the next one is compared with an earlier run.
        """
        run = self._run
        if told and run is not None:
            self._do(lambda store: store.tell(run))
        if self._database is not None:
            self._database.close()

    def _clock_is_steady(self, store: Store) -> bool:
        """Whether this run is no more than a month after the one before: a clock that jumps must not make it forget."""
        *_, before, last = (None, None, *store.runs())
        return before is None or last is None or last.at - before.at < _LONGEST_PAUSE_S

    def _do(self, work: Callable[[Store], _Result]) -> _Result | None:
        """Do something with the history; None when it cannot be used."""
        for _ in range(2):
            if self._database is None:
                return None
            try:
                with self._database.transaction() as connection:
                    return work(Store(connection, self._cluster))
            except HistoryTroubleError as trouble:
                self._mend(trouble)
        return None

    def _opened(self) -> Database:
        database = Database(self._place)
        self._file = database.identity
        try:
            database.prepare()
        except HistoryTroubleError:
            database.close()
            raise
        self._file = database.identity
        return database

    def _mend(self, trouble: HistoryTroubleError) -> None:
        """Set a broken file aside and begin a new one; with any other trouble this run goes without a history."""
        if self._database is not None:
            self._database.close()
        self._database = None
        if not trouble.damaged or not isinstance(self._place, Path):
            self.faults.append(f"The history: {trouble} This run is not kept, and nothing is compared.")
            return
        stamp = stamp_of(self._now)
        try:
            aside = Database(self._place).set_aside(stamp, self._file)
            self._database = self._opened()
        except HistoryTroubleError as again:
            self.faults.append(f"The history: {again} This run is not kept, and nothing is compared.")
        else:
            done = f"It is kept as {aside}, and a new one is begun." if aside else "Another run has begun a new one."
            self.faults.append(f"The history: {trouble} {done}")
