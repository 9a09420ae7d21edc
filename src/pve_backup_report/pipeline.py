"""The whole program on one page: ask, keep, normalize, conclude, report, deliver."""

from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from pve_backup_report import __version__, filing, outbox
from pve_backup_report.anomalies.catalogue import conclude
from pve_backup_report.arguments import Arguments, Mode
from pve_backup_report.bundle.anonymise import anonymise
from pve_backup_report.bundle.anonymous_settings import anonymous_settings, anonymous_wishes
from pve_backup_report.bundle.assemble import Evidence, bundle_evidence
from pve_backup_report.bundle.verify import verify_bundle
from pve_backup_report.collect.collector import Progress
from pve_backup_report.collect.meter import Meter
from pve_backup_report.collect.run import collect_tape
from pve_backup_report.collect.tape_file import read_tape, tape_bytes
from pve_backup_report.coverage.analysis import analyse
from pve_backup_report.deliver.channels import Result, channels_of
from pve_backup_report.deliver.files import write_file
from pve_backup_report.deliver.lock import alone as hold
from pve_backup_report.deliver.lock import lock_file
from pve_backup_report.errors import ClusterUnreachable
from pve_backup_report.garbage import all_stays
from pve_backup_report.history.place import cluster_of, place_of
from pve_backup_report.model.analysis import Analysis
from pve_backup_report.model.anomaly import Anomaly, Severity
from pve_backup_report.model.bundle_check import BundleFinding
from pve_backup_report.model.check import ApiCheck
from pve_backup_report.model.report import Report, Summary
from pve_backup_report.model.tape import Tape
from pve_backup_report.model.verdict import Freshness, Verdict
from pve_backup_report.model.wishes import Wishes
from pve_backup_report.normalize.check import check_api
from pve_backup_report.normalize.cluster import read_cluster
from pve_backup_report.render.json_report import json_report
from pve_backup_report.render.language import load_language
from pve_backup_report.render.note import note_of
from pve_backup_report.settings import ReportSettings, Settings

if TYPE_CHECKING:
    from pve_backup_report.history.memory import Memory

_PLAIN = ReportSettings()


def prepare(settings: Settings) -> tuple[str, ...]:
    """See that the reports can be written, before anything is asked.

    Returns:
        Warnings, each one sentence.

    Raises:
        OutputError: when the directory cannot be made or written to.
        SettingsError: a format or a template of the administrator cannot be used.
    """
    return filing.rehearse(settings.report, lambda: report_of(demo_tape()))


def memory_of(arguments: Arguments, settings: Settings, now: int) -> "Memory | None":
    """Return the history that a run reads and is kept in; None where none is set, and for a run on kept answers.

    Args:
        arguments: where the answers come from.
        settings: where the history is.
        now: epoch, the run's one clock reading.
    """
    place = place_of(settings.history)
    if arguments.mode is not Mode.REPORT or arguments.demo or arguments.replay is not None or place is None:
        return None
    # the database's library is slow to load: who keeps no history does not wait for it
    from pve_backup_report.history.memory import Memory  # noqa: PLC0415 -- see above

    memory = Memory(place, cluster_of(settings), now, settings.history.keep_s)
    memory.open()
    return memory


def tape_of(  # noqa: PLR0913 -- the last two by name
    arguments: Arguments,
    settings: Settings,
    now: int,
    progress: Progress | None,
    *,
    memory: "Memory | None" = None,
    meter: Meter | None = None,
) -> Tape:
    """Return the answers: of the cluster, of a kept run, or of the sample cluster.

    Args:
        arguments: where they come from.
        settings: how to ask.
        now: epoch, the run's one clock reading.
        progress: called with (answered, asked).
        memory: what earlier runs read and need not be asked again.
        meter: counts what is asked.

    Raises:
        SettingsError: a kept run cannot be read, or the settings cannot be used.
        ClusterUnreachable: the cluster could not be asked at all, or what was kept of it is too old.
    """
    if arguments.demo:
        return demo_tape()
    if arguments.replay is not None:
        tape = read_tape(arguments.replay)
        oldest = arguments.tape_max_age_s
        if oldest is not None and now - tape.asked_at > oldest:
            days, hours = divmod((now - tape.asked_at) // 3600, 24)
            told = f"{arguments.replay}: its answers are {days} days and {hours} hours old, more than --tape-max-age."
            raise ClusterUnreachable(f"{told} See that --record still runs.")
        return replace(tape, timezone=settings.report.timezone) if settings.report.timezone_given else tape
    sample = arguments.mode is Mode.CHECK_API
    return collect_tape(settings, now, sample=sample, shelf=memory, meter=meter, progress=progress)


def keep(tape: Tape, path: Path) -> None:
    """Write the tape for ``--replay``.

    Raises:
        OutputError: when it cannot be written.
    """
    write_file(path, tape_bytes(tape, path.name), "--record")


def check_of(tape: Tape) -> ApiCheck:
    """Return what ``--check-api`` tells."""
    return check_api(tape)


def wishes_of(settings: ReportSettings) -> Wishes:
    """Return what the settings ask of the judgement.

    Args:
        settings: limits and names that it is to use.
    """
    return Wishes(
        max_age_s=settings.max_age_s,
        offsite=frozenset(settings.offsite),
        restore_test_age_s=settings.restore_test_age_s,
        restores=settings.restores,
        policy=settings.policy,
    )


def nameless(tape: Tape, settings: Settings) -> tuple[Tape, Settings, Wishes]:
    """Return a tape, settings and what they ask of the judgement with other names, the same ones everywhere."""
    anonymous = anonymise(tape)
    wishes = anonymous_wishes(wishes_of(settings.report), anonymous)
    return anonymous.tape, anonymous_settings(settings), wishes


def report_of(tape: Tape, settings: ReportSettings = _PLAIN, wishes: Wishes | None = None) -> Report:
    """Return the report of a tape; the same tape gives the same report on any day.

    Args:
        tape: the answers of one run.
        settings: limits and names that the judgement is to use.
        wishes: the same, where they are known already.
    """
    with all_stays():
        analysis, anomalies = conclude(analyse(read_cluster(tape), wishes_of(settings) if wishes is None else wishes))
    return Report(__version__, analysis, anomalies, _summary(analysis, anomalies))


def alone(arguments: Arguments, settings: Settings) -> AbstractContextManager[None]:
    """Return what keeps another run for the same cluster out as long as this one lasts.

    Raises:
        AlreadyRunning: on entering, when another one is at work.
    """
    if arguments.demo:
        return nullcontext()
    if arguments.replay is not None:
        address = str(arguments.replay.resolve())
    else:
        address = ",".join(settings.pve.urls if settings.pve else (server.url for server in settings.pbs))
    return hold(lock_file(settings.report.directory, address), arguments.lock_wait)


def bundle(path: Path, evidence: Evidence, written: tuple[Path, ...]) -> None:
    """Write tape, reports and checksums into one zip.

    Raises:
        OutputError: when it cannot be written.
    """
    bundle_evidence(path, evidence, written)


def verify(path: Path) -> tuple[BundleFinding, ...]:
    """Return what ``--verify-bundle`` finds.

    Raises:
        SettingsError: the file cannot be read, or is no zip.
    """

    def again(tape: Tape, wishes: Wishes, language: str) -> str:
        return json_report(report_of(tape, wishes=wishes), load_language(language))

    return verify_bundle(path, again)


def prepare_delivery(settings: Settings) -> None:
    """See that the report can be sent, before anything is asked.

    Raises:
        SettingsError: what sends it is not installed, or a template of the administrator fails.
    """
    outbox.rehearse(settings, lambda: _sample(settings))


def deliver(
    report: Report, written: tuple[Path, ...], settings: Settings, *, changed: bool | None = None
) -> tuple[str, ...]:
    """Send the written reports wherever delivery is configured.

    Args:
        report: what to tell.
        written: its files.
        settings: say where to, and when.
        changed: whether anything is other than at the last run; None when that is not known.

    Returns:
        What is wrong with the administrator's own templates, where the shipped ones took their place.

    Raises:
        DeliveryFailed: when one channel did not take them; the files stay.
    """
    return outbox.deliver(report, written, settings, changed=changed)


def has_channels(settings: Settings) -> bool:
    """Say whether a report is sent anywhere."""
    return bool(channels_of(settings))


def ping_text(report: Report, settings: Settings) -> tuple[str, str]:
    """Return what who watches the runs is told of a good one: a title and a sentence."""
    note = note_of(report, load_language(settings.report.language))
    return note.title, note.sentence


def send_test(settings: Settings, now: int) -> tuple[Result, ...]:
    """Send a message that says it is a test through each configured channel.

    Args:
        settings: say where to.
        now: epoch, the run's one clock reading.

    Raises:
        SettingsError: no channel is configured.
    """
    return outbox.send_trial(settings, lambda: _sample(settings), now)


def _sample(settings: Settings) -> Report:
    return report_of(demo_tape(), settings.report)


def demo_tape() -> Tape:
    """Return the answers of the sample cluster."""
    with resources.as_file(resources.files("pve_backup_report") / "demo" / "lab.json.gz") as path:
        return read_tape(path)


def _summary(analysis: Analysis, anomalies: tuple[Anomaly, ...]) -> Summary:
    verdicts = [guest.verdict for guest in analysis.guests]
    freshness = [guest.freshness for guest in analysis.guests]
    severities = [anomaly.severity for anomaly in anomalies if anomaly.acknowledged is None]
    return Summary(
        guests=len(verdicts),
        covered=verdicts.count(Verdict.COVERED),
        partial=verdicts.count(Verdict.PARTIAL),
        uncovered=verdicts.count(Verdict.UNCOVERED),
        undetermined=verdicts.count(Verdict.UNDETERMINED),
        exempt=verdicts.count(Verdict.EXEMPT),
        fresh=freshness.count(Freshness.FRESH),
        late=freshness.count(Freshness.LATE),
        never=freshness.count(Freshness.NEVER),
        unknown=freshness.count(Freshness.UNKNOWN),
        errors=severities.count(Severity.ERROR),
        warnings=severities.count(Severity.WARNING),
        notices=severities.count(Severity.NOTICE),
        infos=severities.count(Severity.INFO),
        acknowledged=len(anomalies) - len(severities),
    )
