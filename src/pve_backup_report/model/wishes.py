"""What the reader's settings ask of the judgement."""

from dataclasses import dataclass

from pve_backup_report.model.policy import NO_POLICY, Policy
from pve_backup_report.model.restore import Restore


@dataclass(frozen=True, slots=True)
class Wishes:
    """Limits and names that only people know.

    Attributes:
        max_age_s: seconds after which a backup is too old, whatever the schedule; None for no such limit.
        offsite: storages, backup servers and ``server:datastore`` pairs that are away from the cluster.
        restore_test_age_s: seconds after which a guest's last good restore test is too old; None when nobody asks.
        restores: restore tests in the register that people keep.
        policy: exemptions, rules and acknowledgements.
    """

    max_age_s: int | None = None
    offsite: frozenset[str] = frozenset()
    restore_test_age_s: int | None = None
    restores: tuple[Restore, ...] = ()
    policy: Policy = NO_POLICY


NONE = Wishes()
