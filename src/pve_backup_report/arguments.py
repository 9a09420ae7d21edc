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


_OF_A_FLEET = (Mode.REPORT, Mode.DUMP_REPORT_DATA)
_SHOWN = frozenset(Mode) - {Mode.REPORT, Mode.PRINT_SETUP, Mode.PRINT_SCHEMA, Mode.SEND_TEST}


@dataclass(frozen=True, slots=True)
class Arguments:
    """The command line as values.

    Attributes:
        mode: what to do.
        setup: ``pve``, ``pbs``, ``user`` or ``pvesh``, for which commands are to be printed; None in the other modes.
        vmid: the guest to explain; None in the other modes.
        demo: use the sample cluster inside the package.
        as_json: ``--format json``.
        as_csv: ``--format csv``.
        since: from when ``--history`` lists runs, as given; None for all.
        compared: the run that ``--diff`` compares with the newest, as given; None in the other modes.
        as_check: ``--format nagios``.
        record: where to keep the answers; None to keep none.
        replay: where to take the answers from; None to ask the cluster.
        overrides: settings by name that the command line overrules.
        env_file: file of settings; None for ``./.env`` where it exists.
        fail_on: least severity that makes the exit code 1; None for never.
        deliver: False sends nothing.
        verbosity: how much is logged: -1 quiet, 0 as set, 1 and more.
        fleet: many clusters are meant; None for one.
    """

    mode: Mode
    setup: str | None
    vmid: int | None
    demo: bool
    as_json: bool
    as_csv: bool
    since: str | None
    compared: str | None
    as_check: bool
    record: Path | None
    replay: Path | None
    overrides: dict[str, str]
    env_file: Path | None
    fail_on: str | None
    deliver: bool
    verbosity: int
    fleet: FleetWish | None = None


def parse_arguments(argv: Sequence[str]) -> Arguments:
    """Read the command line; a wrong one ends the program with exit code 2 and one clear line.

    Args:
        argv: the arguments after the program's name.
    """
    parser = argument_parser()
    given = parser.parse_args(argv)
    if given.demo and given.replay is not None:
        parser.error("--demo and --replay both say where the answers come from; give one of them")
    mode = _mode(given)
    if given.format not in (None, _NAGIOS) and mode not in _SHOWN:
        parser.error(
            "--format goes with --check-api, --check-policy, --dump-..., --explain, --history or --diff; "
            "reports are chosen with --formats"
        )
    if given.format == "csv" and mode is not Mode.HISTORY:
        parser.error("--format csv goes with --history")
    if given.since is not None and mode is not Mode.HISTORY:
        parser.error("--since goes with --history")
    if mode in (Mode.HISTORY, Mode.DIFF) and (given.demo or given.replay is not None or given.record is not None):
        parser.error(f"--{mode} reads what was kept: it goes with none of --demo, --replay and --record")
    if given.mode is Mode.SEND_TEST and (given.demo or given.replay or given.record or given.no_deliver):
        parser.error("--send-test asks no cluster and sends; leave out --demo, --replay, --record and --no-deliver")
    if given.format == _NAGIOS and mode is not Mode.REPORT:
        parser.error("--format nagios is a mode of its own: it goes with no other")
    if given.format == _NAGIOS and given.fail_on != _NEVER:
        parser.error("--format nagios has exit codes of its own; leave --fail-on out")
    fleet = fleet_wish(given, parser)
    if fleet is not None and (given.demo or given.format == _NAGIOS or mode not in _OF_A_FLEET):
        parser.error("many clusters have a report and --dump-report-data; all other modes look at one cluster")
    overrides = {
        "REPORT_DIR": None if given.output_dir is None else str(given.output_dir),
        "REPORT_FORMATS": given.formats,
        "REPORT_LANGUAGE": given.lang,
        "REPORT_POLICY": None if given.policy is None else str(given.policy),
    }
    return Arguments(
        mode=mode,
        setup=given.print_setup,
        vmid=given.explain,
        demo=given.demo,
        as_json=given.format == "json",
        as_csv=given.format == "csv",
        since=given.since,
        compared=given.diff,
        as_check=given.format == _NAGIOS,
        record=given.record,
        replay=None if fleet is not None or given.replay is None else Path(given.replay),
        overrides={name: value for name, value in overrides.items() if value is not None},
        env_file=given.env_file[0] if given.env_file and fleet is None else None,
        fail_on=None if given.fail_on == _NEVER else given.fail_on,
        deliver=not given.no_deliver,
        verbosity=-1 if given.quiet else given.verbose,
        fleet=fleet,
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
        f"--{Mode.HISTORY}",
        dest="mode",
        action="store_const",
        const=Mode.HISTORY,
        help="list the runs kept under STATE_DIR; asks nothing",
    )
    modes.add_argument(
        "--diff",
        metavar="RUN",
        nargs="?",
        const="previous",
        help="tell what changed since the run before, or since RUN: its number or a time; asks nothing",
    )
    source = parser.add_argument_group("where the answers come from")
    source.add_argument("--demo", action="store_true", help="use the sample cluster inside the package: no network")
    source.add_argument(
        "--replay", metavar="FILE", help="use answers kept by --record: no network; a folder or a URL: many clusters"
    )
    source.add_argument(
        "--record", metavar="FILE", type=Path, help="keep this run's answers, redacted, without secrets"
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
    return Mode.EXPLAIN if given.explain is not None else Mode(given.mode or Mode.REPORT)


def _vmid(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and 0 < len(text) <= len("999999999")):
        raise argparse.ArgumentTypeError(f"{text!r} is no VMID: give a number such as 100")
    return int(text)
