"""How many bytes of the guests' disks a backup takes: coverage by size instead of by number."""

from collections.abc import Iterable
from dataclasses import dataclass

from pve_backup_report.model.guest import Volume
from pve_backup_report.model.verdict import GuestVerdict, Verdict


@dataclass(frozen=True, slots=True)
class Sizes:
    """Configured bytes of volumes, by what becomes of them; bind and device mounts are no part of it.

    Attributes:
        covered: in an effective job's backup.
        uncovered: in none: of guests that are not covered, and volumes left out of others.
        undetermined: of guests that could not be judged.
        exempt: of guests that are left out on purpose.
        unsized: guests with a volume whose size is not known.
    """

    covered: int
    uncovered: int
    undetermined: int
    exempt: int
    unsized: int

    @property
    def wanted(self) -> int:
        """All of it that is not exempt."""
        return self.covered + self.uncovered + self.undetermined


def sizes_of(guests: Iterable[GuestVerdict]) -> Sizes:
    """Add up the volumes of guests.

    Args:
        guests: the conclusions.
    """
    found = dict.fromkeys(Verdict, 0)
    unsized = 0
    for told in guests:
        volumes = [volume for volume in told.guest.volumes or () if volume.included or volume.matters]
        unsized += told.guest.volumes is None or any(volume.size is None for volume in volumes)
        for volume in volumes:
            found[_fate(told.verdict, volume)] += volume.size or 0
    return Sizes(
        covered=found[Verdict.COVERED],
        uncovered=found[Verdict.UNCOVERED],
        undetermined=found[Verdict.UNDETERMINED],
        exempt=found[Verdict.EXEMPT],
        unsized=unsized,
    )


def _fate(verdict: Verdict, volume: Volume) -> Verdict:
    if verdict in (Verdict.COVERED, Verdict.PARTIAL):
        return Verdict.COVERED if volume.included else Verdict.UNCOVERED
    return verdict
