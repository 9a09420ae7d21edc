"""One cluster: asked once, and with its answers done what the mode says."""

import logging
import time
from contextlib import nullcontext
from dataclasses import replace
from functools import partial

from pve_backup_report import pipeline
from pve_backup_report.arguments import SEVERITIES, Arguments, Mode
from pve_backup_report.bundle.assemble import Evidence
from pve_backup_report.collect.meter import Meter
from pve_backup_report.errors import AlreadyRunning, NotAllKept, SettingsError
from pve_backup_report.logs import warn
from pve_backup_report.model.report import Report
from pve_backup_report.publishing import publish, try_to_keep
from pve_backup_report.settings import Settings
from pve_backup_report.terminal import Terminal
from pve_backup_report.watch import Watch

_LOG = logging.getLogger("pve_backup_report")
_DONE, _ANOMALY = 0, 1


def run_one(arguments: Arguments, settings: Settings, watch: Watch) -> int:
    """Run for one cluster, alone where something is written, and return the exit code.

    Args:
        arguments: the command line.
        settings: of the cluster.
        watch: told how the run ends, where that is wanted.

    Raises:
        ReportError: the run cannot go on; its text says why.
    """
    if arguments.mode is Mode.CHECK_POLICY and not settings.report.policy.entries:
        told = "--check-policy: there is no entry to check. Give a file with --policy or REPORT_POLICY, or EXEMPT_TAGS."
        raise SettingsError((told,))
    terminal = Terminal(settings.report.language, quiet=arguments.verbosity < 0)
    if arguments.mode is not Mode.REPORT or arguments.as_check:
        return _work(arguments, settings, terminal, watch)
    if arguments.deliver:
        watch.begin(settings)
        pipeline.prepare_delivery(settings)
    warn(pipeline.prepare(settings))
    try:
        with pipeline.alone(arguments, settings):
            watch.start()
            return _work(arguments, settings, terminal, watch)
    except AlreadyRunning as other:
        watch.leave()  # the other run tells how it ended
        _LOG.warning("%s", other)
        return other.exit_code


def _work(arguments: Arguments, settings: Settings, terminal: Terminal, watch: Watch) -> int:
    """Ask, do with the answers what the mode says, and tell what that cost if it is wanted."""
    meter = Meter()
    code = _tell(arguments, settings, terminal, watch, meter)
    if arguments.stats:
        terminal.show_stats(meter.stats())
    return code


def _tell(arguments: Arguments, settings: Settings, terminal: Terminal, watch: Watch, meter: Meter) -> int:
    """Ask, and do with the answers what the mode says."""
    now = int(time.time())
    publishes = arguments.mode is Mode.REPORT and not arguments.as_check
    memory = pipeline.memory_of(arguments, settings, now) if publishes and not arguments.anonymise else None
    with memory or nullcontext():  # let go of, however the run ends
        try:
            tape = pipeline.tape_of(arguments, settings, now, terminal.progress, memory=memory, meter=meter)
        finally:
            terminal.done()
        meter.lap()
        wishes = None
        if arguments.anonymise:
            warn(_left_out(settings))
            tape, settings, wishes = pipeline.nameless(tape, settings)
        unkept: list[str] = []
        if arguments.record is not None:
            try_to_keep(partial(pipeline.keep, tape, arguments.record), unkept if publishes else None)
        if arguments.mode is Mode.CHECK_API:
            terminal.show_check(pipeline.check_of(tape), as_json=arguments.as_json)
            return _DONE
        wishes = pipeline.wishes_of(settings.report) if wishes is None else wishes
        report = pipeline.report_of(tape, wishes=wishes)
        meter.lap()
        if arguments.bundle is None:
            tape = replace(tape, answers={}, pbs=())  # of a large cluster they fill half of the memory
        if arguments.as_check:
            return terminal.show_state(report)
        if arguments.mode is Mode.CHECK_POLICY:
            terminal.show_policy(report, as_json=arguments.as_json)
            return _DONE
        if publishes:
            evidence = Evidence(tape, wishes, report, settings, named=not arguments.anonymise)
            watch.hear(*pipeline.ping_text(report, settings))
            try:
                publish(evidence, terminal, memory, arguments, unkept)
            finally:
                watch.hear(*unkept)
                for sentence in unkept:
                    _LOG.error("%s", sentence)
            if unkept:
                raise NotAllKept("The reports are written all the same.")
        else:
            _show(arguments, report, terminal)
        worst = report.worst
        bad = arguments.fail_on is not None and worst is not None and worst >= SEVERITIES.index(arguments.fail_on)
        return _ANOMALY if bad else _DONE


def _left_out(settings: Settings) -> tuple[str, ...]:
    if not settings.report.policy.entries:
        return ()
    return ("--anonymise: the policy speaks of names and people; it is left out, and guests it exempts are judged.",)


def _show(arguments: Arguments, report: Report, terminal: Terminal) -> None:
    """Show on stdout what a mode asks for."""
    if arguments.vmid is None:
        terminal.show(arguments.mode, report, as_json=arguments.as_json)
    elif not terminal.show_guest(report, arguments.vmid, as_json=arguments.as_json):
        told = f"--explain {arguments.vmid}: the token sees no such guest. --dump-inventory lists those it sees."
        raise SettingsError((told,))
