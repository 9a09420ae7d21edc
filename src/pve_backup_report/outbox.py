"""What goes out: the words of a report for each channel, sent where and when the settings ask for it."""

import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

from pve_backup_report.deliver.channels import Result, channels_of, due_channels, send_through
from pve_backup_report.deliver.chat import chat_lacking
from pve_backup_report.deliver.occasion import is_due
from pve_backup_report.deliver.patience import Patience
from pve_backup_report.deliver.ping import Signal, ping
from pve_backup_report.errors import DeliveryFailed, SettingsError
from pve_backup_report.model.dress import SHIPPED, Overrides
from pve_backup_report.model.letter import Letter
from pve_backup_report.model.parcel import Attachment, Parcel, Payload
from pve_backup_report.model.report import Report
from pve_backup_report.render.dressing import MEND, OverrideFault
from pve_backup_report.render.formats import FORMATS
from pve_backup_report.render.language import load_language
from pve_backup_report.render.mail import mail_of
from pve_backup_report.render.note import note_of
from pve_backup_report.render.trial import trial_letter, trial_note
from pve_backup_report.render.webhook_body import webhook_body
from pve_backup_report.settings import Settings

_LOG = logging.getLogger(__name__)


def rehearse(settings: Settings, sample: Callable[[], Report]) -> None:
    """See, before anything is asked, that what goes out can be made.

    Args:
        settings: say what is wanted.
        sample: makes the report of the sample cluster.

    Raises:
        SettingsError: an extra is missing, or the template of the webhook fails.
    """
    mistakes = []
    lacking = chat_lacking() if settings.notify is not None else None
    if lacking is not None:
        mistakes.append(f"{lacking}.")
    if settings.webhook is not None and settings.webhook.template.texts:
        try:
            webhook_body(sample(), load_language(settings.report.language), settings.webhook.template)
        except OverrideFault as fault:
            mistakes.append(f"WEBHOOK_TEMPLATE: {fault}. {MEND}")
    if mistakes:
        raise SettingsError(tuple(mistakes))


def deliver(
    report: Report, written: tuple[Path, ...], settings: Settings, *, changed: bool | None = None
) -> tuple[str, ...]:
    """Send a report through each channel whose time it is.

    Args:
        report: what to tell.
        written: the files of the report.
        settings: say where to, and when.
        changed: whether anything is other than at the last run; None when that is not known.

    Returns:
        What is wrong with the administrator's own templates, where the shipped ones took their place.

    Raises:
        DeliveryFailed: when a channel did not take it; the others were tried all the same.
    """
    due = due_channels(settings, lambda on: is_due(on, report, changed=changed))
    if not due:
        return ()
    attachments, lost = _attachments(written, settings)
    parcel, faults = _parcel(report, attachments, settings)
    results = send_through(due, parcel, Patience.of(settings.delivery))
    failures = (*lost, *(told for result in results for told in result.failures))
    if failures:
        raise DeliveryFailed(*faults, *failures)
    return faults


def _parcel(report: Report, attachments: tuple[Attachment, ...], settings: Settings) -> tuple[Parcel, tuple[str, ...]]:
    """Return what goes out, and what is wrong with the administrator's own templates."""
    letter, mail_faults = _letter(report, settings, attached=bool(attachments))
    payload, webhook_faults = _payload(report, settings)
    parcel = Parcel(
        at=report.analysis.cluster.asked_at,
        event=str(uuid4()),
        letter=letter,
        attachments=attachments,
        note=note_of(report, load_language(settings.report.language)),
        payload=payload,
    )
    return parcel, mail_faults + webhook_faults


def send_trial(settings: Settings, sample: Callable[[], Report], now: int) -> tuple[Result, ...]:
    """Send through each channel, whenever it is used otherwise, a message that says it is a test.

    Args:
        settings: say where to.
        sample: makes the report of the sample cluster, which the webhook gets, marked as a test.
        now: epoch.

    Returns:
        One result for each channel.

    Raises:
        SettingsError: no channel is configured.
    """
    channels = channels_of(settings)
    if not channels and settings.ping is None:
        told = "--send-test: no channel is configured; give SMTP_HOST, WEBHOOK_URL, NOTIFY_URLS or PING_URL."
        raise SettingsError((told,))
    language = load_language(settings.report.language)
    template = SHIPPED if settings.webhook is None else settings.webhook.template
    note = trial_note(language)
    patience = Patience.of(settings.delivery)
    try:
        payload = webhook_body(sample(), language, template, test=True)
    except OverrideFault as fault:
        raise SettingsError((f"WEBHOOK_TEMPLATE: {fault}. {MEND}",)) from None
    parcel = Parcel(now, str(uuid4()), trial_letter(language), (), note, payload)
    results = send_through(channels, parcel, patience)
    if settings.ping is None:
        return results
    try:
        ping(settings.ping, Signal.LOG, f"{note.title}\n{note.text}\n", patience)
    except DeliveryFailed as failure:
        return (*results, Result("ping", failure.failures))
    return (*results, Result("ping", ()))


def _letter(report: Report, settings: Settings, *, attached: bool) -> tuple[Letter, tuple[str, ...]]:
    language, dress = load_language(settings.report.language), settings.report.dress
    try:
        return mail_of(report, language, dress, attached=attached), ()
    except OverrideFault as fault:
        letter = mail_of(report, language, replace(dress, overrides=SHIPPED), attached=attached)
        return letter, (f"REPORT_TEMPLATE_DIR: {fault}. {MEND}",)


def _payload(report: Report, settings: Settings) -> tuple[Payload, tuple[str, ...]]:
    language = load_language(settings.report.language)
    template: Overrides = SHIPPED if settings.webhook is None else settings.webhook.template
    try:
        return webhook_body(report, language, template), ()
    except OverrideFault as fault:
        return webhook_body(report, language, SHIPPED), (f"WEBHOOK_TEMPLATE: {fault}. {MEND}",)


def _attachments(written: tuple[Path, ...], settings: Settings) -> tuple[tuple[Attachment, ...], tuple[str, ...]]:
    """Return the files that go with a mail, and what is wrong with those that can no longer be read."""
    if settings.mail is None:
        return (), ()
    wanted = settings.mail.attach
    found: list[Attachment] = []
    lost: list[str] = []
    for path in written:
        name = _format_of(path)
        if wanted is not None and name not in wanted:
            continue
        media_type = FORMATS[name].media_type if name else "application/octet-stream"
        try:
            found.append(Attachment(path.name, media_type, path.read_bytes()))
        except OSError as error:
            told = error.strerror or "unknown reason"
            lost.append(f"mail: {path} cannot be attached ({told}). See what else changes files in REPORT_DIR.")
    return tuple(found), tuple(lost)


def _format_of(path: Path) -> str | None:
    """Return the format that a file was written in; the longest suffix counts (``.summary.md`` is no ``.md``)."""
    fitting = [name for name, kind in FORMATS.items() if path.name.endswith(kind.suffix)]
    return max(fitting, key=lambda name: len(FORMATS[name].suffix), default=None)
