"""The names of report files: which cluster and which run a file is of."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_LONGEST = 60
_NAMED = re.compile(
    r"pve-backup-(?:fleet|report_(?P<cluster>.+))_(?P<stamp>\d{4}-\d\d-\d\d_\d{6}Z)(?P<suffix>\.[a-z0-9.]+)"
)


STAMP = "%Y-%m-%d_%H%M%SZ"  # the time of a run in UTC; the same length always, so that it sorts


def stamp_of(epoch: int) -> str:
    """Return the time of a run as file names have it."""
    return datetime.fromtimestamp(epoch, UTC).strftime(STAMP)


def cluster_in_name(cluster: str | None) -> str:
    """Return a cluster's name as file names have it."""
    return _UNSAFE.sub("-", cluster or "cluster").strip(".-")[:_LONGEST] or "cluster"


@dataclass(frozen=True, slots=True)
class ReportName:
    """The name of one report file.

    Attributes:
        cluster: the cluster's name, with only what is safe in a file name; None for the report of a fleet.
        stamp: the time of the run in UTC, ``2026-03-04_060000Z``; the same length always, so that it sorts.
        suffix: of the format, with its dot.
    """

    cluster: str | None
    stamp: str
    suffix: str

    def __str__(self) -> str:
        of = "fleet" if self.cluster is None else f"report_{self.cluster}"
        return f"pve-backup-{of}_{self.stamp}{self.suffix}"


def read_report_name(name: str) -> ReportName | None:
    """Return what a file's name tells; None when it is no report's."""
    found = _NAMED.fullmatch(name)
    return None if found is None else ReportName(found["cluster"], found["stamp"], found["suffix"])
