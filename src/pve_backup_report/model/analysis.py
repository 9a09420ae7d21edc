"""What the coverage room hands to the rules: the cluster and the conclusions."""

from dataclasses import dataclass

from pve_backup_report.model.backup import Backup
from pve_backup_report.model.cluster import Cluster
from pve_backup_report.model.verdict import GuestVerdict, JobVerdict


@dataclass(frozen=True, slots=True)
class Analysis:
    """What the rules look at.

    Attributes:
        cluster: everything seen.
        guests: conclusions per guest, sorted by vmid.
        jobs: conclusions per job, in the API's order.
        orphans: backups of ids that are no guest of the cluster; empty when the guests were not all seen.
        max_age_s: seconds after which a backup is too old, whatever the schedule; None for no such limit.
    """

    cluster: Cluster
    guests: tuple[GuestVerdict, ...]
    jobs: tuple[JobVerdict, ...]
    orphans: tuple[Backup, ...]
    max_age_s: int | None = None
