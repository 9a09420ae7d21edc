"""The command line: argv to exit code; the only place that prints, exits and reads the clock."""

import logging
import os
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pve_backup_report.arguments import SEVERITIES, Arguments, Mode, parse_arguments
from pve_backup_report.errors import AlreadyRunning, ReportError, SettingsError, TemplateFailed

if TYPE_CHECKING:
    from pve_backup_report.bundle.assemble import Evidence
    from pve_backup_report.settings import Settings
    from pve_backup_report.terminal import Terminal

_LOG = logging.getLogger("pve_backup_report")
_DONE, _ANOMALY, _INTERRUPTED, _STOPPED = 0, 1, 130, 143
_BROKEN_PIPE, _FAULT = 141, 70
_FORMAT = "%(levelname)s: %(message)s"


def run() -> None:
    """Run the program with the process's arguments, and end the process."""
    try:
        signal.signal(signal.SIGTERM, _stop)
        code = main(sys.argv[1:])
    except _StoppedError:
        logging.basicConfig(format=_FORMAT, stream=sys.stderr)
        _LOG.error("stopped by SIGTERM")
        code = _STOPPED
    sys.exit(code)


class _StoppedError(BaseException):
    """The process was asked to end: as with ``KeyboardInterrupt``, what is under way cleans up after itself."""


def _stop(*_: object) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # whoever asks again is not kept waiting
    raise _StoppedError


def main(argv: Sequence[str]) -> int:
    """Run the program; whatever goes wrong is told on stderr in a sentence.

    Args:
        argv: the arguments after the program's name.

    Returns:
        The exit code (contract, "exit code").
    """
    arguments = parse_arguments(argv)
    logging.basicConfig(format=_FORMAT, level=logging.WARNING, stream=sys.stderr, force=True)
    try:
        return _run(arguments)
    except SettingsError as error:
        _warn(error.warnings)
        for mistake in error.mistakes:
            _LOG.error("%s", mistake)
        return error.exit_code
    except ReportError as error:
        _LOG.error("%s", error)
        return error.exit_code
    except KeyboardInterrupt:
        _LOG.error("interrupted")
        return _INTERRUPTED
    except BrokenPipeError:  # the reader of our output went away: nothing is left to tell
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _BROKEN_PIPE
    except Exception as error:  # noqa: BLE001 -- the last door: no traceback ever reaches a user
        _LOG.error("this is a fault of the program itself: %s at %s", type(error).__name__, _place(error))
        _LOG.error("Please report it, with a tape if you can (--record FILE). -vv shows the details.")
        _LOG.debug("the fault", exc_info=True)
        return _FAULT


def _run(arguments: Arguments) -> int:
    if arguments.setup is not None:
        return _print_setup(arguments.setup, arguments.overrides.get("REPORT_LANGUAGE", "en"))
    if arguments.units is not None:
        return _print_units(arguments.units, arguments.overrides.get("REPORT_LANGUAGE", "en"))
    if arguments.verify is not None:
        return _verify(arguments.verify, arguments.overrides.get("REPORT_LANGUAGE", "en"))
    # heavy imports wait until the arguments are known to be right: --version and --help answer at once
    from pve_backup_report import pipeline  # noqa: PLC0415 -- see above
    from pve_backup_report.terminal import Terminal  # noqa: PLC0415 -- see above

    settings = _settings(arguments)
    terminal = Terminal(settings.report.language, quiet=arguments.verbosity < 0)
    if arguments.mode is not Mode.REPORT:
        return _work(arguments, settings, terminal)
    _warn(pipeline.prepare(settings))
    try:
        with pipeline.alone(arguments, settings):
            return _work(arguments, settings, terminal)
    except AlreadyRunning as other:
        _LOG.warning("%s", other)
        return other.exit_code


def _work(arguments: Arguments, settings: "Settings", terminal: "Terminal") -> int:
    """Ask, and do with the answers what the mode says."""
    from pve_backup_report import pipeline  # noqa: PLC0415 -- see _run
    from pve_backup_report.bundle.assemble import Evidence  # noqa: PLC0415 -- see _run

    try:
        tape = pipeline.tape_of(arguments, settings, int(time.time()), terminal.progress)
    finally:
        terminal.done()
    wishes = None
    if arguments.anonymise:
        tape, settings, wishes = pipeline.nameless(tape, settings)
    if arguments.record is not None:
        pipeline.keep(tape, arguments.record)
    if arguments.mode is Mode.CHECK_API:
        terminal.show_check(pipeline.check_of(tape), as_json=arguments.as_json)
        return _DONE
    wishes = pipeline.wishes_of(settings.report) if wishes is None else wishes
    report = pipeline.report_of(tape, wishes=wishes)
    if arguments.mode is Mode.REPORT:
        named = not arguments.anonymise
        _publish(Evidence(tape, wishes, report, settings, named), terminal, arguments)
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
        need_connection=not (arguments.demo or arguments.replay is not None),
        known_formats=tuple(FORMATS),
    )
    level = {-1: "ERROR", 0: settings.log_level, 1: "INFO"}.get(arguments.verbosity, "DEBUG")
    logging.getLogger().setLevel(level)
    _warn(warnings)
    for name, source in settings.secret_sources:
        _LOG.info("%s is from %s", name, source)
    return settings


def _warn(warnings: tuple[str, ...]) -> None:
    for warning in warnings:
        _LOG.warning("%s", warning)


def _publish(evidence: "Evidence", terminal: "Terminal", arguments: Arguments) -> None:
    """Write the reports, say so, and hand them on; a template that failed is told when all is done."""
    from pve_backup_report import pipeline  # noqa: PLC0415 -- see _run

    report, settings = evidence.report, evidence.settings
    written, faults = pipeline.write(report, settings)
    bundle = () if arguments.bundle is None else (arguments.bundle,)
    for path in bundle:
        pipeline.bundle(path, evidence, written)
    if not arguments.demo and evidence.named:
        _warn(pipeline.tidy(written, settings.report))
    terminal.show_summary(report, (*written, *bundle))
    try:
        if arguments.deliver and not arguments.demo and evidence.named:
            faults += pipeline.deliver(report, written, settings)
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


def _verify(path: Path, language: str) -> int:
    from pve_backup_report import pipeline  # noqa: PLC0415 -- see _run
    from pve_backup_report.render.bundle_text import bundle_text  # noqa: PLC0415 -- see _run
    from pve_backup_report.render.language import LANGUAGES, load_language  # noqa: PLC0415 -- see _run

    if language not in LANGUAGES:
        raise SettingsError((f"--lang {language}: choose one of {', '.join(LANGUAGES)}.",))
    findings = pipeline.verify(path)
    sys.stdout.write(bundle_text(findings, load_language(language)))
    return _ANOMALY if any(finding.ok is False for finding in findings) else _DONE


def _print_units(part: str, language: str) -> int:
    from pve_backup_report.render.language import LANGUAGES, load_language  # noqa: PLC0415 -- see _run
    from pve_backup_report.render.units_text import units_text  # noqa: PLC0415 -- see _run

    if language not in LANGUAGES:
        raise SettingsError((f"--lang {language}: choose one of {', '.join(LANGUAGES)}.",))
    script = Path(sys.executable).with_name("pve-backup-report")
    program = str(script) if script.exists() else f"{sys.executable} -m pve_backup_report"
    sys.stdout.write(units_text(part, program, load_language(language)))
    return _DONE


def _place(error: Exception) -> str:
    """Return file and line of a fault; never its text, which may hold what the cluster sent."""
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    return "?" if frame is None else f"{Path(frame.tb_frame.f_code.co_filename).name}:{frame.tb_lineno}"
