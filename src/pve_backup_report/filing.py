"""Reports as files: tried before anything is asked, written, and the old ones taken away."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from pve_backup_report.deliver.files import prepare_directory, write_files
from pve_backup_report.deliver.keep import remove_old
from pve_backup_report.deliver.latest import link_latest
from pve_backup_report.errors import SettingsError
from pve_backup_report.garbage import not_now
from pve_backup_report.model.dress import SHIPPED
from pve_backup_report.model.report import Report
from pve_backup_report.model.report_name import ReportName, cluster_in_name, stamp_of
from pve_backup_report.render.dressing import MEND, OverrideFault
from pve_backup_report.render.formats import FORMATS
from pve_backup_report.render.language import load_language
from pve_backup_report.render.mail import mail_of
from pve_backup_report.render.override_check import check_overrides
from pve_backup_report.settings import ReportSettings, Settings


def rehearse(settings: ReportSettings, sample: Callable[[], Report]) -> tuple[str, ...]:
    """See that the reports can be written.

    Args:
        settings: where to, and how.
        sample: makes the report of the sample cluster.

    Returns:
        Warnings, each one sentence.

    Raises:
        OutputError: when the directory cannot be made or written to.
        SettingsError: a format or a template of the administrator cannot be used.
    """
    lacking = [told for name in settings.formats if (told := FORMATS[name].lacking()) is not None]
    if lacking:
        raise SettingsError(tuple(f"REPORT_FORMATS: {told}" for told in lacking))
    prepare_directory(settings.directory)
    return _tried(settings, sample) if settings.overrides.texts else ()


def write(report: Report, settings: Settings) -> tuple[tuple[Path, ...], tuple[str, ...]]:
    """Write the report in every format asked for.

    Returns:
        The files; and for each that the administrator's own templates could not make, so that the shipped ones did,
        what is wrong with them.

    Raises:
        OutputError: when one cannot be written.
    """
    language = load_language(settings.report.language)
    cluster = report.analysis.cluster
    name = cluster_in_name(cluster.name)
    stamp = stamp_of(cluster.asked_at)
    dress = settings.report.dress
    contents: list[tuple[Path, bytes]] = []
    faults = []
    for name_of_format in settings.report.formats:
        output = FORMATS[name_of_format]
        path = settings.report.directory / str(ReportName(name, stamp, output.suffix))
        with not_now():
            try:
                text = output.render(report, language, dress)
            except OverrideFault as fault:
                text = output.render(report, language, replace(dress, overrides=SHIPPED))
                faults.append(f"REPORT_TEMPLATE_DIR: {fault}. {MEND}")
        contents.append((path, output.pack(text)))
    write_files(contents)
    return tuple(path for path, _ in contents), tuple(faults)


def tidy(written: tuple[Path, ...], settings: ReportSettings) -> tuple[str, ...]:
    """Let the names in ``latest`` lead to what was written, and remove the old reports that nothing keeps.

    Returns:
        Warnings, each one sentence.
    """
    warnings = link_latest(written) if settings.latest else ()
    if settings.keep is not None:
        warnings += remove_old(written, settings.keep, {output.suffix for output in FORMATS.values()})
    return warnings


def _tried(settings: ReportSettings, sample: Callable[[], Report]) -> tuple[str, ...]:
    """Read the administrator's templates, and try them on the sample cluster."""
    mistakes, warnings = check_overrides(settings.overrides)
    if not mistakes:
        report, language = sample(), load_language(settings.language)
        renders: list[Callable[[], object]] = [
            partial(FORMATS[name].render, report, language, settings.dress) for name in settings.formats
        ]
        renders.append(partial(mail_of, report, language, settings.dress))
        faults = map(_fault, renders)
        mistakes = tuple(dict.fromkeys(fault for fault in faults if fault is not None))
    if mistakes:
        raise SettingsError(tuple(f"REPORT_TEMPLATE_DIR: {told}. {MEND}" for told in mistakes), warnings)
    return warnings


def _fault(render: Callable[[], object]) -> str | None:
    try:
        render()
    except OverrideFault as fault:
        return str(fault)
    return None
