"""What anybody may send is read in a time proportional to its length: four times as much takes no eight times as long.

A reader that goes back and forth over the text would take sixteen times as long, and hours for a megabyte.
"""

import time
from collections.abc import Callable

import pytest

from pve_backup_report.bundle.free_text import FreeText
from pve_backup_report.bundle.names import Names
from pve_backup_report.bundle.values import Values
from pve_backup_report.collect.answer import HttpResponse, one_line, read_answer
from pve_backup_report.collect.credentials import Credentials
from pve_backup_report.coverage.calendar_event import InvalidCalendarEvent, parse_calendar_event
from pve_backup_report.model.natural import natural
from pve_backup_report.model.report_name import cluster_in_name
from pve_backup_report.normalize.backup import read_backup
from pve_backup_report.normalize.reading import properties, words
from pve_backup_report.normalize.restore import source_of
from pve_backup_report.normalize.task_log import read_task_log
from pve_backup_report.normalize.task_log_line import kept_lines
from pve_backup_report.normalize.task_log_plain import read_plain_log
from pve_backup_report.normalize.volume import lxc_volumes, qemu_volumes
from pve_backup_report.render.csv_cell import csv_text
from pve_backup_report.render.json_text import json_text
from pve_backup_report.render.markdown_escape import code, inert
from pve_backup_report.render.visible import visible

HEADER = "INFO: starting new backup job: vzdump --all 1 --storage nas\n"
PIECES = (
    "x", " ", "'", '"', "\\", ",", "=", ":", "/", "-", "+", ".", "@", "!", "(", "[", "{", "0", "\n", "\0", "\ud800",
    "a+", "a.", "a:", "a/", "' ", "a b ", "a@", ".a", "/..", '="', "x=1,", "vm/100/", ":backup/vm/", "vzdump-qemu-1",
    "INFO: ", "ERROR: ", "INFO: creating ", "') from backup (", "ERROR: Backup of VM 100 failed - ", "TASK ERROR: ",
    "INFO: Starting Backup of VM 100 (qemu)\n", "ERROR: Backup job failed - x\n", "WARN: y\n", "*/1,", "mon..", "1:*",
)  # fmt: skip
LENGTH = 12_000
LINEAR = 0.05  # seconds; a reader that is not linear takes longer for this length, and many times as long
VALUES = Values(Names())
MESSAGES = FreeText(
    {"nextcloud": "guest-1", "pve1": "node-1"},
    {"upid": str, "auth": str, "path": str, "relative": str, "address": str},
)


def _schedule(text: str) -> None:
    try:
        parse_calendar_event(text)
    except InvalidCalendarEvent:
        return


READERS: dict[str, Callable[[str], object]] = {
    "log": lambda text: read_task_log((HEADER + text).split("\n")),
    "log line": lambda text: read_task_log([HEADER, f"INFO: {text}", f"ERROR: {text}", text]),
    "kept": lambda text: kept_lines((HEADER + text).split("\n")),
    "plain log": lambda text: read_plain_log(f"{HEADER}{text}\nINFO: Backup job finished successfully\nTASK OK"),
    "command": lambda text: read_task_log([HEADER.strip() + text]),
    "source": lambda text: source_of([text]),
    "backup": lambda text: read_backup({"volid": text, "ctime": 1, "verification": {"upid": text}}, "s", None, "dir"),
    "volumes": lambda text: (qemu_volumes({"scsi0": text}), lxc_volumes({"rootfs": text, "mp0": text})),
    "properties": lambda text: (properties(text), words(text)),
    "schedule": _schedule,
    "error": lambda text: one_line(text, Credentials()),
    "body": lambda text: read_answer(
        HttpResponse(200, text[:99], text.encode("utf-8", "replace")), Credentials(), "PVE"
    ),
    "message": MESSAGES,
    "address": lambda text: (VALUES.host(text), VALUES.path(text), VALUES.upid(f"UPID:{text}"), VALUES.volid(text)),
    "options": lambda text: (VALUES.properties(text), VALUES.acl_path(f"/vms/{text}"), VALUES.fingerprint(text)),
    "csv": csv_text.__wrapped__,
    "markdown": lambda text: (inert.__wrapped__(text), code(text)),
    "json": json_text,
    "visible": visible,
    "order": natural,
    "file name": cluster_in_name,
}


def _seconds(read: Callable[[str], object], text: str) -> float:
    begun = time.process_time()
    read(text)
    return time.process_time() - begun


@pytest.mark.parametrize("reader", READERS)
def test_four_times_the_text_takes_no_eight_times_the_time(reader: str) -> None:
    read, slow = READERS[reader], []
    for piece in PIECES:
        for end in ("", "!", '"', "="):
            text = piece * (LENGTH // len(piece))
            if _seconds(read, text + end) < LINEAR:
                continue
            once = min(_seconds(read, text + end) for _ in range(3))
            again = min(_seconds(read, text * 4 + end) for _ in range(3))
            if again > max(8 * once, LINEAR):
                slow.append((piece, end, once, again))
    assert not slow
