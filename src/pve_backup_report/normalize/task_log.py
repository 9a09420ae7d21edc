"""The vzdump task log: its lines to facts, guest by guest (pve-manager PVE/VZDump.pm ``exec_backup``).

What a hook script prints stands behind ``INFO: `` like everything else, so a marker counts only where the grammar
allows it:

* A block is opened by ``Starting Backup of VM N`` and closed by the ``Finished`` or the failure line of the same id;
  other guests' markers inside it mean nothing while its own closing line is still to come.
* Since PVE 6 ``Backup started at`` comes straight after the former and ``Backup finished at`` after the latter.
* ``Finished`` counts once the archive was begun. Between that and the complete archive no hook runs, so what a hook can
  forge is at most the success of a guest whose archive is complete.
* Failures stand behind ``ERROR: ``, which no hook can print; they win over a ``Finished`` before them.

What a hook can still forge, with markers in their exact wording and order: the end of a guest whose backup is killed
before the archive is begun, and a whole block of a guest that the job may select, between two guests or inside one that
never ends. A script that runs as root and lies on purpose can do worse.

Logs of a single guest (beside an archive, in a mail) have neither job lines nor these times; excerpts lack lines. They
are read as far as they go. The time taken is proportional to the text, and no text makes the reader fail.
"""

import re
from collections import Counter
from collections.abc import Iterable

from pve_backup_report.model.task_log import GuestOutcome, TaskLog
from pve_backup_report.normalize.task_log_command import Command, read_command
from pve_backup_report.normalize.task_log_guest import Finish, GuestBlock
from pve_backup_report.normalize.task_log_line import DATA, ERRORS, Line, Mark, is_telling, read_line
from pve_backup_report.normalize.task_log_lines import LogLines

__all__ = ["is_telling", "read_task_log"]

_ID = re.compile(r"(?<![0-9])[1-9][0-9]{0,8}(?![0-9])")
_AFTER_A_GUEST = frozenset({Mark.START, Mark.FAILURE, Mark.JOB_END, Mark.JOB_FAILED, Mark.TASK_END})


def read_task_log(lines: Iterable[str]) -> TaskLog:
    """Return what a vzdump task log tells.

    Args:
        lines: the text of each line, in order, from the first on. Lines that are not ``is_telling`` may be left out.
    """
    told = [line for line in map(read_line, lines) if line is not None]
    if len(told) == 1 and told[0].mark is Mark.GONE:
        return TaskLog((), (), (), (), header=False, finished=False, end=None, job_error=None, gone=True, warnings=())
    return _Reader(LogLines(told)).read()


class _Reader:
    def __init__(self, lines: LogLines) -> None:
        self._lines = lines
        self._command: Command | None = None
        self._asked: Counter[int] = Counter()
        self._external: frozenset[int] = frozenset()
        self._outside: list[str] = []
        self._headless: GuestBlock | None = GuestBlock(0)  # the rest of a guest whose beginning was cut away
        self._forget()

    def _forget(self) -> None:
        self._blocks: list[GuestBlock] = []
        self._tries: Counter[int] = Counter()
        self._latest: dict[int, GuestBlock] = {}
        self._open: GuestBlock | None = None
        self._job_error: str | None = None
        self._job_over = False

    def read(self) -> TaskLog:
        at = 0
        while at < len(self._lines):
            line = self._lines[at]
            if line.mark in ERRORS:
                at = self._errors(at)
                continue
            block = self._open or self._headless
            if line.mark in DATA and block is not None:
                block.tell(line)
            self._marker(line, at)
            at += 1
        self._end_of_log()
        command = self._command or Command((), every=False, options=())
        return TaskLog(
            runs=tuple(block.run() for block in self._blocks if not block.dropped),
            asked_vmids=command.vmids,
            options=command.options,
            external=tuple(sorted(self._external)),
            header=self._command is not None,
            finished=self._job_over or self._lines.status is not None,
            end=self._lines.status,
            job_error=self._job_error,
            gone=False,
            warnings=tuple(self._outside),
        )

    def _marker(self, line: Line, at: int) -> None:
        match line.mark:
            case Mark.HEADER:
                self._header(line, at)
            case Mark.START:
                self._start(line, at)
            case Mark.FINISH:
                self._finish(line, at)
            case Mark.JOB_END if self._leave_block(at):
                self._job_over = True
            case Mark.WARN:
                self._warn(line.text)

    def _header(self, line: Line, at: int) -> None:
        """Take in the job's first line; what a job-init hook printed before it is not the job's."""
        if self._command is not None:
            return
        self._drop_headless()
        self._forget()
        self._command = read_command(line.fields[0])
        self._asked = Counter(self._command.vmids)
        external = self._lines.after_if(at, Mark.EXTERNAL)  # nothing comes between the two
        if external is not None:
            self._external = frozenset(int(found[0]) for found in _ID.finditer(external.fields[0]))

    def _start(self, line: Line, at: int) -> None:
        date = self._lines.after_if(at, Mark.STARTED_AT)
        dated = date is not None
        if not self._may_start(line.vmid, at, dated=dated) or not self._leave_block(at, for_dated=dated):
            return
        started = line.at if date is None else date.at
        if not self._may_run(line.vmid):
            self._drop(self._latest[line.vmid])  # that one was a hook's
        self._open = GuestBlock(line.vmid, line.fields[0], begun=True, dated=dated, started=started)
        self._enter(self._open)

    def _may_start(self, vmid: int, at: int, *, dated: bool) -> bool:
        """Tell whether a Starting line can be the job's own."""
        command = self._command
        if vmid in self._external or (command and command.vmids and command.every and vmid not in self._asked):
            return False
        if dated or not self._lines.dated:
            return True
        return self._may_run(vmid) and (self._lines.after(at) is None or self._lines.ends_later(vmid, at))

    def _may_run(self, vmid: int) -> bool:
        """Tell whether one more run is to be expected: a job runs no guest more often than it names it."""
        return self._command is None or self._tries[vmid] < max(1, self._asked[vmid])

    def _leave_block(self, at: int, *, for_dated: bool = False, cut_off_by: str | None = None) -> bool:
        """Close the open block unless the line is still inside it; tell whether it is not."""
        block = self._open
        if block is None:
            return True
        if block.finish is not None and block.finish.credible:
            block.succeed(block.finish)
        elif not self._lines.ends_later(block.vmid, at):
            block.cut_off(cut_off_by)
        elif for_dated and not block.dated:
            # This log dates its blocks, and this one has no date: a hook announced it.
            self._drop(block)
        else:
            return False
        self._open = None
        return True

    def _enter(self, block: GuestBlock) -> None:
        self._blocks.append(block)
        self._tries[block.vmid] += 1
        self._latest[block.vmid] = block
        self._job_over = False
        if block is self._headless:
            self._headless = None
        self._drop_headless()

    def _drop(self, block: GuestBlock) -> None:
        block.dropped = True
        self._tries[block.vmid] -= 1

    def _drop_headless(self) -> None:
        if self._headless is not None:
            self._outside.extend(self._headless.warnings + self._headless.stray_errors)
            self._headless = None

    def _finish(self, line: Line, at: int) -> None:
        block = self._open or self._headless
        if block is None or block.vmid not in (0, line.vmid):
            return
        after = self._lines.after(at)
        over = after is None or (after.mark in _AFTER_A_GUEST and (after.mark, after.vmid) != (Mark.FAILURE, line.vmid))
        ended = line.at
        if after is not None and after.mark is Mark.FINISHED_AT:
            over, ended = True, after.at
        duration_s = sum(int(part) * unit for part, unit in zip(line.fields, (3600, 60, 1), strict=True))
        premature = not block.archive_begun and self._lines.archive_later(line.vmid, at)
        finish = Finish(duration_s, ended, credible=(over or not block.dated) and not premature)
        if block is self._headless:
            if over and (block.told or at == 0):  # an excerpt that begins inside the block, or with its last line
                block.vmid = line.vmid
                self._enter(block)
                block.succeed(finish)
        elif block.archive_begun and finish.credible:
            block.succeed(finish)
            self._open = None
        elif block.finish is None or not block.finish.credible:
            block.finish = finish

    def _warn(self, text: str) -> None:
        block = self._open or self._headless
        if block is None and self._blocks and not self._job_over:
            block = self._blocks[-1]  # its log could not be uploaded
        (self._outside if block is None else block.warnings).append(text)

    def _errors(self, at: int) -> int:
        """Take in adjoining ERROR lines; return where they end.

        A message has as many lines as it likes, each behind ``ERROR: ``. Since PVE 6 ``Failed at`` follows a guest's.
        """
        last = self._lines.last_error(at)
        while at <= last:
            taken = self._failure(at, last) or self._job_failure(at, last)
            if taken == 0:
                self._stray_error(self._lines[at])
            at += taken or 1
        return at

    def _stray_error(self, line: Line) -> None:
        if line.mark is Mark.NO_LOCK and self._command is None and not self._blocks:
            self._job_error = line.text
        else:
            block = self._open or self._headless
            (self._outside if block is None else block.stray_errors).append(line.text)

    def _failure(self, at: int, last: int) -> int:
        """Take in a guest's failure; return how many lines its message has, 0 when it is none."""
        line = self._lines[at]
        if line.mark is not Mark.FAILURE or not self._may_fail(line.vmid, at, last):
            return 0
        failed_at = self._lines.after_if(last, Mark.FAILED_AT)
        texts = self._lines.message(at, last, whole=failed_at is not None)
        block = self._open or self._seemed_good(line.vmid)
        if block is None:
            block = self._headless or GuestBlock(line.vmid)
            block.vmid = line.vmid
            self._enter(block)
        block.fail("\n".join(texts), line.at if failed_at is None else failed_at.at)
        self._open = None
        return len(texts)

    def _may_fail(self, vmid: int, at: int, last: int) -> bool:
        """Tell whether a failure line can be the job's own: a message may hold any text, also this one."""
        block = self._open
        if block is None or block.vmid != vmid:
            return self._leave_block(at)
        after = self._lines.after(last)
        over = after is None or after.mark is Mark.FAILED_AT or after.mark in _AFTER_A_GUEST
        return over or not block.dated or not self._lines.ends_later(vmid, last)

    def _seemed_good(self, vmid: int) -> GuestBlock | None:
        """Return the guest's latest block if this failure is its true end: its Finished line was a hook's.

        A job that names the guest once more begins another run, and that one may fail before its Starting line.
        """
        block = self._latest.get(vmid)
        good = block is not None and block.begun and block.outcome is GuestOutcome.OK
        return block if good and self._tries[vmid] >= self._asked[vmid] else None

    def _job_failure(self, at: int, last: int) -> int:
        """Take in the failure of the whole job; return how many lines its message has, 0 when it is none."""
        if self._lines[at].mark is not Mark.JOB_FAILED:
            return 0
        texts = self._lines.job_message(at, last)
        message = "\n".join(texts)
        if not self._leave_block(at, cut_off_by=message):
            return 0
        self._job_error, self._job_over = message, True
        return len(texts)

    def _end_of_log(self) -> None:
        self._drop_headless()
        status = self._lines.status
        died = status is not None and status not in ("OK", "job errors") and not status.startswith("WARNINGS: ")
        self._leave_block(len(self._lines), cut_off_by=status if died else None)
        self._job_error = self._job_error or (status if died else None)
