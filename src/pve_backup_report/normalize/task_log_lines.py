"""The telling lines of a vzdump log, each with what stands around it."""

from itertools import pairwise, takewhile

from pve_backup_report.normalize.task_log_guest import archive_of
from pve_backup_report.normalize.task_log_line import ERRORS, Line, Mark


class LogLines:
    """The lines, and what can be looked up among them in constant time.

    Attributes:
        status: what the task's last line says; None when the log ends otherwise.
        dated: some block opens with ``Backup started at``, so vzdump is of PVE 6 or later and all of its blocks do.
    """

    def __init__(self, lines: list[Line]) -> None:
        self._lines = lines
        self.status = lines[-1].fields[0] if lines and lines[-1].mark is Mark.TASK_END else None
        self.dated = (Mark.START, Mark.STARTED_AT) in pairwise(line.mark for line in lines)
        self._last_end = {line.vmid: at for at, line in enumerate(lines) if line.mark in (Mark.FINISH, Mark.FAILURE)}
        self._last_archive = {archive_of(line)[3]: at for at, line in enumerate(lines) if line.mark is Mark.ARCHIVE}

    def __len__(self) -> int:
        return len(self._lines)

    def __getitem__(self, at: int) -> Line:
        return self._lines[at]

    def after(self, at: int) -> Line | None:
        """Return the next line; None at the end."""
        return self._lines[at + 1] if at + 1 < len(self._lines) else None

    def after_if(self, at: int, mark: Mark) -> Line | None:
        """Return the next line if it says that."""
        line = self.after(at)
        return line if line is not None and line.mark is mark else None

    def ends_later(self, vmid: int, at: int) -> bool:
        """Tell whether a line that would close the guest's block is still to come."""
        return self._last_end.get(vmid, -1) > at

    def archive_later(self, vmid: int, at: int) -> bool:
        """Tell whether an archive that bears the guest's id is still to be begun."""
        return self._last_archive.get(vmid, -1) > at

    def last_error(self, at: int) -> int:
        """Return the last of the adjoining ERROR lines that the line is the first of."""
        end = at + 1
        while end < len(self._lines) and self._lines[end].mark in ERRORS:
            end += 1
        return end - 1

    def message(self, at: int, last: int, *, whole: bool = False) -> list[str]:
        """Return a message's lines: all up to the last one, or those before one that says something of its own."""
        rest = takewhile(lambda i: whole or self._lines[i].mark is Mark.ERROR, range(at + 1, last + 1))
        return [self._lines[at].fields[0], *(self._lines[i].text for i in rest)]

    def job_message(self, at: int, last: int) -> list[str]:
        """Return the lines of a job's message: a mail that could not be sent adds ERROR lines of its own.

        The task's last line repeats the message with blanks for newlines (pve-common PVE/RESTEnvironment.pm).
        """
        texts = self.message(at, last)
        begin = 0
        if self.status is not None and self.status.startswith(texts[0]):
            for count, text in enumerate(texts):
                if not self.status.startswith(text, begin):
                    return texts[:count]
                begin += len(text) + 1
        return texts
