"""What the coverage room hands to the rules: the cluster and the conclusions."""

from dataclasses import dataclass

from pve_backup_report.model.backup import Backup
from pve_backup_report.model.cluster import Cluster
from pve_backup_report.model.policy_use import NOTHING_USED, PolicyUse
from pve_backup_report.model.restore_points import RetentionPolicy
from pve_backup_report.model.room import Room
from pve_backup_report.model.verdict import GuestVerdict, JobVerdict
from pve_backup_report.model.wishes import NONE as NO_WISHES
from pve_backup_report.model.wishes import Wishes


@dataclass(frozen=True, slots=True)
class Analysis:
    """What the rules look at.

    Attributes:
        cluster: everything seen.
        guests: conclusions per guest, sorted by vmid.
        jobs: conclusions per job, in the API's order.
        orphans: backups of ids that are no guest of the cluster; empty when the guests were not all seen.
        policies: every policy that removes backups of covered guests, active or not, by storage.
        wishes: what the settings ask of the judgement.
        rooms: the room that the next run finds in each place, by storage and node; no place on a backup server.
        policy_use: what the policy comes to on this cluster.
    """

    cluster: Cluster
    guests: tuple[GuestVerdict, ...]
    jobs: tuple[JobVerdict, ...]
    orphans: tuple[Backup, ...]
    policies: tuple[RetentionPolicy, ...] = ()
    wishes: Wishes = NO_WISHES
    rooms: tuple[Room, ...] = ()
    policy_use: PolicyUse = NOTHING_USED
