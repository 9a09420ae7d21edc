"""The other client: asks the API through ``pvesh`` on a node itself, where it speaks for root@pam.

It answers as ``ApiClient`` does. What pvesh leaves out, the total of a list, is found by asking on until a page is not
full: the answer is the one that HTTP gives.
"""

import logging
import os
import time
from collections.abc import Mapping
from dataclasses import replace
from types import TracebackType
from typing import Self

from pve_backup_report.collect.answer import MOST_VALUES, holds_too_much, one_line, parse_body
from pve_backup_report.collect.command import Commands, End
from pve_backup_report.collect.credentials import Credentials
from pve_backup_report.collect.meter import Meter
from pve_backup_report.collect.pvesh_failure import read_failure
from pve_backup_report.collect.pvesh_question import Question, question_of
from pve_backup_report.model.answer import Answer, AnswerKind

MOST_AT_A_TIME = 4
"""Commands at a time: each loads all of Proxmox's Perl, and a node has better things to do."""

_LOG = logging.getLogger(__name__)
_ENVIRON: Mapping[str, str] = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8"}
_USUAL_LIMIT = 50  # of a list of tasks and of a log, where the question names none
_PAGE = 5000
_MOST_PAGES = 200
_SHOWN_QUESTION = 100


def usual_command() -> tuple[str, ...]:
    """Return the command where the settings name none: root runs it, others have sudo run it."""
    return ("pvesh",) if os.geteuid() == 0 else ("sudo", "-n", "pvesh")


class PveshClient:
    """Asks through ``pvesh get``, and nothing else. Threads may share it."""

    def __init__(
        self,
        command: tuple[str, ...],
        *,
        timeout_s: float = 30.0,
        longest_body: int = 90 * 1024 * 1024,
        meter: Meter | None = None,
    ) -> None:
        """Make the client; nothing is run yet.

        Args:
            command: what is run, such as ``("sudo", "-n", "pvesh")``.
            timeout_s: seconds for one run.
            longest_body: bytes of an answer.
            meter: counts what is asked and what comes.
        """
        self._command = command
        self._timeout_s = timeout_s
        self._longest_body = longest_body
        self._meter = meter or Meter()
        self._commands = Commands(_ENVIRON)

    def __repr__(self) -> str:
        return f"PveshClient({' '.join(self._command)})"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """End all that still runs."""
        self._commands.close()

    def get(self, path: str) -> Answer:
        """Ask one question.

        Args:
            path: of the API, percent-encoded, and a query may follow.

        Returns:
            The answer; whatever went wrong is told by it.
        """
        question = question_of(path)
        if question is None:
            shown = one_line(path[:_SHOWN_QUESTION], Credentials())
            error = f"pvesh: not asked, for a name in {shown} holds a character that a shell of another node would read"
            return Answer(AnswerKind.HTTP_STATUS, error=error)
        if question.lists_tasks:
            return self._list(question)
        return self._page(question) if question.reads_log else self._ask(question)

    def _list(self, question: Question) -> Answer:
        """Return a part of a list, and how long the whole list is."""
        start, limit = question.number("start", 0), question.number("limit", _USUAL_LIMIT)
        page = max(limit, _PAGE)
        found: list[object] = []
        for _ in range(_MOST_PAGES):
            answer = self._ask(question.asking(start=start + len(found), limit=page))
            if not answer.ok or not isinstance(answer.data, list):
                return answer
            found.extend(answer.data)
            if len(answer.data) < page:
                break
        return replace(answer, data=found[:limit], total=start + len(found) or None)

    def _page(self, question: Question) -> Answer:
        """Return a page of a log; how long the log is, where this is its end."""
        start, limit = question.number("start", 0), question.number("limit", _USUAL_LIMIT)
        answer = self._ask(question.asking(start=start, limit=limit + 1))
        if not answer.ok or not isinstance(answer.data, list):
            return answer
        whole = len(answer.data) <= limit
        return replace(answer, data=answer.data[:limit], total=start + len(answer.data) or None if whole else None)

    def _ask(self, question: Question) -> Answer:
        began = time.monotonic()
        answer = self._run(question)
        took_ms = (time.monotonic() - began) * 1000
        self._meter.add_request(took_ms / 1000)
        _LOG.debug("pvesh get %s %s %.0f ms", question.path, answer.status or answer.kind, took_ms)
        return answer

    def _run(self, question: Question) -> Answer:
        arguments = (*self._command, *question.arguments())
        try:
            outcome = self._commands.run(arguments, timeout_s=self._timeout_s, longest=self._longest_body)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "no usable command"
            told = f"pvesh: {self._command[0]} cannot be run here ({reason}); run this on a node, or set "
            return Answer(AnswerKind.UNREACHABLE, error=f"{told}PVE_PVESH_COMMAND")
        if outcome.end is End.TOO_SLOW:
            error_text = f"pvesh: no whole answer within {self._timeout_s:g} s (PVE_TIMEOUT)"
            if outcome.code is None:
                error_text += "; it could not be ended, for it runs as another user"
            return Answer(AnswerKind.TIMEOUT, error=error_text)
        if outcome.end is End.TOO_LARGE:
            return Answer(AnswerKind.TOO_LARGE, error=f"pvesh: the answer is larger than {self._longest_body} bytes")
        if outcome.code != 0:
            return read_failure(outcome.code, outcome.errors)
        if outcome.errors.strip():  # it warns of what does not keep it from answering
            _LOG.info("pvesh get %s: %s", question.path, one_line(outcome.errors.decode("utf-8", "replace"), _NOBODY))
        self._meter.add_body(len(outcome.out), len(outcome.out))
        return _read(outcome.out)


_NOBODY = Credentials()


def _read(out: bytes) -> Answer:
    if holds_too_much(out):
        return Answer(AnswerKind.TOO_LARGE, error=f"pvesh: the answer holds more than {MOST_VALUES:,} values")
    if not out.strip():
        return Answer(AnswerKind.NO_DATA, error="pvesh: it printed nothing")
    try:
        return Answer(AnswerKind.OK, data=parse_body(out, _NOBODY))
    except ValueError:
        return Answer(AnswerKind.NOT_JSON, error="pvesh: what it printed is not JSON, or is cut off")
