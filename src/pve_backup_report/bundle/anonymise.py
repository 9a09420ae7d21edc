"""A tape without names: guests, nodes, storages, people and what they wrote; ids, times and sizes stay.

Every field is known by its form, so that what is not known does not get through. It takes two passes: the first notes
the names, the second replaces them.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import unquote

from pve_backup_report.bundle.fields import IN_PATHS, PBS_QUESTIONS, PVE_QUESTIONS, Field, field_of
from pve_backup_report.bundle.free_text import FreeText
from pve_backup_report.bundle.kinds import Form, Kind
from pve_backup_report.bundle.log_lines import log_line
from pve_backup_report.bundle.names import Names
from pve_backup_report.bundle.values import Values
from pve_backup_report.endpoints.endpoint import Endpoint
from pve_backup_report.endpoints.pve import JOBS
from pve_backup_report.model.answer import Answer
from pve_backup_report.model.tape import PbsTape, Tape
from pve_backup_report.normalize.kept_log import read_page

_PERMISSIONS = ("permissions", "permissions-at", "pbs-permissions", "pbs-permissions-of")
_LOGS = ("task-log",)
_SOURCE = re.compile(r"vzdump-(?:qemu|lxc)-\d{1,9}-")
_PRIVILEGE = re.compile(r"[A-Za-z]{1,30}(?:\.[A-Za-z]{1,30}){1,3}")
_VOLUME_KEY = re.compile(r"(?:ide|scsi|virtio|sata|efidisk|tpmstate|mp)\d{1,3}|rootfs")
_STATUS = re.compile(r"OK|WARNINGS: \d+|job errors|unknown|running|stopped|interrupted by signal|received interrupt")
_TEMPLATE = re.compile(r"(\{\w+\})")
_LONGEST_KEPT = 500


@dataclass(frozen=True, slots=True)
class Anonymous:
    """A tape without names, and the new names for what else speaks of them.

    Attributes:
        tape: the tape.
        names: gives the new name of an old one.
    """

    tape: Tape
    names: Names


def anonymise(tape: Tape) -> Anonymous:
    """Return the tape without names; the same tape gives the same.

    Args:
        tape: the answers of one run.
    """
    names = Names()
    _Pass(names, str).tape(tape)
    names.settle()
    values = Values(names)
    text = FreeText(
        names.free_text(),
        {
            "upid": values.known_upid,
            "auth": values.known_auth,
            "path": values.known_path,
            "relative": values.relative,
            "address": values.known_host,
        },
    )
    return Anonymous(_Pass(names, text).tape(tape), names)


class _Pass:
    """One pass over a tape."""

    def __init__(self, names: Names, text: Callable[[str], str]) -> None:
        self._names = names
        self._values = Values(names)
        self._text = text
        values = self._values
        self._forms: Mapping[Form, Callable[[str], str]] = {
            Form.AUTH: values.auth,
            Form.HOST: values.host,
            Form.PATH: values.path,
            Form.ACL_PATH: values.acl_path,
            Form.ID: values.identifier,
            Form.UPID: values.upid,
            Form.VOLID: values.volid,
            Form.PROPERTIES: values.properties,
            Form.FINGERPRINT: values.fingerprint,
            Form.ROLE: values.role,
            Form.TEXT: text,
            Form.STATUS: self._status,
            Form.NOTE: self._note,
        }
        self._named: Mapping[Form, Callable[[Kind, str], str]] = {
            Form.ONE: values.one,
            Form.SEVERAL: values.several,
            Form.NESTED: values.nested,
        }

    def tape(self, tape: Tape) -> Tape:
        """Rewrite a tape."""
        return replace(
            tape,
            jobs_path=JOBS.path,
            answers=self._answers(tape.answers, PVE_QUESTIONS, tape.jobs_path),
            pbs=tuple(map(self._server, tape.pbs)),
        )

    def _server(self, server: PbsTape) -> PbsTape:
        return replace(
            server,
            name=self._values.one(Kind.SERVER, server.name),
            address=self._values.host(server.address),
            fingerprint=None if server.fingerprint is None else self._values.fingerprint(server.fingerprint),
            answers=self._answers(server.answers, PBS_QUESTIONS, JOBS.path),
        )

    def _answers(
        self, answers: Mapping[str, Answer], questions: tuple[Endpoint, ...], jobs_path: str
    ) -> dict[str, Answer]:
        known = [(question, _pattern(question)) for question in questions]
        found = {}
        for path, answer in answers.items():
            asked = JOBS.path if path == jobs_path else path
            for question, pattern in known:
                match = pattern.fullmatch(asked)
                if match is not None:
                    filled = {name: unquote(value) for name, value in match.groupdict().items()}
                    new = {name: self._value(value, IN_PATHS[name]) for name, value in filled.items()}
                    found[question.ask(**{name: str(value) for name, value in new.items()})] = self._answer(
                        question, answer
                    )
                    break
        return found

    def _answer(self, question: Endpoint, answer: Answer) -> Answer:
        error = None if answer.error is None else self._text(answer.error)
        return replace(answer, data=self._data(question, answer.data) if answer.ok else None, error=error)

    def _data(self, question: Endpoint, data: object) -> object:
        if question.name in _PERMISSIONS:
            return self._permissions(data)
        if question.name in _LOGS:
            return self._log(data)
        if question.name == "restore-log":
            rows = data if isinstance(data, list) else []
            return [row for row in rows if isinstance(row, dict) and _SOURCE.fullmatch(str(row.get("t")))]
        if question.name == "config":
            return self._config(question, data)
        return self._rows(question, data)

    def _rows(self, question: Endpoint, data: object) -> object:
        if isinstance(data, list):
            return [self._rows(question, item) for item in data]
        if isinstance(data, Mapping):
            if question.name == "cluster-status" and data.get("type") == "cluster":
                return {**data, "name": self._value(data.get("name"), (Form.ONE, Kind.CLUSTER))}
            return {
                str(name): self._rows(question, value)
                if field[0] is Form.ROWS and isinstance(value, list | dict)
                else self._value(value, field)
                for name, value in data.items()
                if (field := field_of(question, str(name))) is not None
            }
        return self._text(data) if isinstance(data, str) else data

    def _value(self, value: object, field: Field) -> object:
        form, kind = field
        if isinstance(value, Mapping):
            return {str(name): self._value(item, field) for name, item in value.items()}
        if isinstance(value, list):
            return [self._value(item, field) for item in value]
        if not isinstance(value, str) or not value:
            return value
        if form is Form.KEPT:
            return value[:_LONGEST_KEPT]
        if form in self._named:
            return self._named[form](kind, value)
        return self._forms[form](value) if form in self._forms else None

    def _config(self, question: Endpoint, data: object) -> object:
        if not isinstance(data, Mapping):
            return data
        volumes = {
            str(key): self._values.properties(value)
            for key, value in data.items()
            if isinstance(value, str) and _VOLUME_KEY.fullmatch(str(key))
        }
        rest = self._rows(question, {key: value for key, value in data.items() if key not in volumes})
        return {**rest, **volumes} if isinstance(rest, dict) else rest

    def _permissions(self, data: object) -> object:
        if not isinstance(data, Mapping):
            return data
        return {
            self._values.acl_path(str(path)): {
                str(name): held for name, held in names.items() if _PRIVILEGE.fullmatch(str(name))
            }
            for path, names in data.items()
            if isinstance(names, Mapping)
        }

    def _log(self, data: object) -> object:
        page = read_page(data)
        if page is None:
            return data if not isinstance(data, Mapping | list | str) else {"count": 0, "lines": None}
        lines = (log_line(line, self._values, self._text) for line in page.lines)
        return {"count": page.count, "lines": "\n".join(line for line in lines if line is not None)}

    def _status(self, text: str) -> str:
        return text if _STATUS.fullmatch(text) else self._text(text)

    def _note(self, text: str) -> str:
        return self._values.one(Kind.NOTE, text)


def _pattern(question: Endpoint) -> re.Pattern[str]:
    template = f"{question.path}?{question.query}" if question.query else question.path
    parts = (
        f"(?P<{part[1:-1]}>[^/?&]*)" if part.startswith("{") else re.escape(part) for part in _TEMPLATE.split(template)
    )
    return re.compile("".join(parts))
