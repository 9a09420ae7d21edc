"""Each guest's own archives: listed under its id, of its type, not older than itself, each once."""

from collections.abc import Collection, Mapping
from dataclasses import replace

from pve_backup_report.coverage.evidence import Evidence
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.backup import Backup


def own_archives(analysis: Analysis, vmids: Collection[int]) -> Mapping[int, tuple[Backup, ...]]:
    """Return the archives of some guests, newest first, by vmid.

    Args:
        analysis: the cluster and the conclusions.
        vmids: the guests wanted.
    """
    # whose an archive is does not depend on the tasks, and without them it is found faster
    evidence = Evidence(replace(analysis.cluster, tasks=(), runs=()))
    return {guest.vmid: evidence.of(guest).archives for guest in analysis.cluster.guests if guest.vmid in vmids}
