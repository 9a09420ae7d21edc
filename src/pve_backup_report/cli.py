"""The command line: argv to exit code; whatever goes wrong becomes a sentence on stderr."""

import logging
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pve_backup_report.arguments import PRINTING, Arguments, Mode, parse_arguments
from pve_backup_report.ending import heed
from pve_backup_report.errors import (
    ReportError,
    SettingsError,
)
from pve_backup_report.logs import set_log_level, set_up_log, warn
from pve_backup_report.model.format_names import FORMAT_NAMES
from pve_backup_report.monitoring import asks_for_check, run_as_check
from pve_backup_report.standard_output import BROKEN_PIPE
from pve_backup_report.watch import Watch

if TYPE_CHECKING:
    from pve_backup_report.settings import Settings

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
        warn(error.warnings)
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
    if arguments.mode in PRINTING:
        return _print_only(arguments)
    act = {Mode.HISTORY: _look_back, Mode.DIFF: _look_back, Mode.SEND_TEST: _send_test}.get(arguments.mode)
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
    from pve_backup_report.one_cluster import run_one  # noqa: PLC0415 -- see above

    return run_one(arguments, _settings(arguments), watch)


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
    warn(warnings)
    history = settings.history
    # that a fleet has both is right: beside the histories it remembers what it told
    if history.directory is not None and history.url is not None and arguments.mode is not Mode.SEND_TEST:
        warn(("STATE_DIR and HISTORY_URL are both set: only HISTORY_URL is used; leave one of them out.",))
    for name, source in settings.secret_sources:
        _LOG.info("%s is from %s", name, source)
    return settings


def _print_only(arguments: Arguments) -> int:
    from pve_backup_report.print_only import print_only  # noqa: PLC0415 -- see _ask

    return print_only(arguments)


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
