"""A simulator of a Proxmox Backup Server: a world of facts, the API's answers to a token, and the truth about it."""

from simulator_pbs.api import PbsApi
from simulator_pbs.from_pve import pbs_of, servers_of
from simulator_pbs.generate import big_pbs, random_pbs
from simulator_pbs.parts import Datastore, GcState, PruneJob, Remote, SyncJob, User, VerifyJob
from simulator_pbs.records import PbsTask, Snapshot
from simulator_pbs.rights import PRESETS, AclEntry, PbsRights, backup_only, one_namespace, without
from simulator_pbs.truth import GroupKey, GroupTruth, JobTruth, PbsTruth
from simulator_pbs.world import PbsWorld

__all__ = [
    "PRESETS",
    "AclEntry",
    "Datastore",
    "GcState",
    "GroupKey",
    "GroupTruth",
    "JobTruth",
    "PbsApi",
    "PbsRights",
    "PbsTask",
    "PbsTruth",
    "PbsWorld",
    "PruneJob",
    "Remote",
    "Snapshot",
    "SyncJob",
    "User",
    "VerifyJob",
    "backup_only",
    "big_pbs",
    "one_namespace",
    "pbs_of",
    "random_pbs",
    "servers_of",
    "without",
]
