"""The part of the command line that is about many clusters."""

import argparse
from collections.abc import Callable
from pathlib import Path

from pve_backup_report.model.fleet_wish import MOST_AT_A_TIME, FleetWish

_MOST = 256
_LONGEST_WAIT_S = 3600


def add_fleet_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that only a fleet has."""
    fleet = parser.add_argument_group("many clusters (several --env-file, a folder of them, or a folder of tapes)")
    fleet.add_argument(
        "--fleet-env", metavar="FILE", type=Path, help="read the settings of the fleet's own report and mail from FILE"
    )
    fleet.add_argument(
        "--parallel", metavar="N", type=_up_to(_MOST), help=f"clusters at a time (default: all, up to {MOST_AT_A_TIME})"
    )
    fleet.add_argument(
        "--tape-max-age",
        metavar="AGE",
        type=_age,
        help="an older tape tells nothing, such as 2d (default of a folder: 26h)",
    )
    fleet.add_argument(
        "--scheduler",
        metavar="URL",
        type=_scheduler,
        help="ask through the workers of a Dask scheduler: tls://HOST:8786",
    )
    fleet.add_argument(
        "--worker-wait",
        metavar="S",
        type=_up_to(_LONGEST_WAIT_S),
        help="seconds to wait for a worker of a site (default: 60)",
    )


def fleet_wish(given: argparse.Namespace, parser: argparse.ArgumentParser) -> FleetWish | None:
    """Return what is asked of a fleet; None when one cluster is meant.

    Args:
        given: the parsed command line.
        parser: ends the program where options do not go together.
    """
    files = tuple(given.env_file or ())
    tapes = given.replay if given.replay is not None and _many_tapes(given.replay) else None
    many = tapes is not None or len(files) > 1 or any(file.is_dir() for file in files)
    if not many:
        if given.tape_max_age is not None and given.replay is None:
            parser.error("--tape-max-age goes with --replay")
        for name in ("fleet_env", "parallel", "scheduler", "worker_wait"):
            if getattr(given, name) is not None:
                option = name.replace("_", "-")
                parser.error(f"--{option} goes with several --env-file, a folder of them, or --replay of a folder")
        return None
    if tapes is not None and files:
        parser.error("--env-file names clusters to ask, --replay of a folder asks none; give one of them")
    if given.replay is not None and tapes is None:
        parser.error("--replay of one file tells of one cluster; give a folder of them, or one --env-file")
    if tapes is not None and (given.record is not None or given.scheduler is not None):
        parser.error("--record and --scheduler ask clusters, --replay of a folder asks none")
    if tapes is None and given.tape_max_age is not None:
        parser.error("--tape-max-age goes with --replay")
    if given.worker_wait is not None and given.scheduler is None:
        parser.error("--worker-wait goes with --scheduler")
    usual = FleetWish()
    return FleetWish(
        env_files=files,
        tapes=tapes,
        settings=given.fleet_env,
        parallel=given.parallel,
        scheduler=given.scheduler,
        worker_wait_s=given.worker_wait or usual.worker_wait_s,
        tape_max_age_s=given.tape_max_age or usual.tape_max_age_s,
    )


def _many_tapes(place: str) -> bool:
    return "://" in place or Path(place).is_dir()


def _up_to(most: int) -> Callable[[str], int]:
    def number(text: str) -> int:
        if not (text.isascii() and text.isdecimal() and 0 < int(text[:9]) <= most):
            raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 1 to {most}")
        return int(text)

    return number


def _age(text: str) -> int:
    from pve_backup_report.settings.key import WrongValueError  # noqa: PLC0415 -- slow to import, and seldom needed
    from pve_backup_report.settings.kinds import age  # noqa: PLC0415 -- same

    try:
        return age(text)
    except WrongValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no age: give hours or days, such as 26h or 2d") from None


def _scheduler(text: str) -> str:
    scheme, separator, rest = text.partition("://")
    if scheme not in ("tcp", "tls") or not separator or not rest:
        raise argparse.ArgumentTypeError(f"{text!r} is no address of a Dask scheduler: give tls://HOST:8786")
    return text
