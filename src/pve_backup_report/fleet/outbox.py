"""What goes out for a fleet: one message for all clusters through each channel whose time it is."""

import logging
from dataclasses import replace
from uuid import uuid4

from pve_backup_report.deliver.channels import Channel, due_channels, send_through
from pve_backup_report.deliver.occasion import has_problems
from pve_backup_report.deliver.patience import Patience
from pve_backup_report.errors import DeliveryFailed
from pve_backup_report.fleet.told import forget_told, keep_told, states_of, told_in
from pve_backup_report.model.dress import SHIPPED, Dress
from pve_backup_report.model.fleet import Fleet, Member
from pve_backup_report.model.parcel import Attachment, Parcel
from pve_backup_report.model.report_name import ReportName, stamp_of
from pve_backup_report.render.dressing import OverrideFault
from pve_backup_report.render.fleet_formats import FLEET_FORMATS, fleet_formats
from pve_backup_report.render.fleet_mail import fleet_mail
from pve_backup_report.render.fleet_note import fleet_note, fleet_payload
from pve_backup_report.render.formats import FORMATS
from pve_backup_report.render.language import load_language
from pve_backup_report.settings import Settings
from pve_backup_report.settings.channel_groups import CHANGE, PROBLEMS

_LOG = logging.getLogger(__name__)


def deliver(fleet: Fleet, settings: Settings) -> None:
    """Send one message for the whole fleet; the attachments of a mail have no links to files beside them.

    Args:
        fleet: what to tell.
        settings: the fleet's own.

    Raises:
        DeliveryFailed: when a channel did not take it; the others were tried all the same, and the files stay.
    """
    same = told_in(settings.history.directory) == states_of(fleet)
    due = due_channels(settings, lambda on: _is_due(on, fleet, same=same))
    if due:
        complain(forget_told(settings.history.directory))
        _send(fleet, settings, due)
    complain(keep_told(settings.history.directory, fleet))


def complain(fault: str | None) -> None:
    """Tell what keeps the memory of what was told from being kept."""
    if fault is not None:
        _LOG.error("%s", fault)


def _send(fleet: Fleet, settings: Settings, due: tuple[Channel, ...]) -> None:
    dress = settings.report.dress
    try:
        parcel = _parcel(fleet, settings, dress)
    except OverrideFault:  # told when the reports were written
        parcel = _parcel(fleet, settings, replace(dress, overrides=SHIPPED))
    failures = tuple(
        told for result in send_through(due, parcel, Patience.of(settings.delivery)) for told in result.failures
    )
    if failures:
        raise DeliveryFailed(*failures)


def _parcel(fleet: Fleet, settings: Settings, dress: Dress) -> Parcel:
    language = load_language(settings.report.language)
    stamp = stamp_of(fleet.asked_at)
    wanted = None if settings.mail is None else settings.mail.attach
    attached = tuple(
        Attachment(
            str(ReportName(None, stamp, f".{name}")),
            FORMATS[name].media_type,
            FLEET_FORMATS[name](fleet, language, dress, links=False).encode(),
        )
        for name in fleet_formats(settings.report.formats)
        if settings.mail is not None and (wanted is None or name in wanted)
    )
    letter = fleet_mail(fleet, language, dress, attached=bool(attached))
    return Parcel(
        at=fleet.asked_at,
        event=str(uuid4()),
        letter=letter,
        attachments=attached,
        note=fleet_note(fleet, letter.subject, language),
        payload=fleet_payload(fleet, letter.subject, language),
    )


def _is_due(on: str, fleet: Fleet, *, same: bool) -> bool:
    """Say whether a channel is to be used; when in doubt it is."""
    if on == PROBLEMS:
        return any(_in_trouble(member) for member in fleet.members)
    return on != CHANGE or not same or any(_changed(member) is not False for member in fleet.members)


def _in_trouble(member: Member) -> bool:
    standing = member.standing
    if member.failure is not None or standing is None:
        return True
    # a fleet keeps only the few worst guests of a report: how the others stand is in the counts
    return bool(standing.in_need or standing.kinds or standing.gaps) or has_problems(standing.report)


def _changed(member: Member) -> bool | None:
    if member.failure is not None:
        return False  # that it could not be asked is told by its state
    if member.standing is None or member.standing.report.past is None:
        return None
    return member.standing.report.past.changed
