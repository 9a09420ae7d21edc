"""Tapes whose names cannot be mistaken for anything else, and what must stay when the names go."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pve_backup_report.collect.tape_file import parse_tape, read_tape, tape_text
from pve_backup_report.model.tape import Tape
from pve_backup_report.pipeline import report_of
from pve_backup_report.render.json_text import json_text
from pve_backup_report.render.language import load_language
from pve_backup_report.render.report_data import report_data

ROOT = Path(__file__).resolve().parents[2]
DEMO = ROOT / "src" / "pve_backup_report" / "demo" / "lab.json.gz"
TAPES = (DEMO, *sorted((ROOT / "tests" / "render" / "tapes").glob("*.json.gz")))
RECORDED = sorted((ROOT.parent / "shared" / "recorded").glob("*.json.gz"))
MARK = "zqx"
_EVERYWHERE = {"local", "local-lvm", "localhost", "cluster"}
_NAME_KEYS = ("name", "node", "pool", "poolid", "storage", "id", "store", "comment", "notes", "remote", "tags")
_ENGLISH = load_language("en")


def facts(tape: Tape) -> object:
    """What a report concludes, without a name in it."""
    data: dict[str, Any] = json.loads(json_text(report_data(report_of(tape), _ENGLISH)))
    guests = [
        [guest[key] for key in ("vmid", "type", "status", "verdict", "reason", "freshness", "last_due", "next_due")]
        + [guest["backups"], (guest["last_success"] or {}).get("at"), (guest["last_attempt"] or {}).get("result")]
        + [[volume["included"] for volume in guest["volumes"] or ()], [job["why_not"] for job in guest["jobs"]]]
        for guest in data["guests"]
    ]
    anomalies = sorted((anomaly["code"], anomaly["severity"]) for anomaly in data["anomalies"])
    gaps = sorted(tuple(gap["blinds"]) for gap in data["gaps"])
    return guests, data["summary"], data["sizes"], anomalies, gaps, data["complete"], len(data["orphans"])


def marked(path: Path) -> Tape:
    """A tape of the same cluster, in which every name begins with the mark."""
    tape = read_tape(path)
    plain = tape_text(tape)
    names = sorted({name for name in _names(json.loads(plain)) if _is_word(name)}, key=len, reverse=True)
    pattern = re.compile(rf"(?<![\w.@!=-])(?:{'|'.join(map(re.escape, names))})(?![\w=-])")
    text = re.sub(r'"((?:[^"\\]|\\.)*)"(:?)', lambda found: _renamed(found, pattern), plain)
    text = re.sub(r"\b(backup|reporter|alice|root)@p", f"{MARK}user@p", text)
    text = re.sub(r"UPID:pbs:", f"UPID:{MARK}host:", text).replace("192.0.2.", f"{MARK}.host-")
    return parse_tape(json.loads(text))


def _renamed(found: re.Match[str], pattern: re.Pattern[str]) -> str:
    if found[2] and "/" not in found[1]:
        return found[0]  # the name of a field
    return f'"{pattern.sub(lambda name: MARK + name[0], found[1])}"{found[2]}'


def _is_word(name: str) -> bool:
    return re.fullmatch(r"[A-Za-z][\w .-]{2,}", name) is not None and name not in _EVERYWHERE


def _names(value: object) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _names(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key in _NAME_KEYS and isinstance(item, str):
                yield from item.split(";") if key == "tags" else (item,)
            yield from _names(item)
