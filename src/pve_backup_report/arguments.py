"""The arguments of the command line."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from pve_backup_report import __version__

SEVERITIES = ("info", "notice", "warning", "error")
_NEVER = "never"
_LONGEST_WAIT_S = 86400


class Mode(StrEnum):
    """What the program is to do."""

    REPORT = "report"
    CHECK_API = "check-api"
    DUMP_INVENTORY = "dump-inventory"
    DUMP_COVERAGE = "dump-coverage"
    DUMP_REPORT_DATA = "dump-report-data"
    EXPLAIN = "explain"
    PRINT_SETUP = "print-setup"
    PRINT_UNITS = "print-units"
    VERIFY_BUNDLE = "verify-bundle"


@dataclass(frozen=True, slots=True)
class Arguments:
    """The command line as values.

    Attributes:
        mode: what to do.
        setup: ``pve`` or ``pbs``, for which commands are to be printed; None in the other modes.
        units: which files to print in the mode of that name; None in the others.
        verify: the bundle to look at; None in the other modes.
        vmid: the guest to explain; None in the other modes.
        demo: use the sample cluster inside the package.
        as_json: ``--format json``.
        record: where to keep the answers; None to keep none.
        replay: where to take the answers from; None to ask the cluster.
        bundle: where to write the bundle of evidence; None for none.
        anonymise: give all that has a name another one, before anything is written.
        lock_wait: seconds to wait for another run for the same cluster.
        overrides: settings by name that the command line overrules.
        env_file: file of settings; None for ``./.env`` where it exists.
        fail_on: least severity that makes the exit code 1; None for never.
        deliver: False sends nothing.
        verbosity: how much is logged: -1 quiet, 0 as set, 1 and more.
    """

    mode: Mode
    setup: str | None
    units: str | None
    verify: Path | None
    vmid: int | None
    demo: bool
    as_json: bool
    record: Path | None
    replay: Path | None
    bundle: Path | None
    anonymise: bool
    lock_wait: float
    overrides: dict[str, str]
    env_file: Path | None
    fail_on: str | None
    deliver: bool
    verbosity: int


def parse_arguments(argv: Sequence[str]) -> Arguments:
    """Read the command line; a wrong one ends the program with exit code 2 and one clear line.

    Args:
        argv: the arguments after the program's name.
    """
    parser = argument_parser()
    given = parser.parse_args(argv)
    if given.demo and given.replay is not None:
        parser.error("--demo and --replay both say where the answers come from; give one of them")
    if given.format is not None and given.mode is None and given.explain is None:
        parser.error("--format goes with --check-api, --dump-... or --explain; reports are chosen with --formats")
    if given.bundle is not None and _mode(given) is not Mode.REPORT:
        parser.error("--bundle goes with the report itself; leave the other mode out")
    overrides = {
        "REPORT_DIR": None if given.output_dir is None else str(given.output_dir),
        "REPORT_FORMATS": given.formats,
        "REPORT_LANGUAGE": given.lang,
    }
    return Arguments(
        mode=_mode(given),
        setup=given.print_setup,
        units=given.print_units,
        verify=given.verify_bundle,
        vmid=given.explain,
        demo=given.demo,
        as_json=given.format == "json",
        record=given.record,
        replay=given.replay,
        bundle=given.bundle,
        anonymise=given.anonymise,
        lock_wait=given.lock_wait,
        overrides={name: value for name, value in overrides.items() if value is not None},
        env_file=given.env_file,
        fail_on=None if given.fail_on == _NEVER else given.fail_on,
        deliver=not given.no_deliver,
        verbosity=-1 if given.quiet else given.verbose,
    )


def argument_parser() -> argparse.ArgumentParser:
    """Return the parser, for the program and for the test of its documentation."""
    parser = argparse.ArgumentParser(
        prog="pve-backup-report",
        description="Tell for every guest of a Proxmox VE cluster whether a backup job covers it, and how one knows.",
        epilog="Without a mode: ask the cluster, write the reports, deliver them. "
        "Settings come from the environment and from .env.",
        allow_abbrev=False,
    )
    modes = parser.add_argument_group("modes").add_mutually_exclusive_group()
    for mode, text in (
        (Mode.CHECK_API, "ask each endpoint once; tell what the token may see"),
        (Mode.DUMP_INVENTORY, "show nodes, storages, jobs, pools and guests"),
        (Mode.DUMP_COVERAGE, "show each guest's verdict, reason, jobs and storages"),
        (Mode.DUMP_REPORT_DATA, "show the whole report model"),
    ):
        modes.add_argument(f"--{mode}", dest="mode", action="store_const", const=mode, help=text)
    modes.add_argument("--explain", metavar="VMID", type=_vmid, help="tell the whole story of one guest")
    modes.add_argument(
        "--print-setup",
        nargs="?",
        const="pve",
        choices=("pve", "pbs"),
        help="print the commands that make a token, and run none of them",
    )
    modes.add_argument(
        "--print-units",
        nargs="?",
        const="all",
        choices=("all", "service", "timer", "cron"),
        help="print a systemd service and timer and a line for cron, and install none of them",
    )
    modes.add_argument("--verify-bundle", metavar="FILE", type=Path, help="tell whether a bundle is whole and agrees")
    source = parser.add_argument_group("where the answers come from")
    source.add_argument("--demo", action="store_true", help="use the sample cluster inside the package: no network")
    source.add_argument("--replay", metavar="FILE", type=Path, help="use answers kept by --record: no network")
    source.add_argument(
        "--record", metavar="FILE", type=Path, help="keep this run's answers, redacted, without secrets"
    )
    source.add_argument(
        "--anonymise", action="store_true", help="rename all that has a name in tape, reports and bundle; send nothing"
    )
    output = parser.add_argument_group("output")
    output.add_argument("--format", choices=("table", "json"), help="for --check-api, --dump-... and --explain")
    output.add_argument("--output-dir", metavar="DIR", type=Path, help="overrules REPORT_DIR")
    output.add_argument("--formats", metavar="LIST", help="such as html,md,json; overrules REPORT_FORMATS")
    output.add_argument("--bundle", metavar="FILE", type=Path, help="write tape, reports and checksums into one zip")
    output.add_argument("--lang", metavar="CODE", help="en or fr; overrules REPORT_LANGUAGE")
    other = parser.add_argument_group("other")
    other.add_argument("--env-file", metavar="FILE", type=Path, help="read settings from FILE instead of .env")
    other.add_argument(
        "--fail-on", choices=(*SEVERITIES, _NEVER), default=_NEVER, help="exit 1 from this severity on (default: never)"
    )
    other.add_argument("--no-deliver", action="store_true", help="write the files, send nothing")
    other.add_argument(
        "--lock-wait",
        metavar="SECONDS",
        type=_seconds,
        default=0.0,
        help="wait for another run for the same cluster to end (default: 0)",
    )
    volume = other.add_mutually_exclusive_group()
    volume.add_argument("-v", "--verbose", action="count", default=0, help="log more; twice for each request")
    volume.add_argument("-q", "--quiet", action="store_true", help="log errors only, and print no summary")
    other.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    return parser


def _mode(given: argparse.Namespace) -> Mode:
    if given.print_setup is not None:
        return Mode.PRINT_SETUP
    if given.print_units is not None:
        return Mode.PRINT_UNITS
    if given.verify_bundle is not None:
        return Mode.VERIFY_BUNDLE
    return Mode.EXPLAIN if given.explain is not None else Mode(given.mode or Mode.REPORT)


def _vmid(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and 0 < len(text) <= len("999999999")):
        raise argparse.ArgumentTypeError(f"{text!r} is no VMID: give a number such as 100")
    return int(text)


def _seconds(text: str) -> float:
    try:
        wait_s = float(text)
    except ValueError:
        wait_s = -1
    if not 0 <= wait_s <= _LONGEST_WAIT_S:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds from 0 to {_LONGEST_WAIT_S}")
    return wait_s
