"""The command line: argv to exit code; the only place that prints, exits and reads the clock."""

import logging
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pve_backup_report.arguments import SEVERITIES, Arguments, Mode, parse_arguments
from pve_backup_report.errors import ReportError, SettingsError, TemplateFailed
from pve_backup_report.watch import Watch

if TYPE_CHECKING:
    from pve_backup_report.history.memory import Memory
    from pve_backup_report.model.report import Report
    from pve_backup_report.settings import Settings
    from pve_backup_report.terminal import Terminal

_LOG = logging.getLogger("pve_backup_report")
_DONE, _ANOMALY, _INTERRUPTED = 0, 1, 130
_ASKS_NOTHING = (Mode.HISTORY, Mode.DIFF, Mode.SEND_TEST)
_BROKEN_PIPE, _FAULT = 141, 70


def run() -> None:
    """Run the program with the process's arguments, and end the process."""
    sys.exit(main(sys.argv[1:]))


def main(argv: Sequence[str]) -> int:
    """Run the program; whatever goes wrong is told on stderr in a sentence.

    Args:
        argv: the arguments after the program's name.

    Returns:
        The exit code (contract, "exit code").
    """
    arguments = parse_arguments(argv)
    logging.basicConfig(format="%(levelname)s: %(message)s", level=logging.WARNING, stream=sys.stderr, force=True)
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
        _LOG.error("interrupted")
        return _INTERRUPTED
    except BrokenPipeError:  # the reader of our output went away: nothing is left to tell
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _BROKEN_PIPE
    except Exception as error:  # noqa: BLE001 -- the last door: no traceback ever reaches a user
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
    if arguments.setup is not None:
        return _print_setup(arguments.setup, arguments.overrides.get("REPORT_LANGUAGE", "en"))
    if arguments.mode in (Mode.HISTORY, Mode.DIFF):
        from pve_backup_report.looking_back import look_back  # noqa: PLC0415 -- see below

        look_back(arguments, _settings(arguments), int(time.time()))
        return _DONE
    # heavy imports wait until the arguments are known to be right: --version and --help answer at once
    from pve_backup_report import pipeline  # noqa: PLC0415 -- see above
    from pve_backup_report.terminal import Terminal  # noqa: PLC0415 -- see above

    settings = _settings(arguments)
    terminal = Terminal(settings.report.language, quiet=arguments.verbosity < 0)
    if arguments.mode is Mode.SEND_TEST:
        return terminal.show_results(pipeline.send_test(settings, int(time.time())))
    deliver = arguments.mode is Mode.REPORT and arguments.deliver and not arguments.demo
    if deliver:
        watch.begin(settings)
        pipeline.prepare_delivery(settings)
    if arguments.mode is Mode.REPORT:
        _warn(pipeline.prepare(settings))
    now = int(time.time())
    memory = pipeline.memory_of(arguments, settings, now)
    try:
        tape = pipeline.tape_of(arguments, settings, now, terminal.progress, memory)
    finally:
        terminal.done()
    if arguments.record is not None:
        pipeline.keep(tape, arguments.record)
    if arguments.mode is Mode.CHECK_API:
        terminal.show_check(pipeline.check_of(tape), as_json=arguments.as_json)
        return _DONE
    report = pipeline.report_of(tape, settings.report)
    if arguments.mode is Mode.REPORT:
        report = report if memory is None else memory.added_to(report)
        watch.hear(*pipeline.ping_text(report, settings))
        _publish(report, settings, terminal, memory, deliver=deliver)
    elif arguments.mode is Mode.EXPLAIN and arguments.vmid is not None:
        if not terminal.show_guest(report, arguments.vmid, as_json=arguments.as_json):
            told = f"--explain {arguments.vmid}: the token sees no such guest. --dump-inventory lists those it sees."
            raise SettingsError((told,))
    else:
        terminal.show(arguments.mode, report, as_json=arguments.as_json)
    worst = max((anomaly.severity for anomaly in report.anomalies), default=None)
    bad = arguments.fail_on is not None and worst is not None and worst >= SEVERITIES.index(arguments.fail_on)
    return _ANOMALY if bad else _DONE


def _settings(arguments: Arguments) -> "Settings":
    """Read the settings, and set up the log; the sample cluster needs none, and takes none."""
    from pve_backup_report.render.formats import FORMATS  # noqa: PLC0415 -- see _run
    from pve_backup_report.settings import read_settings  # noqa: PLC0415 -- see _run

    environ = {} if arguments.demo else dict(os.environ)
    settings, warnings = read_settings(
        {**environ, **arguments.overrides},
        None if arguments.demo else arguments.env_file or Path(".env"),
        require_file=arguments.env_file is not None,
        need_connection=not (arguments.demo or arguments.replay is not None or arguments.mode in _ASKS_NOTHING),
        known_formats=tuple(FORMATS),
    )
    level = {-1: "ERROR", 0: settings.log_level, 1: "INFO"}.get(arguments.verbosity, "DEBUG")
    logging.getLogger().setLevel(level)
    _warn(warnings)
    return settings


def _warn(warnings: tuple[str, ...]) -> None:
    for warning in warnings:
        _LOG.warning("%s", warning)


def _publish(
    report: "Report", settings: "Settings", terminal: "Terminal", memory: "Memory | None", *, deliver: bool
) -> None:
    """Write the reports, keep the run, say so, and hand them on; a template that failed is told when all is done."""
    from pve_backup_report import pipeline  # noqa: PLC0415 -- see _run

    written, faults = pipeline.write(report, settings)
    if memory is not None:
        memory.keep(report)
        for trouble in memory.faults:
            _LOG.error("%s", trouble)
    terminal.show_summary(report, written)
    try:
        if deliver:
            changed = None if report.past is None else report.past.changed
            faults += pipeline.deliver(report, written, settings, changed=changed)
    finally:
        for fault in faults:
            _LOG.error("%s", fault)
    if faults:
        raise TemplateFailed("Where a template failed, the report was written with the shipped ones.")


def _print_setup(product: str, language: str) -> int:
    from pve_backup_report.render.language import LANGUAGES, load_language  # noqa: PLC0415 -- see _run
    from pve_backup_report.render.setup_text import setup_text  # noqa: PLC0415 -- see _run

    if language not in LANGUAGES:
        raise SettingsError((f"--lang {language}: choose one of {', '.join(LANGUAGES)}.",))
    sys.stdout.write(setup_text(product, load_language(language)))
    return _DONE


def _place(error: Exception) -> str:
    """Return file and line of a fault; never its text, which may hold what the cluster sent."""
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    return "?" if frame is None else f"{Path(frame.tb_frame.f_code.co_filename).name}:{frame.tb_lineno}"
