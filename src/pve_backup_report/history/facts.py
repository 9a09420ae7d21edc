"""A report as facts: each thing by kind and id, with what is worth comparing between runs."""

from collections.abc import Iterable
from hashlib import sha256

from pve_backup_report.model.gap import Blind
from pve_backup_report.model.job import Job
from pve_backup_report.model.past import Facts, Kind, State
from pve_backup_report.model.report import Report
from pve_backup_report.model.storage import Storage
from pve_backup_report.model.verdict import GuestVerdict, Success

_LONGEST, _DIGEST = 500, 32  # characters; an index of PostgreSQL holds some 2,700 bytes
_ALL_NODES = ("/nodes", "/cluster/resources", "/cluster/status")  # what could hide a node


def facts_of(report: Report) -> Facts:
    """Return what a report says, by kind and id.

    Where a guest runs is left out: a cluster that balances itself moves guests all day.
    """
    analysis = report.analysis
    cluster = analysis.cluster
    facts: dict[tuple[Kind, str], State] = {}
    for told in analysis.guests:
        facts[Kind.GUEST, told.guest.key] = _guest(told)
        if told.last_success is not None:
            facts[Kind.BACKUP, told.guest.key] = _backup(told.last_success)
    facts |= {(Kind.JOB, told.job.id): _job(told.job) for told in analysis.jobs}
    facts |= {(Kind.STORAGE, storage.id): _storage(storage) for storage in cluster.storages}
    facts |= {(Kind.NODE, node.name): {} for node in cluster.nodes}
    facts |= {
        (Kind.ANOMALY, f"{anomaly.code} {anomaly.subject}"): {
            "severity": str(anomaly.severity),
            "acknowledged": anomaly.acknowledged is not None,
        }
        for anomaly in report.anomalies
    }
    facts |= {(Kind.GAP, f"{gap.kind} {gap.endpoint}"): {} for gap in cluster.gaps}
    return {(kind, plain_key(key)): state for (kind, key), state in facts.items()}


def complete_in(report: Report) -> frozenset[Kind]:
    """Return the kinds of things of which a run saw all: what is not there then does not exist."""
    cluster = report.analysis.cluster
    seen = {
        Kind.GUEST: cluster.sight.guests,
        Kind.BACKUP: cluster.sight.guests and not any(Blind.EVIDENCE in gap.blinds for gap in cluster.gaps),
        Kind.JOB: cluster.sight.jobs,
        Kind.STORAGE: cluster.sight.storages,
        Kind.NODE: not any(gap.endpoint in _ALL_NODES for gap in cluster.gaps),
        Kind.ANOMALY: not any(gap.blinds for gap in cluster.gaps),  # a rule that is blind says nothing
        Kind.GAP: True,
    }
    return frozenset(kind for kind, all_of_it in seen.items() if all_of_it)


def _guest(told: GuestVerdict) -> State:
    return {
        "name": told.guest.name,
        "verdict": str(told.verdict),
        "reason": str(told.reason),
        "freshness": None if told.freshness is None else str(told.freshness),
    }


def _backup(success: Success) -> State:
    return {
        "at": success.at,
        "source": success.source,
        "storage": success.storage,
        "volid": success.volid,
        "size": success.size,
        "duration_s": success.duration_s,
        "verified": success.verified,
    }


def _job(job: Job) -> State:
    return {
        "enabled": job.enabled,
        "schedule": job.schedule,
        "selection": str(job.selection),
        "vmids": None if job.vmids is None else _words(job.vmids),
        "exclude": _words(job.exclude),
        "pool": job.pool,
        "node": job.node,
        "storage": job.storage,
        "dumpdir": job.dumpdir,
        "retention": None if job.retention is None else _words(f"{name}={number}" for name, number in job.retention),
    }


def _storage(storage: Storage) -> State:
    return {
        "type": storage.type,
        "enabled": storage.enabled,
        "content": _words(sorted(storage.content)),
        "nodes": None if storage.nodes is None else _words(sorted(storage.nodes)),
        "retention": None
        if storage.retention is None
        else _words(f"{name}={number}" for name, number in storage.retention),
    }


def _words(things: Iterable[object]) -> str:
    return ",".join(map(str, things))


def plain_key(key: str) -> str:
    """Return a key that every database takes and finds again: no NUL, no lone surrogate, not too long for an index."""
    plain = key.replace("\0", "\\0").encode("utf-8", "backslashreplace").decode()
    if len(plain) <= _LONGEST:
        return plain
    return f"{plain[: _LONGEST - _DIGEST - 1]}…{sha256(plain.encode()).hexdigest()[:_DIGEST]}"
