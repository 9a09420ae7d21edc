"""What a run leaves behind: reports, history, bundle and messages, each of which may fail without the others."""

import logging
from collections.abc import Callable
from functools import partial
from pathlib import Path

from pve_backup_report import filing, pipeline
from pve_backup_report.arguments import Arguments
from pve_backup_report.bundle.assemble import Evidence
from pve_backup_report.errors import DeliveryFailed, OutputError, TemplateFailed
from pve_backup_report.history.memory import Memory
from pve_backup_report.logs import warn
from pve_backup_report.model.report import Report
from pve_backup_report.settings import Settings
from pve_backup_report.terminal import Terminal

_LOG = logging.getLogger("pve_backup_report")


def try_to_keep(work: Callable[[], None], unkept: list[str] | None) -> bool:
    """Keep something besides the reports; where there are reports, they are made although that cannot be done."""
    try:
        work()
    except OutputError as error:
        if unkept is None:
            raise
        unkept.append(str(error))
        return False
    return True


def _hand_on(report: Report, written: tuple[Path, ...], settings: Settings, *, changed: bool | None) -> tuple[str, ...]:
    """Deliver the reports; where that fails say that they are there, and where."""
    try:
        return pipeline.deliver(report, written, settings, changed=changed)
    except DeliveryFailed as failure:
        raise DeliveryFailed(*failure.failures, f"The report is written all the same: {written[0]}.") from None


def publish(
    evidence: Evidence,
    terminal: Terminal,
    memory: Memory | None,
    arguments: Arguments,
    unkept: list[str],
) -> None:
    """Write the reports, keep the run, say so, and hand them on; a template that failed is told when all is done."""
    settings = evidence.settings
    report = evidence.report if memory is None else memory.added_to(evidence.report)
    written, faults = filing.write(report, settings)
    told = False
    try:
        if memory is not None:
            memory.keep(report)
        path = arguments.bundle
        kept = path is not None and try_to_keep(partial(pipeline.bundle, path, evidence, written), unkept)
        bundle = (path,) if path is not None and kept else ()
        if not arguments.demo and evidence.named:
            warn(filing.tidy(written, settings.report))
        unsaid = terminal.show_summary(report, (*written, *bundle))
        if arguments.deliver:
            changed = None if report.past is None else report.past.changed
            faults += _hand_on(report, written, settings, changed=changed)
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
