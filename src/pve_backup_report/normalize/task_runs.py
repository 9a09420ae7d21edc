"""What a vzdump task did for each of its guests, from its log where there is one.

pve-manager PVE/API2/VZDump.pm and PVE/VZDump.pm.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC
from zoneinfo import ZoneInfo

from pve_backup_report.endpoints.pve import TASK_LOG, log_pages
from pve_backup_report.model.answer import Answer
from pve_backup_report.model.gap import Gap, GapKind
from pve_backup_report.model.task import LogState, Run, RunResult, Task
from pve_backup_report.model.task_log import GuestOutcome, GuestRun, TaskLog
from pve_backup_report.normalize.kept_log import lines_in, read_page
from pve_backup_report.normalize.local_time import epoch_within
from pve_backup_report.normalize.reading import Row, missing, moment, number, text, unusable
from pve_backup_report.normalize.task_log import read_task_log
from pve_backup_report.normalize.task_log_plain import read_plain_log
from pve_backup_report.normalize.task_status import result_of_only_guest, succeeded

_SNAPSHOT = re.compile(r"(?:vm|ct)/\d+/(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)Z")
_SETUP = ("could not activate storage", "could not get storage information", "dumpdir ", "tmpdir ")
_RESULTS = {
    GuestOutcome.OK: RunResult.OK,
    GuestOutcome.FAILED: RunResult.FAILED,
    GuestOutcome.ABORTED: RunResult.ABORTED,
}


@dataclass(frozen=True, slots=True)
class TaskReader:
    """Turns a node's rows into tasks and runs.

    Attributes:
        answers: the tape's answers.
        node: the node.
        zone: the node's zone, or the one that stands in for it.
        now: epoch of the tape.
        log_limit: lines read per log.
        default_storage: where a run without ``--storage`` writes; None when not known.
    """

    answers: Mapping[str, Answer]
    node: str
    zone: ZoneInfo
    now: int
    log_limit: int
    default_storage: str | None

    def read(self, row: Row) -> tuple[Task, tuple[Run, ...], Gap | None] | None:
        """Return the task, its runs and the gap its log leaves; None when the row is no task."""
        read = self.task_and_log(row)
        if read is None:
            return None
        task, log, gap = read
        return task, tuple(self._runs(task, log)), gap

    def task_and_log(self, row: Row) -> tuple[Task, TaskLog | None, Gap | None] | None:
        """Return the task, what its log says as far as it was read, and the gap it leaves; None for no task."""
        upid, start = text(row.get("upid")), moment(row.get("starttime"))
        if upid is None or start is None:
            return None
        status, vmid = text(row.get("status")), number(row.get("id"))
        log, state, gap = self._log(upid, told=vmid is not None and succeeded(status))
        end = moment(row.get("endtime"))
        job_error = log.job_error if log else None
        task = Task(upid, self.node, start, end, vmid, status, state, gap.detail if gap else None, job_error)
        return task, log, gap

    def text_of(self, upid: str) -> tuple[str | None, LogState, Gap | None]:
        """Return the kept lines of a log, as far as they were answered: all of them where it is READ.

        Args:
            upid: of the task.

        Returns:
            The lines with line breaks between them, None without a sound answer to the first question; what is known
            of the log; the gap it leaves.
        """
        kept = ""
        values: dict[str, str | int] = {"node": self.node, "upid": upid, "start": 0, "limit": 0}
        for start, limit in log_pages(self.log_limit):
            answer = self.answers.get(TASK_LOG.ask(node=self.node, upid=upid, start=start, limit=limit))
            gap = missing(TASK_LOG, answer, **values)
            if gap is not None or answer is None:
                return None, LogState.NOT_NEEDED if answer is None else LogState.NOT_SEEN, gap
            page = read_page(answer.data)
            if page is None:
                return None, LogState.NOT_SEEN, unusable(TASK_LOG, "no lines", **values)
            kept = "\n".join(filter(None, (kept, page.text)))
            reached = start + page.count
            if reached == 0:  # of an empty file Proxmox says "no content" (pve-common PVE/Tools.pm dump_logfile)
                return None, LogState.NOT_SEEN, unusable(TASK_LOG, "not a single line", **values)
            ended = answer.total is None and kept[kept.rfind("\n") + 1 :].startswith("TASK ")
            if reached == answer.total or (ended and reached < start + limit):
                return kept, LogState.READ, None
            if reached < start + limit:
                total = answer.total or "an unknown number of"
                short = f"{reached} of {total} lines answered"
                return kept, LogState.NOT_SEEN, self._cut_short(upid, GapKind.FAILED, short)
        cut = f"PVE_TASK_LOG_LIMIT={self.log_limit}"
        return kept, LogState.NOT_SEEN, self._cut_short(upid, GapKind.LIMITED, cut)

    def _log(self, upid: str, *, told: bool) -> tuple[TaskLog | None, LogState, Gap | None]:
        """Return the log as far as it was answered; ``told``: the list alone tells how the task went."""
        kept, state, gap = self.text_of(upid)
        if state is LogState.NOT_NEEDED:
            return (None, state, None) if told else (None, LogState.NOT_SEEN, gap)
        if kept is None:
            return None, state, gap
        if state is not LogState.READ:
            return read_task_log(lines_in(kept)), state, gap
        log = read_plain_log(kept) or read_task_log(lines_in(kept))
        return (None, LogState.GONE, None) if log.gone else (log, state, None)

    def _cut_short(self, upid: str, kind: GapKind, told: str) -> Gap:
        path = TASK_LOG.ask(node=self.node, upid=upid, start=0, limit=0).partition("?")[0]
        return Gap(path, kind, told, None, TASK_LOG.blinds)

    def _runs(self, task: Task, log: TaskLog | None) -> Iterator[Run]:
        if log is not None and (log.header or log.job_error is None):
            # without its header a job that failed tried no guest: a hook may have said what it liked before
            at, storage = task.start, self._storage(log)
            for run in log.runs:
                at = self._start_of(run, task, at)
                yield self._run(run, task, storage, at)
        if task.vmid is not None and (log is None or not any(run.vmid == task.vmid for run in log.runs)):
            yield self._run_without_log(task)

    def _storage(self, log: TaskLog) -> str | None:
        options = dict(log.options)
        return None if "dumpdir" in options else options.get("storage") or self.default_storage

    def _run(self, run: GuestRun, task: Task, storage: str | None, at: int) -> Run:
        result = _RESULTS.get(run.outcome)
        if result is None:  # begun, and the log ends before it did
            result = RunResult.RUNNING if task.running else RunResult.ABORTED
            if task.log is not LogState.READ:
                result = RunResult.UNKNOWN
        # by place: by name it takes four times as long, and a large cluster has 300,000
        return Run(
            run.vmid, at, result, run.error, run.duration_s, task.upid, self.node, storage, run.archive, run.size,
            run.archive_written, run.type,
        )  # fmt: skip

    def _run_without_log(self, task: Task) -> Run:
        """Return the run of a task's only guest when no log line tells of it."""
        result = result_of_only_guest(task.status, running=task.running)
        if task.log is LogState.READ and result is RunResult.UNKNOWN:
            result = RunResult.FAILED  # the whole log was read, and the guest never began
        failed = result in (RunResult.FAILED, RunResult.ABORTED, RunResult.UNKNOWN)
        return Run(
            vmid=task.vmid or 0,
            at=task.start,
            result=result,
            error=(task.job_error or task.status) if failed else None,
            duration_s=task.end - task.start if task.end is not None and result is RunResult.OK else None,
            upid=task.upid,
            node=self.node,
            storage=None,
            archive=None,
            size=None,
            archive_written=None if failed and task.log is not LogState.READ and not _in_setup(task.status) else False,
        )

    def _start_of(self, run: GuestRun, task: Task, not_before: int) -> int:
        """Return the epoch of the start of the guest's own backup: exact from a PBS snapshot's name, which is UTC."""
        snapshot = _SNAPSHOT.fullmatch(run.archive or "")
        end = task.end if task.end is not None else self.now
        exact = epoch_within(snapshot[1], UTC, task.start, end) if snapshot else None
        if exact is not None:
            return exact
        local = run.started or run.ended
        found = epoch_within(local, self.zone, not_before, end) if local else None
        return not_before if found is None else found


def _in_setup(status: str | None) -> bool:
    """Whether a task's status tells that it failed before it tried any guest (pve-manager PVE/VZDump.pm ``new``)."""
    return (status or "").startswith(_SETUP)
