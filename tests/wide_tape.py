"""A tape in which every guest has a job, a pool or a storage of its own: as many of them as there are guests."""

from collections.abc import Iterable
from dataclasses import replace

from large_tape import large_tape
from pve_backup_report.collect.redact import redact
from pve_backup_report.endpoints import pve as ep
from pve_backup_report.endpoints.endpoint import Endpoint
from pve_backup_report.model.answer import Answer, AnswerKind
from pve_backup_report.model.tape import Tape

_Row = dict[str, object]


def wide_tape(guests: int, *many: str) -> Tape:
    """Return the tape of a cluster with as many jobs, pools or storages as guests, and one backup of each guest.

    Args:
        guests: how many.
        many: of ``jobs``, ``pools`` and ``storages`` those that each guest has for itself; jobs without storages of
            their own all write to one.
    """
    tape = large_tape(guests, 1)
    resources = list(map(dict, _rows(tape, ep.RESOURCES)))
    vmids = [row["vmid"] for row in resources if "vmid" in row]
    told: dict[Endpoint, list[_Row]] = {}
    if "pools" in many:
        told[ep.POOLS] = [{"poolid": f"pool{vmid}"} for vmid in vmids]
        told[ep.RESOURCES] = [{**row, "pool": f"pool{row['vmid']}"} if "vmid" in row else row for row in resources]
    if "storages" in many:
        own = [{"storage": f"nas{vmid}", "type": "nfs", "content": "backup", "shared": 1} for vmid in vmids]
        told[ep.STORAGES] = [*_rows(tape, ep.STORAGES), *own]
    if "jobs" in many:
        told[ep.JOBS] = [
            {
                "id": f"job-{vmid}",
                "schedule": "01:00",
                "type": "vzdump",
                "enabled": 1,
                "storage": f"nas{vmid}" if "storages" in many else "nas1",
                **({"pool": f"pool{vmid}"} if "pools" in many else {"vmid": f"{vmid}"}),
            }
            for vmid in vmids
        ]
    answers = {endpoint.ask(): redact(endpoint, Answer(AnswerKind.OK, 200, rows)) for endpoint, rows in told.items()}
    return replace(tape, answers={**tape.answers, **answers})


def _rows(tape: Tape, endpoint: Endpoint) -> Iterable[_Row]:
    rows: Iterable[_Row] = tape.answers[endpoint.ask()].data  # type: ignore[assignment] # large_tape made it
    return rows
