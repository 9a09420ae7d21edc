"""A tape on disk: JSON, gzipped when the name ends in ``.gz``; it holds no secret."""

import gzip
import json
import re
import zlib
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path

from pve_backup_report.collect.credentials import Credentials
from pve_backup_report.collect.strict_json import parse_json
from pve_backup_report.errors import SettingsError
from pve_backup_report.model.answer import Answer, AnswerKind
from pve_backup_report.model.tape import Entrance, PbsTape, Tape
from pve_backup_report.normalize.node import is_zone
from pve_backup_report.normalize.reading import LATEST
from pve_backup_report.settings.key import WrongValueError
from pve_backup_report.settings.kinds import api_path

FORMAT = "pve-backup-report-tape/1"

_NOBODY = Credentials()
_MOST = 999_999_999  # tasks of a node, lines of a log: what the settings allow
_LARGEST_FILE = 1024**3  # bytes, unpacked
_GZIP = 16 + zlib.MAX_WBITS
_LARGEST = 10**18
_HALF = re.compile(rb"\\ud[89a-f]", re.IGNORECASE)


def tape_text(tape: Tape) -> str:
    """Return the tape as JSON text, a line for each answer; the same tape gives the same bytes."""
    return "".join(_pieces(tape))


def tape_bytes(tape: Tape, name: str) -> bytes:
    """Return what is to be written under ``name``: gzipped (without a time in it) for ``.gz``."""
    if not name.endswith(".gz"):
        return b"".join(piece.encode("ascii") for piece in _pieces(tape))
    packed = BytesIO()
    with gzip.GzipFile(filename="", mode="wb", fileobj=packed, mtime=0) as file:
        for piece in _pieces(tape):
            file.write(piece.encode("ascii"))
    return packed.getvalue()


def _pieces(tape: Tape) -> Iterator[str]:
    """Yield the text of a tape answer by answer: as a whole, that of a large cluster would fill the memory."""
    head = {
        "format": FORMAT,
        "asked_at": tape.asked_at,
        "timezone": tape.timezone,
        "tool_version": tape.tool_version,
        "jobs_path": tape.jobs_path,
        "history_limit": tape.history_limit,
        "log_limit": tape.log_limit,
        **_told(tape.entrance),
        **({} if tape.notes else {"notes": False}),
    }
    yield "{\n"
    for key, value in sorted(head.items()):
        yield f"{json.dumps(key)}: {json.dumps(value)},\n"
    yield '"pbs": ['
    for number, server in enumerate(tape.pbs):
        about = {"name": server.name, "address": server.address, "fingerprint": server.fingerprint}
        told = json.dumps({**about, **_told(server.entrance)}, sort_keys=True)
        yield f'{"," if number else ""}\n{told.removesuffix("}")}, "answers": {{'
        yield from _answer_lines(server.answers)
        yield "}}"
    yield '],\n"answers": {'
    yield from _answer_lines(tape.answers)
    yield "}\n}\n"


def _answer_lines(answers: Mapping[str, Answer]) -> Iterator[str]:
    for number, path in enumerate(sorted(answers)):
        row = json.dumps(_answer_row(answers[path]), sort_keys=True)
        yield f"{',' if number else ''}\n{json.dumps(path)}: {row}"


def read_tape(path: Path) -> Tape:
    """Read a tape.

    Args:
        path: a file that ``--record`` wrote.

    Raises:
        SettingsError: when it cannot be read or is no tape.
    """
    try:
        body = parse_tape_text(_bytes_of(path))
    except OSError as error:
        told = error.strerror or "cannot be read"
        raise SettingsError((f"--replay {path}: {told}. Name a file that --record wrote.",)) from None
    except (ValueError, zlib.error):
        raise SettingsError((f"--replay {path}: this is no tape. Name a file that --record wrote.",)) from None
    try:
        return parse_tape(body)
    except (KeyError, TypeError, ValueError):
        raise SettingsError(
            (f"--replay {path}: this is no tape of the format {FORMAT}. Record it again with this version.",)
        ) from None


def _bytes_of(path: Path) -> bytes:
    """Return a file's bytes, unpacked; those of the file itself are let go of, which saves much memory."""
    raw = path.read_bytes()
    return unpacked(raw) if raw[:2] == b"\x1f\x8b" else raw


def unpacked(packed: bytes) -> bytes:
    """Return the bytes of a gzipped tape; one that unpacks without end is not unpacked.

    Raises:
        ValueError: it is cut, or larger than any tape.
        zlib.error: it is damaged.
    """
    unpacker = zlib.decompressobj(_GZIP)
    plain = unpacker.decompress(packed, _LARGEST_FILE)
    if unpacker.unconsumed_tail or not unpacker.eof:
        raise ValueError("too large, or cut")
    return plain


def parse_tape_text(plain: bytes) -> object:
    """Return the JSON of a tape file, with no half character in it.

    Args:
        plain: its bytes, unpacked.

    Raises:
        ValueError: it is no JSON.
    """
    body = parse_json(plain)
    return _NOBODY.scrub_data(body) if _HALF.search(plain) else body


def parse_tape(body: object) -> Tape:
    """Return the tape of a parsed file.

    Raises:
        KeyError, TypeError, ValueError: when it is no tape.
    """
    if not isinstance(body, dict) or body["format"] != FORMAT:
        raise ValueError("no tape")
    if not is_zone(str(body["timezone"])):
        raise ValueError("no time zone")
    return Tape(
        asked_at=_count(body["asked_at"], LATEST),
        timezone=str(body["timezone"]),
        tool_version=str(body["tool_version"]),
        jobs_path=_path(body["jobs_path"]),
        history_limit=_count(body["history_limit"], _MOST),
        log_limit=_count(body["log_limit"], _MOST),
        answers=_answers(body["answers"]),
        pbs=tuple(_pbs_tape(server) for server in body.get("pbs", ())),
        entrance=_entrance(body),
        notes=body.get("notes") is not False,
    )


def _pbs_tape(server: object) -> PbsTape:
    if not isinstance(server, dict):
        raise TypeError("a server is an object")
    fingerprint = server.get("fingerprint")
    return PbsTape(
        name=str(server["name"]),
        address=str(server["address"]),
        fingerprint=None if fingerprint is None else str(fingerprint),
        answers=_answers(server["answers"]),
        entrance=_entrance(server),
    )


def _told(entrance: Entrance) -> dict[str, str]:
    """Return the line that names the way in; a token is what older tapes were made with, and needs none."""
    return {} if entrance is Entrance.TOKEN else {"entrance": str(entrance)}


def _entrance(body: Mapping[str, object]) -> Entrance:
    return Entrance(str(body.get("entrance", Entrance.TOKEN)))


def _answers(told: object) -> dict[str, Answer]:
    if not isinstance(told, dict):
        raise TypeError("answers are an object")
    return {str(path): _answer(row) for path, row in told.items()}


def _answer_row(answer: Answer) -> dict[str, object]:
    told = {
        "kind": str(answer.kind),
        "status": answer.status,
        "total": answer.total,
        "error": answer.error,
        "after_s": answer.after_s or None,
    }
    row: dict[str, object] = {key: value for key, value in told.items() if value is not None}
    return {**row, "data": answer.data} if answer.ok else row


def _answer(row: object) -> Answer:
    if not isinstance(row, dict):
        raise TypeError("an answer is an object")
    status, total, error = row.get("status"), row.get("total"), row.get("error")
    kind = AnswerKind(row["kind"])
    return Answer(
        kind=kind,
        status=None if status is None else _count(status, _LARGEST),
        data=row.get("data") if kind is AnswerKind.OK else None,
        total=None if total is None else _count(total, _LARGEST),
        error=None if error is None else str(error),
        after_s=_count(row.get("after_s", 0), LATEST),
    )


def _path(value: object) -> str:
    try:
        return api_path(str(value))
    except WrongValueError:
        raise ValueError("no path") from None


def _count(value: object, most: int) -> int:
    if type(value) is not int or not 0 <= value <= most:
        raise ValueError("no such number")
    return value
