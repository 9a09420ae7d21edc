"""The arguments of the command line."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from pve_backup_report import __version__
from pve_backup_report.fleet_options import add_fleet_options, fleet_wish
from pve_backup_report.model.fleet_wish import FleetWish

SEVERITIES = ("info", "notice", "warning", "error")
_NEVER, _NAGIOS = "never", "nagios"
_LONGEST_WAIT_S = 86400
_ALL = -1  # no guest in particular


class Mode(StrEnum):
    """What the program is to do."""

    REPORT = "report"
    CHECK_API = "check-api"
    DUMP_INVENTORY = "dump-inventory"
    DUMP_COVERAGE = "dump-coverage"
    DUMP_REPORT_DATA = "dump-report-data"
    EXPLAIN = "explain"
    CHECK_POLICY = "check-policy"
    PRINT_SETUP = "print-setup"
    HISTORY = "history"
    DIFF = "diff"
    SEND_TEST = "send-test"
    PRINT_SCHEMA = "print-schema"
    PRINT_UNITS = "print-units"
    VERIFY_BUNDLE = "verify-bundle"


_OF_A_FLEET = (Mode.REPORT, Mode.DUMP_REPORT_DATA)
_ASKING = (
    Mode.REPORT,
    Mode.CHECK_API,
    Mode.CHECK_POLICY,
    Mode.DUMP_INVENTORY,
    Mode.DUMP_COVERAGE,
    Mode.DUMP_REPORT_DATA,
    Mode.EXPLAIN,
)
PRINTING = frozenset({Mode.PRINT_SETUP, Mode.PRINT_SCHEMA, Mode.PRINT_UNITS, Mode.VERIFY_BUNDLE})
"""What needs neither settings nor a cluster."""
_SHOWN = frozenset(Mode) - PRINTING - {Mode.REPORT, Mode.SEND_TEST}


@dataclass(frozen=True, slots=True)
class Arguments:
    """The command line as values.

    Attributes:
        mode: what to do.
        setup: ``pve``, ``pbs``, ``user`` or ``pvesh``, for which commands are to be printed; None in the other modes.
        units: which files to print in the mode of that name; None in the others.
        verify: the bundle to look at; None in the other modes.
        vmid: the guest to explain, or whose history is wanted; None for none.
        demo: use the sample cluster inside the package.
        as_json: ``--format json``.
        as_csv: ``--format csv``.
        since: from when ``--history`` lists runs, as given; None for all.
        compared: the run that ``--diff`` compares with the newest, as given; None in the other modes.
        as_check: ``--format nagios``.
        record: where to keep the answers; None to keep none.
        replay: where to take the answers from; None to ask the cluster.
        tape_max_age_s: seconds after which answers that were kept tell nothing; None for no limit.
        bundle: where to write the bundle of evidence; None for none.
        anonymise: give all that has a name another one, before anything is written.
        lock_wait: seconds to wait for another run for the same cluster.
        overrides: settings by name that the command line overrules.
        env_file: file of settings; None for ``./.env`` where it exists.
        fail_on: least severity that makes the exit code 1; None for never.
        deliver: False sends nothing.
        verbosity: how much is logged: -1 quiet, 0 as set, 1 and more.
        stats: tell what the run cost.
        fleet: many clusters are meant; None for one.
    """

    mode: Mode
    setup: str | None
    units: str | None
    verify: Path | None
    vmid: int | None
    demo: bool
    as_json: bool
    as_csv: bool
    since: str | None
    compared: str | None
    as_check: bool
    record: Path | None
    replay: Path | None
    tape_max_age_s: int | None
    bundle: Path | None
    anonymise: bool
    lock_wait: float
    overrides: dict[str, str]
    env_file: Path | None
    fail_on: str | None
    deliver: bool
    verbosity: int
    stats: bool = False
    fleet: FleetWish | None = None


def parse_arguments(argv: Sequence[str]) -> Arguments:
    """Read the command line; a wrong one ends the program with exit code 2 and one clear line.

    Args:
        argv: the arguments after the program's name.
    """
    parser = argument_parser()
    given = parser.parse_args(argv)
    mode = _mode(given)
    fleet = fleet_wish(given, parser)
    for clash, told in _clashes(given, mode, fleet):
        if clash:
            parser.error(told)
    overrides = {
        "REPORT_DIR": None if given.output_dir is None else str(given.output_dir),
        "REPORT_FORMATS": given.formats,
        "REPORT_LANGUAGE": given.lang,
        "REPORT_POLICY": None if given.policy is None else str(given.policy),
    }
    return Arguments(
        mode=mode,
        setup=given.print_setup,
        units=given.print_units,
        verify=given.verify_bundle,
        vmid=given.explain if given.history in (None, _ALL) else given.history,
        demo=given.demo,
        as_json=given.format == "json",
        as_csv=given.format == "csv",
        since=given.since,
        compared=given.diff,
        as_check=given.format == _NAGIOS,
        record=given.record,
        replay=None if fleet is not None or given.replay is None else Path(given.replay),
        tape_max_age_s=None if fleet is not None else given.tape_max_age,
        bundle=given.bundle,
        anonymise=given.anonymise,
        lock_wait=given.lock_wait,
        overrides={name: value for name, value in overrides.items() if value is not None},
        env_file=given.env_file[0] if given.env_file and fleet is None else None,
        fail_on=None if given.fail_on == _NEVER else given.fail_on,
        deliver=not (given.no_deliver or given.demo or given.anonymise),
        verbosity=-1 if given.quiet else given.verbose,
        stats=given.stats,
        fleet=fleet,
    )


def _clashes(given: argparse.Namespace, mode: Mode, fleet: FleetWish | None) -> tuple[tuple[bool, str], ...]:
    """Return what does not go together: whether it is asked for, and what to say then."""
    kept = given.replay is not None or given.record is not None
    nagios = given.format == _NAGIOS
    return (
        (
            given.demo and given.replay is not None,
            "--demo and --replay both say where the answers come from; give one of them",
        ),
        (
            given.format not in (None, _NAGIOS) and mode not in _SHOWN,
            "--format goes with a mode that shows something, such as --dump-...; reports are chosen with --formats",
        ),
        (given.format == "csv" and mode is not Mode.HISTORY, "--format csv goes with --history"),
        (given.since is not None and mode is not Mode.HISTORY, "--since goes with --history"),
        (
            mode in (Mode.HISTORY, Mode.DIFF) and (given.demo or kept),
            f"--{mode} reads what was kept: it goes with none of --demo, --replay and --record",
        ),
        (
            mode is Mode.SEND_TEST and (given.demo or kept or given.no_deliver),
            "--send-test asks no cluster and sends; leave out --demo, --replay, --record and --no-deliver",
        ),
        (nagios and mode is not Mode.REPORT, "--format nagios is a mode of its own: it goes with no other"),
        (
            nagios and given.fail_on != _NEVER,
            "--format nagios has exit codes of its own; leave --fail-on out",
        ),
        (
            fleet is not None and (given.demo or nagios or mode not in _OF_A_FLEET),
            "many clusters have a report and --dump-report-data; all other modes look at one cluster",
        ),
        (
            given.stats and (fleet is not None or mode not in _ASKING),
            "--stats goes with a run that asks one cluster",
        ),
        (
            given.bundle is not None and (mode is not Mode.REPORT or nagios),
            "--bundle goes with the report itself; leave the other mode out",
        ),
        (
            fleet is not None and (given.bundle is not None or given.anonymise),
            "--bundle and --anonymise are for one cluster; give one --env-file or one tape",
        ),
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
        (Mode.SEND_TEST, "send a test through each configured channel; ask no cluster"),
        (Mode.PRINT_SCHEMA, "print the JSON Schema of the JSON report"),
        (Mode.CHECK_POLICY, "show what each entry of the policy fits on the cluster"),
    ):
        modes.add_argument(f"--{mode}", dest="mode", action="store_const", const=mode, help=text)
    modes.add_argument("--explain", metavar="VMID", type=_vmid, help="tell the whole story of one guest")
    modes.add_argument(
        "--print-setup",
        nargs="?",
        const="pve",
        choices=("pve", "pbs", "user", "pvesh"),
        help="print the commands that make a token (or a user, or the way through pvesh), and run none of them",
    )
    modes.add_argument(
        "--history",
        metavar="VMID",
        nargs="?",
        type=_vmid,
        const=_ALL,
        help="list the runs kept under STATE_DIR, or what they knew of one guest; asks nothing",
    )
    modes.add_argument(
        "--diff",
        metavar="RUN",
        nargs="?",
        const="previous",
        help="tell what changed since the run before, or since RUN: its number or a time; asks nothing",
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
    source.add_argument(
        "--replay", metavar="FILE", help="use answers kept by --record: no network; a folder or a URL: many clusters"
    )
    source.add_argument(
        "--record", metavar="FILE", type=Path, help="keep this run's answers, redacted, without secrets"
    )
    source.add_argument(
        "--anonymise", action="store_true", help="rename all that has a name in tape, reports and bundle; send nothing"
    )
    output = parser.add_argument_group("output")
    output.add_argument(
        "--format",
        choices=("table", "json", "csv", _NAGIOS),
        help="table or json for the modes above; csv for --history; nagios for a check: one line, and no report",
    )
    output.add_argument(
        "--since", metavar="WHEN", help="for --history: an age such as 30d, or a day such as 2026-03-04"
    )
    output.add_argument("--output-dir", metavar="DIR", type=Path, help="overrules REPORT_DIR")
    output.add_argument("--formats", metavar="LIST", help="such as html,md,json; overrules REPORT_FORMATS")
    output.add_argument("--bundle", metavar="FILE", type=Path, help="write tape, reports and checksums into one zip")
    output.add_argument("--lang", metavar="CODE", help="en or fr; overrules REPORT_LANGUAGE")
    other = parser.add_argument_group("other")
    other.add_argument("--policy", metavar="FILE", type=Path, help="overrules REPORT_POLICY")
    other.add_argument(
        "--env-file",
        metavar="FILE",
        action="append",
        type=Path,
        help="read settings from FILE instead of .env; several, or a folder of them: one cluster each",
    )
    other.add_argument(
        "--fail-on", choices=(*SEVERITIES, _NEVER), default=_NEVER, help="exit 1 from this severity on (default: never)"
    )
    other.add_argument("--no-deliver", action="store_true", help="write the files, send nothing")
    add_fleet_options(parser)
    other.add_argument(
        "--lock-wait",
        metavar="SECONDS",
        type=_seconds,
        default=0.0,
        help="wait for another run for the same cluster to end (default: 0)",
    )
    other.add_argument(
        "--stats", action="store_true", help="tell on stderr what the run cost: requests, bytes, seconds"
    )
    volume = other.add_mutually_exclusive_group()
    volume.add_argument("-v", "--verbose", action="count", default=0, help="log more; twice for each request")
    volume.add_argument("-q", "--quiet", action="store_true", help="log errors only, and print no summary")
    other.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    return parser


def _mode(given: argparse.Namespace) -> Mode:
    if given.print_setup is not None:
        return Mode.PRINT_SETUP
    if given.diff is not None:
        return Mode.DIFF
    if given.history is not None:
        return Mode.HISTORY
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
