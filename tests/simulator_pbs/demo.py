"""The backup server of the demo: what the sample cluster's backups look like on it."""

from dataclasses import replace

from simulator import World
from simulator_pbs.from_pve import pbs_of
from simulator_pbs.parts import PruneJob, Remote, SyncJob, VerifyJob
from simulator_pbs.records import PbsTask
from simulator_pbs.world import PbsWorld

_DAY, _HOUR = 86_400, 3_600


def demo_server(world: World) -> PbsWorld:
    """One datastore, verified every week, pruned every night, and sent to another house, which failed last night."""
    server = pbs_of(world, "192.0.2.30")
    (main,) = server.datastores
    now = server.now
    verified = PbsTask("verificationjob", "main:v-weekly", now - 3 * _DAY, now - 3 * _DAY + 2 * _HOUR)
    pruned = PbsTask("prunejob", "main:p-nightly", now - 3 * _HOUR, now - 3 * _HOUR + 60)
    failed = "sync failed: error trying to connect: Connection refused (os error 111)"
    synced = PbsTask("syncjob", "offsite:main:main::s-offsite", now - 2 * _HOUR, now - 2 * _HOUR + 30, status=failed)
    full_at = now + 200 * _DAY
    return replace(
        server,
        datastores=(replace(main, estimated_full_date=full_at, verify_new=True, comment="Rack 2"),),
        verify_jobs=(VerifyJob("v-weekly", main.name, "sun 04:00", outdated_after=30, last=verified),),
        prune_jobs=(
            PruneJob("p-nightly", main.name, "04:00", keep=(("keep-daily", 7), ("keep-weekly", 4)), last=pruned),
            PruneJob("p-old", main.name, "05:00", keep=(("keep-last", 30),), disable=True),
        ),
        sync_jobs=(SyncJob("s-offsite", main.name, "main", remote="offsite", direction="push", last=synced),),
        remotes=(Remote("offsite"),),
        tasks=(*server.tasks, verified, pruned, synced),
    )
