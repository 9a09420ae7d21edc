"""A tape on disk: JSON, gzipped when the name ends in ``.gz``; it holds no secret."""

import gzip
import json
import zlib
from collections.abc import Mapping
from pathlib import Path

from pve_backup_report.errors import SettingsError
from pve_backup_report.model.answer import Answer, AnswerKind
from pve_backup_report.model.tape import Entrance, PbsTape, Tape
from pve_backup_report.normalize.node import is_zone

FORMAT = "pve-backup-report-tape/1"


def tape_text(tape: Tape) -> str:
    """Return the tape as JSON text; the same tape gives the same bytes."""
    body = {
        "format": FORMAT,
        "asked_at": tape.asked_at,
        "timezone": tape.timezone,
        "tool_version": tape.tool_version,
        "jobs_path": tape.jobs_path,
        "history_limit": tape.history_limit,
        "log_limit": tape.log_limit,
        "pbs": [
            {
                "name": server.name,
                "address": server.address,
                "fingerprint": server.fingerprint,
                "answers": _answer_rows(server.answers),
                **_told(server.entrance),
            }
            for server in tape.pbs
        ],
        "answers": _answer_rows(tape.answers),
        **_told(tape.entrance),
        **({} if tape.notes else {"notes": False}),
    }
    return json.dumps(body, indent=1, sort_keys=True) + "\n"


def tape_bytes(tape: Tape, name: str) -> bytes:
    """Return what is to be written under ``name``: gzipped (without a time in it) for ``.gz``."""
    plain = tape_text(tape).encode("ascii")
    return gzip.compress(plain, mtime=0) if name.endswith(".gz") else plain


def read_tape(path: Path) -> Tape:
    """Read a tape.

    Args:
        path: a file that ``--record`` wrote.

    Raises:
        SettingsError: when it cannot be read or is no tape.
    """
    try:
        body = json.loads(_text_of(path.read_bytes()))
    except OSError as error:
        told = error.strerror or "cannot be read"
        raise SettingsError((f"--replay {path}: {told}. Name a file that --record wrote.",)) from None
    except (ValueError, EOFError, RecursionError, zlib.error):
        raise SettingsError((f"--replay {path}: this is no tape. Name a file that --record wrote.",)) from None
    try:
        return parse_tape(body)
    except (KeyError, TypeError, ValueError):
        raise SettingsError(
            (f"--replay {path}: this is no tape of the format {FORMAT}. Record it again with this version.",)
        ) from None


def _text_of(raw: bytes) -> str:
    """Return the text of a file; that its bytes are let go of before it is read halves the memory that takes."""
    plain = gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw
    return plain.decode(json.detect_encoding(plain), "surrogatepass")


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
        asked_at=int(body["asked_at"]),
        timezone=str(body["timezone"]),
        tool_version=str(body["tool_version"]),
        jobs_path=str(body["jobs_path"]),
        history_limit=int(body["history_limit"]),
        log_limit=int(body["log_limit"]),
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


def _answer_rows(answers: Mapping[str, Answer]) -> dict[str, dict[str, object]]:
    return {path: _answer_row(answers[path]) for path in sorted(answers)}


def _answers(told: dict[str, object]) -> dict[str, Answer]:
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
    return Answer(
        kind=AnswerKind(row["kind"]),
        status=row.get("status"),
        data=row.get("data"),
        total=row.get("total"),
        error=row.get("error"),
        after_s=int(row.get("after_s", 0)),
    )
