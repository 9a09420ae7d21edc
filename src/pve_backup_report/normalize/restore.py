"""Restores in the task history: what was restored stands in the log, since a task names the guest that it made.

qemu-server PVE/API2/Qemu.pm ``qmrestore``, pve-container PVE/API2/LXC.pm ``vzrestore``.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from pve_backup_report.endpoints import pve as ep
from pve_backup_report.model.answer import Answer
from pve_backup_report.model.gap import Gap
from pve_backup_report.model.restore import Restore
from pve_backup_report.normalize.entries import read_entries
from pve_backup_report.normalize.reading import Row, missing, moment, text

_SOURCE = re.compile(r"vzdump-(?:qemu|lxc|openvz)-(\d{3,9})-|(?:vm|ct)/(\d{3,9})/\d{4}-\d\d-\d\dT")
RESTORE_TYPES = ("qmrestore", "vzrestore", "pbs-download")


def read_restores(answers: Mapping[str, Answer], nodes: Iterable[str]) -> tuple[tuple[Restore, ...], tuple[Gap, ...]]:
    """Return the restores that were seen, newest first, and what was not seen of them.

    Args:
        answers: the tape's answers.
        nodes: the nodes that were asked.
    """
    found: list[Restore] = []
    gaps: list[Gap] = []
    for node in nodes:
        for kind in RESTORE_TYPES:
            answer = answers.get(ep.RESTORES.ask(node=node, type=kind))
            if answer is None:
                continue
            gap = missing(ep.RESTORES, answer, node=node, type=kind)
            listed, damaged = read_entries(ep.RESTORES, answer, node=node, type=kind)
            gaps.extend(told for told in (gap, damaged) if told is not None)
            found.extend(_restores(answers, node, listed or ()))
    return tuple(sorted(found, key=lambda restore: (-restore.at, restore.vmid))), tuple(gaps)


def source_of(lines: Iterable[str]) -> int | None:
    """Return the guest whose backup a restore read, from its log; None when no line tells."""
    for line in lines:
        told = _SOURCE.search(line)
        if told:
            return int(told[1] or told[2])
    return None


def _restores(answers: Mapping[str, Answer], node: str, listed: Iterable[Row]) -> Iterator[Restore]:
    for row in listed:
        upid, start, status = text(row.get("upid")), moment(row.get("starttime")), text(row.get("status"))
        if upid is None or start is None or status is None:
            continue
        log = answers.get(ep.RESTORE_LOG.ask(node=node, upid=upid))
        lines = log.data if log is not None and log.ok and isinstance(log.data, list) else []
        vmid = source_of(str(item.get("t")) for item in lines if isinstance(item, Mapping))
        if vmid is not None:
            well = status == "OK" or status.startswith("WARNINGS:")
            yield Restore(vmid, start, well, text(row.get("user")), None if well else status, upid)
