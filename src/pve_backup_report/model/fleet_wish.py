"""What the command line asks of a fleet."""

from dataclasses import dataclass
from pathlib import Path

DAY_AND_TWO_HOURS_S = 26 * 3600
MOST_AT_A_TIME = 16


@dataclass(frozen=True, slots=True)
class FleetWish:
    """Many clusters instead of one.

    Attributes:
        env_files: files of settings, one for each cluster, or folders of them.
        tapes: a folder, or a URL, of tapes to use instead of asking.
        settings: file of settings of the fleet's own report and mail; None for the environment alone.
        parallel: clusters at a time; None for all, up to ``MOST_AT_A_TIME``.
        scheduler: address of a Dask scheduler; None to ask from here.
        worker_wait_s: seconds that a cluster waits for a worker of its site.
        tape_max_age_s: seconds after which a tape is too old.
    """

    env_files: tuple[Path, ...] = ()
    tapes: str | None = None
    settings: Path | None = None
    parallel: int | None = None
    scheduler: str | None = None
    worker_wait_s: int = 60
    tape_max_age_s: int = DAY_AND_TWO_HOURS_S
