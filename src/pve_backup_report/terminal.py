"""What a run shows on its terminal: results on stdout, progress on stderr."""

import io
import sys
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from pve_backup_report.arguments import Mode
from pve_backup_report.deliver.channels import Result
from pve_backup_report.errors import DeliveryFailed, OutputError
from pve_backup_report.model.check import ApiCheck
from pve_backup_report.model.fleet import Fleet
from pve_backup_report.model.report import Report
from pve_backup_report.model.stats import Stats
from pve_backup_report.render.check import check_data, print_check
from pve_backup_report.render.coverage_table import coverage_data, print_coverage
from pve_backup_report.render.explain import explain_data
from pve_backup_report.render.explain_text import print_explanation
from pve_backup_report.render.fleet_data import fleet_data
from pve_backup_report.render.fleet_text import print_fleet
from pve_backup_report.render.inventory import inventory_data, print_inventory
from pve_backup_report.render.json_text import json_text
from pve_backup_report.render.language import load_language
from pve_backup_report.render.nagios import nagios_check
from pve_backup_report.render.policy_text import policy_check_data, print_policy_check
from pve_backup_report.render.report_data import report_data
from pve_backup_report.render.stats_text import stats_text
from pve_backup_report.render.summary_text import print_summary
from pve_backup_report.render.trial import trial_results


class _Console(Console):
    def on_broken_pipe(self) -> None:
        """Leave it to us what becomes of a run whose reader went away; Rich would end the process."""
        raise BrokenPipeError


class Terminal:
    """Shows results in one language."""

    def __init__(self, language: str, *, quiet: bool) -> None:
        """Prepare the output.

        Args:
            language: code of the reader's language.
            quiet: print no summary and no progress.
        """
        self._language = load_language(language)
        if isinstance(sys.stdout, io.TextIOWrapper):  # a terminal or pipe that is not UTF-8 shows escapes
            sys.stdout.reconfigure(errors="backslashreplace")
        self._console = _Console(file=sys.stdout, highlight=False, markup=False, emoji=False)
        self._quiet = quiet
        self._bar: Progress | None = None

    @property
    def progress(self) -> Callable[[int, int], None] | None:
        """Takes (answered, asked) and draws a bar; None where nobody looks: no terminal, or quiet."""
        return self._draw if sys.stderr.isatty() and not self._quiet else None

    def done(self) -> None:
        """Take the progress bar away."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None

    def show_stats(self, stats: Stats) -> None:
        """Tell on stderr what the run cost."""
        sys.stderr.write(stats_text(stats, self._language))

    def show_check(self, check: ApiCheck, *, as_json: bool) -> None:
        """Show what ``--check-api`` found."""
        if as_json:
            self._write(json_text(check_data(check)))
        else:
            print_check(check, self._language, self._console)

    def show_policy(self, report: Report, *, as_json: bool) -> None:
        """Show what each entry of the policy fits."""
        if as_json:
            self._write(json_text(policy_check_data(report)))
        else:
            print_policy_check(report, self._language, self._console)

    def show(self, mode: Mode, report: Report, *, as_json: bool) -> None:
        """Show what a ``--dump-…`` mode asks for."""
        if as_json:
            data = {
                Mode.DUMP_INVENTORY: inventory_data,
                Mode.DUMP_COVERAGE: coverage_data,
                Mode.DUMP_REPORT_DATA: report_data,
            }[mode]
            self._write(json_text(data(report, self._language)))
            return
        if mode is Mode.DUMP_REPORT_DATA:
            print_summary(report, self._language, self._console)
        if mode in (Mode.DUMP_INVENTORY, Mode.DUMP_REPORT_DATA):
            print_inventory(report, self._language, self._console)
        if mode in (Mode.DUMP_COVERAGE, Mode.DUMP_REPORT_DATA):
            print_coverage(report, self._language, self._console)

    def show_guest(self, report: Report, vmid: int, *, as_json: bool) -> bool:
        """Show the whole story of one guest; False when there is none of this id."""
        if not as_json:
            return print_explanation(report, vmid, self._language, self._console)
        data = explain_data(report, vmid, self._language)
        if data is not None:
            self._write(json_text(data))
        return data is not None

    def show_state(self, report: Report) -> int:
        """Show the one line of a check, and return its state."""
        state, line = nagios_check(report, self._language)
        self._write(line)
        return int(state)

    def show_summary(self, report: Report, written: tuple[Path, ...]) -> BrokenPipeError | OutputError | None:
        """Show how the guests stand, and where the reports are; return what kept it from being shown.

        Nobody is to miss a report because nobody reads the summary.
        """
        return self._tried(lambda: print_summary(report, self._language, self._console), written)

    def show_results(self, results: tuple[Result, ...]) -> int:
        """Show what became of a test in each channel; return the exit code."""
        self._write(trial_results([(result.channel, result.failures) for result in results], self._language))
        return DeliveryFailed.exit_code if any(result.failures for result in results) else 0

    def show_fleet(self, fleet: Fleet, written: tuple[Path, ...]) -> BrokenPipeError | OutputError | None:
        """Show how the clusters stand, and where the reports are; otherwise as ``show_summary``."""
        return self._tried(lambda: print_fleet(fleet, self._language, self._console), written)

    def dump_fleet(self, fleet: Fleet, *, as_json: bool) -> None:
        """Show what ``--dump-report-data`` asks for of many clusters."""
        if as_json:
            self._write(json_text(fleet_data(fleet, self._language)))
        else:
            print_fleet(fleet, self._language, self._console)

    def _tried(self, show: Callable[[], None], written: tuple[Path, ...]) -> BrokenPipeError | OutputError | None:
        if self._quiet:
            return None
        try:
            show()
            for path in written:
                self._write(f"{path}\n")
        except (BrokenPipeError, OutputError) as error:
            return error
        return None

    def _write(self, text: str) -> None:
        sys.stdout.write(text)
        sys.stdout.flush()

    def _draw(self, answered: int, asked: int) -> None:
        if self._bar is None:
            columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
            self._bar = Progress(*columns, console=Console(stderr=True), transient=True)
            self._bar.add_task("Proxmox VE", total=asked)
            self._bar.start()
        self._bar.update(self._bar.task_ids[0], completed=answered, total=asked)
