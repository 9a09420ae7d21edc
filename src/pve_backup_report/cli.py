"""The command line: argv to exit code; the only place that prints, exits and reads the clock."""

import logging
import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from pve_backup_report.arguments import SEVERITIES, Arguments, Mode, parse_arguments
from pve_backup_report.ending import heed
from pve_backup_report.errors import (
    AlreadyRunning,
    NotAllKept,
    OutputError,
    ReportError,
    SettingsError,
    TemplateFailed,
)
from pve_backup_report.logs import set_log_level, set_up_log
from pve_backup_report.model.format_names import FORMAT_NAMES
from pve_backup_report.monitoring import asks_for_check, run_as_check
from pve_backup_report.standard_output import BROKEN_PIPE
from pve_backup_report.watch import Watch

if TYPE_CHECKING:
    from pve_backup_report.bundle.assemble import Evidence
    from pve_backup_report.collect.meter import Meter
    from pve_backup_report.history.memory import Memory
    from pve_backup_report.model.report import Report
    from pve_backup_report.render.language import Language
    from pve_backup_report.settings import Settings
    from pve_backup_report.terminal import Terminal

_LOG = logging.getLogger("pve_backup_report")
_DONE, _ANOMALY = 0, 1
_ASKS_NOTHING = (Mode.HISTORY, Mode.DIFF, Mode.SEND_TEST)
_FAULT = 70


def main(argv: Sequence[str]) -> int:
    """Run the program; whatever goes wrong is told on stderr in a sentence.

    Args:
        argv: the arguments after the program's name.

    Returns:
        The exit code (contract, "exit code"); of a check the state.
    """
    return run_as_check(argv, _main) if asks_for_check(argv) else _main(argv)


def _main(argv: Sequence[str]) -> int:
    arguments = parse_arguments(argv)
    set_up_log()
    watch = Watch()
    code = _guarded(lambda: _run(arguments, watch), watch)
    return _guarded(lambda: watch.end(code), watch)


def _guarded(work: Callable[[], int], watch: Watch) -> int:
    """Do one part of the work; whatever goes wrong is told in a sentence, and heard by who watches."""
    try:
        return work()
    except SettingsError as error:
        _warn(error.warnings)
        return _failed(watch, error.exit_code, *error.mistakes)
    except ReportError as error:
        return _failed(watch, error.exit_code, *str(error).splitlines())
    except KeyboardInterrupt:
        watch.leave()  # who watches hears nothing of a run that somebody did not want
        raise
    except BrokenPipeError:  # the reader of our output went away: nothing is left to tell
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    except Exception as error:  # noqa: BLE001 -- the last door: no traceback ever reaches a user
        heed()
        _failed(watch, _FAULT, f"this is a fault of the program itself: {type(error).__name__} at {_place(error)}")
        _LOG.error("Please report it, with a tape if you can (--record FILE). -vv shows the details.")
        _LOG.debug("the fault", exc_info=True)
        return _FAULT


def _failed(watch: Watch, code: int, *sentences: str) -> int:
    for sentence in sentences:
        _LOG.error("%s", sentence)
    watch.hear(*sentences)
    return code


def _run(arguments: Arguments, watch: Watch) -> int:
    act = {
        Mode.PRINT_SETUP: _print_setup,
        Mode.PRINT_SCHEMA: _print_schema,
        Mode.PRINT_UNITS: _print_units,
        Mode.VERIFY_BUNDLE: _verify_bundle,
        Mode.HISTORY: _look_back,
        Mode.DIFF: _look_back,
        Mode.SEND_TEST: _send_test,
    }.get(arguments.mode)
    return _ask(arguments, watch) if act is None else act(arguments)


def _ask(arguments: Arguments, watch: Watch) -> int:
    """Ask the cluster, or take kept answers, and tell what they mean."""
    # heavy imports wait until the arguments are known to be right: --version and --help answer at once
    if arguments.fleet is not None:
        from pve_backup_report.fleet.environment import forget_settings  # noqa: PLC0415 -- see above
        from pve_backup_report.fleet.processes import warm_up  # noqa: PLC0415 -- same

        environ = forget_settings()
        warm_up()
        from pve_backup_report.fleet.pipeline import run_fleet  # noqa: PLC0415 -- see above

        return run_fleet(arguments, arguments.fleet, environ, int(time.time()), watch)
    from pve_backup_report import pipeline  # noqa: PLC0415 -- see above
    from pve_backup_report.terminal import Terminal  # noqa: PLC0415 -- see above

    settings = _settings(arguments)
    if arguments.mode is Mode.CHECK_POLICY and not settings.report.policy.entries:
        told = "--check-policy: there is no entry to check. Give a file with --policy or REPORT_POLICY, or EXEMPT_TAGS."
        raise SettingsError((told,))
    terminal = Terminal(settings.report.language, quiet=arguments.verbosity < 0)
    if arguments.mode is not Mode.REPORT or arguments.as_check:
        return _work(arguments, settings, terminal, watch)
    if _delivers(arguments):
        watch.begin(settings)
        pipeline.prepare_delivery(settings)
    _warn(pipeline.prepare(settings))
    try:
        with pipeline.alone(arguments, settings):
            watch.start()
            return _work(arguments, settings, terminal, watch)
    except AlreadyRunning as other:
        watch.leave()  # the other run tells how it ended
        _LOG.warning("%s", other)
        return other.exit_code


def _delivers(arguments: Arguments) -> bool:
    return arguments.deliver and not arguments.demo and not arguments.anonymise


def _work(arguments: Arguments, settings: "Settings", terminal: "Terminal", watch: Watch) -> int:
    """Ask, do with the answers what the mode says, and tell what that cost if it is wanted."""
    from pve_backup_report.collect.meter import Meter  # noqa: PLC0415 -- see _ask

    meter = Meter()
    code = _tell(arguments, settings, terminal, watch, meter)
    if arguments.stats:
        terminal.show_stats(meter.stats())
    return code


def _tell(arguments: Arguments, settings: "Settings", terminal: "Terminal", watch: Watch, meter: "Meter") -> int:
    """Ask, and do with the answers what the mode says."""
    from pve_backup_report import pipeline  # noqa: PLC0415 -- see _ask
    from pve_backup_report.bundle.assemble import Evidence  # noqa: PLC0415 -- see _ask

    now = int(time.time())
    publishes = arguments.mode is Mode.REPORT and not arguments.as_check
    memory = pipeline.memory_of(arguments, settings, now) if publishes and not arguments.anonymise else None
    try:
        tape = pipeline.tape_of(arguments, settings, now, terminal.progress, memory=memory, meter=meter)
    finally:
        terminal.done()
    meter.lap()
    wishes = None
    if arguments.anonymise:
        _warn(_left_out(settings))
        tape, settings, wishes = pipeline.nameless(tape, settings)
    unkept: list[str] = []
    if arguments.record is not None:
        _keep(partial(pipeline.keep, tape, arguments.record), unkept if publishes else None)
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
            _publish(evidence, terminal, memory, arguments, unkept)
        finally:
            _failed(watch, NotAllKept.exit_code, *unkept)
        if unkept:
            raise NotAllKept("The reports are written all the same.")
    else:
        _show(arguments, report, terminal)
    worst = report.worst
    bad = arguments.fail_on is not None and worst is not None and worst >= SEVERITIES.index(arguments.fail_on)
    return _ANOMALY if bad else _DONE


def _left_out(settings: "Settings") -> tuple[str, ...]:
    if not settings.report.policy.entries:
        return ()
    return ("--anonymise: the policy speaks of names and people; it is left out, and guests it exempts are judged.",)


def _show(arguments: Arguments, report: "Report", terminal: "Terminal") -> None:
    """Show on stdout what a mode asks for."""
    if arguments.vmid is None:
        terminal.show(arguments.mode, report, as_json=arguments.as_json)
    elif not terminal.show_guest(report, arguments.vmid, as_json=arguments.as_json):
        told = f"--explain {arguments.vmid}: the token sees no such guest. --dump-inventory lists those it sees."
        raise SettingsError((told,))


def _settings(arguments: Arguments) -> "Settings":
    """Read the settings, and set up the log; the sample cluster needs none, and takes none."""
    from pve_backup_report.settings import read_settings  # noqa: PLC0415 -- see _ask

    environ = {} if arguments.demo else dict(os.environ)
    settings, warnings = read_settings(
        {**environ, **arguments.overrides},
        None if arguments.demo else arguments.env_file or Path(".env"),
        require_file=arguments.env_file is not None,
        need_connection=not (arguments.demo or arguments.replay is not None or arguments.mode in _ASKS_NOTHING),
        known_formats=FORMAT_NAMES,
    )
    level = {-1: "ERROR", 0: settings.log_level, 1: "INFO"}.get(arguments.verbosity, "DEBUG")
    set_log_level(level)
    _warn(warnings)
    for name, source in settings.secret_sources:
        _LOG.info("%s is from %s", name, source)
    return settings


def _warn(warnings: tuple[str, ...]) -> None:
    for warning in warnings:
        _LOG.warning("%s", warning)


def _keep(work: Callable[[], None], unkept: list[str] | None) -> bool:
    """Keep something besides the reports; where there are reports, they are made although that cannot be done."""
    try:
        work()
    except OutputError as error:
        if unkept is None:
            raise
        unkept.append(str(error))
        return False
    return True


def _publish(
    evidence: "Evidence",
    terminal: "Terminal",
    memory: "Memory | None",
    arguments: Arguments,
    unkept: list[str],
) -> None:
    """Write the reports, keep the run, say so, and hand them on; a template that failed is told when all is done."""
    from pve_backup_report import pipeline  # noqa: PLC0415 -- see _ask

    settings = evidence.settings
    report = evidence.report if memory is None else memory.added_to(evidence.report)
    written, faults = pipeline.write(report, settings)
    told = False
    try:
        if memory is not None:
            memory.keep(report)
        path = arguments.bundle
        kept = path is not None and _keep(partial(pipeline.bundle, path, evidence, written), unkept)
        bundle = (path,) if path is not None and kept else ()
        if not arguments.demo and evidence.named:
            _warn(pipeline.tidy(written, settings.report))
        unsaid = terminal.show_summary(report, (*written, *bundle))
        if _delivers(arguments):
            changed = None if report.past is None else report.past.changed
            faults += pipeline.deliver(report, written, settings, changed=changed)
            told = True
    finally:
        if memory is not None:
            memory.close(told=told or not pipeline.has_channels(settings))
        for fault in (*(() if memory is None else memory.faults), *faults):
            _LOG.error("%s", fault)
    if unsaid is not None:
        raise unsaid
    if faults:
        raise TemplateFailed("Where a template failed, the report was written with the shipped ones.")


def _language(arguments: Arguments) -> "Language":
    """Return the language that the command line names, for what needs no settings."""
    from pve_backup_report.render.language import LANGUAGES, load_language  # noqa: PLC0415 -- see _ask

    code = arguments.overrides.get("REPORT_LANGUAGE", "en")
    if code not in LANGUAGES:
        raise SettingsError((f"--lang {code}: choose one of {', '.join(LANGUAGES)}.",))
    return load_language(code)


def _print_setup(arguments: Arguments) -> int:
    from pve_backup_report.render.setup_text import setup_text  # noqa: PLC0415 -- see _ask

    sys.stdout.write(setup_text(arguments.setup or "pve", _language(arguments)))
    return _DONE


def _print_units(arguments: Arguments) -> int:
    from pve_backup_report.render.units_text import units_text  # noqa: PLC0415 -- see _ask

    script = Path(sys.executable).with_name("pve-backup-report")
    program = str(script) if script.exists() else f"{sys.executable} -m pve_backup_report"
    sys.stdout.write(units_text(arguments.units or "all", program, _language(arguments)))
    return _DONE


def _verify_bundle(arguments: Arguments) -> int:
    from pve_backup_report import pipeline  # noqa: PLC0415 -- see _ask
    from pve_backup_report.render.bundle_text import bundle_text  # noqa: PLC0415 -- see _ask

    language = _language(arguments)
    findings = pipeline.verify(arguments.verify) if arguments.verify is not None else ()
    sys.stdout.write(bundle_text(findings, language))
    return _ANOMALY if any(finding.ok is False for finding in findings) else _DONE


def _print_schema(_: Arguments) -> int:
    from pve_backup_report.render.schema import schema_text  # noqa: PLC0415 -- see _ask

    sys.stdout.write(schema_text())
    return _DONE


def _look_back(arguments: Arguments) -> int:
    """Show what was kept; nothing is asked."""
    from pve_backup_report.looking_back import look_back  # noqa: PLC0415 -- see _ask

    look_back(arguments, _settings(arguments), int(time.time()))
    return _DONE


def _send_test(arguments: Arguments) -> int:
    """Try each channel; no cluster is asked."""
    from pve_backup_report import pipeline  # noqa: PLC0415 -- see _ask
    from pve_backup_report.terminal import Terminal  # noqa: PLC0415 -- see _ask

    settings = _settings(arguments)
    terminal = Terminal(settings.report.language, quiet=arguments.verbosity < 0)
    return terminal.show_results(pipeline.send_test(settings, int(time.time())))


def _place(error: Exception) -> str:
    """Return file and line of a fault; never its text, which may hold what the cluster sent."""
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    return "?" if frame is None else f"{Path(frame.tb_frame.f_code.co_filename).name}:{frame.tb_lineno}"
