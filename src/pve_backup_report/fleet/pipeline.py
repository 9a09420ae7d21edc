"""A fleet's whole run on one page: find the clusters, ask each, write one report of them all, send one mail."""

import logging
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from pve_backup_report import __version__, filing, pipeline
from pve_backup_report.arguments import SEVERITIES, Arguments, Mode
from pve_backup_report.deliver.files import prepare_directory, write_file
from pve_backup_report.deliver.lock import alone, lock_file
from pve_backup_report.errors import (
    AlreadyRunning,
    DeliveryFailed,
    NotAllKept,
    ReportError,
    SettingsError,
    SomeNotAsked,
    TemplateFailed,
)
from pve_backup_report.fleet.collect import Progress, collect, judge
from pve_backup_report.fleet.dask_run import ask_through, in_the_clear, lacking
from pve_backup_report.fleet.errand import Errand
from pve_backup_report.fleet.outbox import complain, deliver
from pve_backup_report.fleet.scratch import scratch_folder
from pve_backup_report.fleet.source import given_of, refuse_one_for_all, sources
from pve_backup_report.fleet.tape_store import open_store
from pve_backup_report.fleet.tapes import errands_of, fetch, without_older
from pve_backup_report.fleet.told import forget_told
from pve_backup_report.logs import set_log_level, warn
from pve_backup_report.model.dress import SHIPPED
from pve_backup_report.model.fleet import Fleet, Member
from pve_backup_report.model.fleet_wish import FleetWish
from pve_backup_report.model.report_name import ReportName, stamp_of
from pve_backup_report.render.dressing import MEND, OverrideFault
from pve_backup_report.render.fleet_formats import FLEET_FORMATS, fleet_formats
from pve_backup_report.render.formats import FORMATS
from pve_backup_report.render.language import load_language
from pve_backup_report.settings import Settings, read_settings
from pve_backup_report.settings.env_file import read_env_file
from pve_backup_report.terminal import Terminal
from pve_backup_report.watch import Watch

_LOG = logging.getLogger("pve_backup_report")
_DONE, _ANOMALY = 0, 1
_OF_CLUSTERS = (
    "STATE_DIR",
    "HISTORY_URL",
    "HISTORY_KEEP",
    "REPORT_POLICY",
    "EXEMPT_TAGS",
    "REPORT_OFFSITE",
    "REPORT_MAX_AGE",
)


def run_fleet(arguments: Arguments, wish: FleetWish, environ: Mapping[str, str], now: int, watch: Watch) -> int:
    """Run the program on many clusters.

    Args:
        arguments: of the command line.
        wish: which clusters, and how.
        environ: the environment of the process.
        now: epoch, the run's one clock reading.
        watch: hears how it ends.

    Returns:
        The exit code of a run that went well.

    Raises:
        SettingsError: nothing can be asked.
        SomeNotAsked: the reports are written, but not every cluster could be asked.
        DeliveryFailed, TemplateFailed: the reports are written, but not all as they should be.
    """
    settings = _fleet_settings(arguments, wish, environ)
    terminal = Terminal(settings.report.language, quiet=arguments.verbosity < 0)
    if arguments.mode is Mode.REPORT and arguments.deliver:
        watch.begin(settings)
        pipeline.prepare_delivery(settings)
    if arguments.mode is Mode.REPORT:
        warn(pipeline.prepare(settings))
    if arguments.record is not None:
        prepare_directory(arguments.record)
    kept = arguments.mode is Mode.REPORT
    with ExitStack() as stack:
        if kept:
            try:
                stack.enter_context(alone(lock_file(settings.report.directory, "fleet"), arguments.lock_wait))
            except AlreadyRunning as other:
                watch.leave()  # the other run tells how it ended
                _LOG.warning("%s", other)
                return other.exit_code
            watch.start()
        with scratch_folder() as scratch:
            directory = settings.report.directory if kept else scratch
            like = Errand("", "", None, given_of({}, {}, {}), arguments, now, directory, _LOG.getEffectiveLevel())
            try:
                members = _members(like, wish, environ, scratch, terminal.progress)
            finally:
                terminal.done()
        fleet = Fleet(now, settings.report.timezone, __version__, members)
        if kept:
            trouble = _publish(fleet, settings, terminal, send=arguments.deliver)
        else:
            terminal.dump_fleet(fleet, as_json=arguments.as_json)
            trouble = None
        return _verdict(fleet, arguments, trouble)


def write(fleet: Fleet, settings: Settings) -> tuple[tuple[Path, ...], list[str]]:
    """Write the report of a fleet in every format asked for that it has.

    Returns:
        The files; and what is wrong with the administrator's own templates, where the shipped ones took their place.

    Raises:
        OutputError: when one cannot be written.
    """
    language, dress = load_language(settings.report.language), settings.report.dress
    stamp = stamp_of(fleet.asked_at)
    written, faults = [], []
    for name in fleet_formats(settings.report.formats):
        path = settings.report.directory / str(ReportName(None, stamp, f".{name}"))
        try:
            text = FLEET_FORMATS[name](fleet, language, dress)
        except OverrideFault as fault:
            text = FLEET_FORMATS[name](fleet, language, replace(dress, overrides=SHIPPED))
            faults.append(f"REPORT_TEMPLATE_DIR: {fault}. {MEND}")
        write_file(path, text.encode())
        written.append(path)
    return tuple(written), faults


def _fleet_settings(arguments: Arguments, wish: FleetWish, environ: Mapping[str, str]) -> Settings:
    """Read the fleet's own settings, and see that its reports can be written, before anything is asked."""
    if wish.tapes is None:
        refuse_one_for_all(environ)
    settings, warnings = read_settings(
        {**environ, **arguments.overrides},
        wish.settings,
        require_file=wish.settings is not None,
        need_connection=False,
        known_formats=tuple(FORMATS),
    )
    level = {-1: "ERROR", 0: settings.log_level, 1: "INFO"}.get(arguments.verbosity, "DEBUG")
    set_log_level(level)
    told = lacking() if wish.scheduler is not None else None
    if told is not None:
        raise SettingsError((told,), warnings)
    if wish.scheduler is not None and (clear := in_the_clear(wish.scheduler)) is not None:
        warnings = (*warnings, clear)
    warn((*warnings, *_unused(wish)))
    return settings


def _unused(wish: FleetWish) -> tuple[str, ...]:
    """Warn of what stands in the fleet's own file and is asked for in the file of each cluster."""
    if wish.settings is None or wish.tapes is not None:
        return ()
    given = read_env_file(wish.settings, require=True).values
    return tuple(
        f"{name} in {wish.settings} does nothing for the clusters; set it in their files or in the environment."
        for name in _OF_CLUSTERS
        if given.get(name, "").strip()
    )


def _members(
    like: Errand, wish: FleetWish, environ: Mapping[str, str], scratch: Path, progress: Progress | None
) -> tuple[Member, ...]:
    """Ask every cluster, or read its tape; the worst that happens to one is a row that says so."""
    if wish.tapes is not None:
        own = {} if wish.settings is None else read_env_file(wish.settings, require=True).values
        given = given_of(own, environ, like.arguments.overrides)
        errands, lost = errands_of(
            fetch(open_store(wish.tapes), scratch), replace(like, given=given, max_age_s=wish.tape_max_age_s)
        )
        return without_older((*collect(errands, wish.parallel, progress), *lost))
    found = sources(like, wish, environ)
    warn(found.warnings)
    for mistake in found.mistakes:
        _LOG.error("%s", mistake)
    if wish.scheduler is None:
        done = collect(found.errands, wish.parallel, progress)
    else:
        tapes = ask_through(wish.scheduler, found.errands, found.settings, wish.worker_wait_s)
        done = judge(tapes, wish.parallel, progress)
    return tuple(sorted((*done, *found.lost), key=lambda member: found.order.index(member.label)))


def _publish(fleet: Fleet, settings: Settings, terminal: Terminal, *, send: bool) -> ReportError | None:
    """Write the report and send it; return what went wrong on the way, for when all is done."""
    written, faults = write(fleet, settings)
    warn(filing.tidy(written, settings.report))
    unsaid = terminal.show_fleet(fleet, written)
    faults += [fault for member in fleet.members for fault in member.faults]
    unkept = [f"{member.label}: {member.unkept}" for member in fleet.members if member.unkept is not None]
    for fault in dict.fromkeys((*faults, *unkept)):
        _LOG.error("%s", fault)
    if not send:
        complain(forget_told(settings.history.directory))
    else:
        try:
            deliver(fleet, settings)
        except DeliveryFailed as error:
            return error
    if unsaid is not None:
        raise unsaid
    if unkept:
        return NotAllKept("The reports are written all the same.")
    return TemplateFailed("Where a template failed, the report was written with the shipped ones.") if faults else None


def _verdict(fleet: Fleet, arguments: Arguments, trouble: ReportError | None) -> int:
    """Return the exit code, or raise what stands for a graver one: a cluster not asked, then what else went wrong."""
    unasked = [member for member in fleet.members if member.failure is not None or member.standing is None]
    for member in unasked:
        _LOG.error("%s: %s", member.label, member.failure or "nothing is known of it")
    if unasked:
        if trouble is not None:
            _LOG.error("%s", trouble)
        raise SomeNotAsked(f"{len(unasked)} of {len(fleet.members)} clusters could not be asked; the report says why.")
    if trouble is not None:
        raise trouble
    least = None if arguments.fail_on is None else SEVERITIES.index(arguments.fail_on)
    worst = max((_worst_of(member) for member in fleet.members), default=-1)
    return _ANOMALY if least is not None and worst >= least else _DONE


def _worst_of(member: Member) -> int:
    """Return the gravest severity of a cluster's anomalies; -1 when it has none."""
    if member.standing is None:
        return -1
    summary = member.standing.report.summary
    counts = (summary.infos, summary.notices, summary.warnings, summary.errors)
    return max((place for place, count in enumerate(counts) if count), default=-1)
