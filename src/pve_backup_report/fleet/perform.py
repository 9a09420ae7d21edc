"""One cluster of a fleet, from its settings to its standing: never raises, so that none stops another."""

import logging
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from pve_backup_report import filing, pipeline
from pve_backup_report.arguments import Mode
from pve_backup_report.errors import ClusterUnreachable, OutputError, SettingsError
from pve_backup_report.fleet.errand import Errand
from pve_backup_report.fleet.standing import standing_of
from pve_backup_report.model.fleet import Failure, FailureKind, Member
from pve_backup_report.model.tape import Tape
from pve_backup_report.settings import Settings, read_settings

if TYPE_CHECKING:
    from pve_backup_report.history.memory import Memory

_LOG = logging.getLogger("pve_backup_report")
_Result = TypeVar("_Result")
_CLOCKS_APART_S = 3600  # a tape may be as much from the future: two clocks are never the same


def perform(errand: Errand) -> Member:
    """Ask a cluster, or read its tape, judge it, and write its reports."""
    memory = _guarded(lambda: _memory(errand))
    if isinstance(memory, Failure):  # its settings are wrong
        return judged(errand, memory)
    return judged(errand, asked(errand, memory), memory)


def asked(errand: Errand, memory: "Memory | None" = None) -> Tape | Failure:
    """Return the answers, or why there are none."""
    told = _guarded(lambda: _ask(errand, memory))
    if errand.tape and isinstance(told, Failure) and told.kind is FailureKind.SETTINGS:
        return Failure(
            FailureKind.TAPE_DAMAGED,
            "{tape} is no tape, or a damaged one. Record it again, or remove it.",
            (("tape", errand.tape),),
        )
    return told


def judged(errand: Errand, tape: Tape | Failure, memory: "Memory | None" = None) -> Member:
    """Judge the answers and write the cluster's own reports."""
    told = tape if isinstance(tape, Failure) else _guarded(lambda: _judge(errand, tape, memory or _memory(errand)))
    return Member(errand.label, errand.site, failure=told) if isinstance(told, Failure) else told


def _guarded(work: Callable[[], _Result]) -> _Result | Failure:
    try:
        return work()
    except ClusterUnreachable as error:
        return Failure(FailureKind.UNREACHABLE, str(error))
    except SettingsError as error:
        return Failure(FailureKind.SETTINGS, " ".join(error.mistakes))
    except OutputError as error:
        return Failure(FailureKind.OUTPUT, str(error))
    except Exception as error:  # the last door of this cluster; the others go on
        logging.getLogger("pve_backup_report").debug("the fault", exc_info=True)
        return Failure(
            FailureKind.FAULT,
            "This is a fault of the program itself ({fault}). Please report it, with a tape if you can.",
            (("fault", type(error).__name__),),
        )


def _memory(errand: Errand) -> "Memory | None":
    """Return the cluster's own history: in a folder of its own, or under its label."""
    settings = _settings(errand, errand.given)
    if errand.tape or errand.arguments.mode is not Mode.REPORT:
        return None
    own = settings.history
    place = None if own.directory is None else own.directory / errand.folder
    history = replace(own, directory=place, cluster=own.cluster or errand.label)
    return pipeline.memory_of(errand.arguments, replace(settings, history=history), errand.now)


def _ask(errand: Errand, memory: "Memory | None") -> Tape:
    if not errand.authorities:
        return pipeline.tape_of(errand.arguments, _settings(errand, errand.given), errand.now, None, memory=memory)
    with tempfile.TemporaryDirectory() as folder:
        given = {**errand.given}
        for name, content in errand.authorities.items():
            path = Path(folder) / name
            path.write_bytes(content)
            given[name] = str(path)
        return pipeline.tape_of(errand.arguments, _settings(errand, given), errand.now, None, memory=memory)


def _judge(errand: Errand, tape: Tape, memory: "Memory | None") -> Member:
    place = errand.directory / errand.folder
    usual = _settings(errand, errand.given)
    settings = replace(usual, report=replace(usual.report, directory=place))
    pipeline.prepare(settings)
    unkept = _unkept(errand, tape)
    report = pipeline.report_of(tape, settings.report)
    report = report if memory is None else memory.added_to(report)
    written, faults = filing.write(report, settings)
    if memory is not None:
        memory.keep(report)
        memory.close(told=True)
        for trouble in memory.faults:
            _LOG.error("%s: %s", errand.label, trouble)
    if errand.arguments.mode is Mode.REPORT:
        for warning in filing.tidy(written, settings.report):
            _LOG.warning("%s: %s", errand.label, warning)
    return Member(
        label=errand.label,
        site=errand.site,
        standing=standing_of(report),
        failure=_age(errand, tape),
        files=tuple(path.relative_to(errand.directory).as_posix() for path in written),
        faults=faults,
        unkept=unkept,
    )


def _unkept(errand: Errand, tape: Tape) -> str | None:
    """Keep the tape where that is wanted; return why it cannot be: no report waits for it."""
    if errand.arguments.record is None or errand.tape:
        return None
    try:
        pipeline.keep(tape, errand.arguments.record / f"{errand.folder}.json.gz")
    except OutputError as error:
        return str(error)
    return None


def _age(errand: Errand, tape: Tape) -> Failure | None:
    """Tell that a tape is too old to say how things are, or that its time has not come yet."""
    if not errand.tape:
        return None
    age = errand.now - tape.asked_at
    if age > errand.max_age_s:
        return Failure(
            FailureKind.TAPE_OLD, "{tape} is too old. See that --record still runs there.", (("tape", errand.tape),)
        )
    if age < -_CLOCKS_APART_S:
        return Failure(
            FailureKind.TAPE_OLD,
            "{tape} is from a time to come. Check the clocks of both machines.",
            (("tape", errand.tape),),
        )
    return None


def _settings(errand: Errand, given: dict[str, str]) -> Settings:
    from pve_backup_report.render.formats import FORMATS  # noqa: PLC0415 -- a worker that only asks needs none

    settings, _ = read_settings(given, None, need_connection=not errand.tape, known_formats=tuple(FORMATS))
    return settings
