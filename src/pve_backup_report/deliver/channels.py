"""The channels: each in a file of its own, each a line in the table; every one fails alone."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from pve_backup_report.deliver.chat import tell_chats
from pve_backup_report.deliver.mail import send_mail
from pve_backup_report.deliver.patience import Patience
from pve_backup_report.deliver.webhook import call_webhook
from pve_backup_report.errors import DeliveryFailed
from pve_backup_report.model.parcel import Parcel
from pve_backup_report.settings import MailSettings, NotifySettings, Settings, WebhookSettings

_LOG = logging.getLogger(__name__)
_Send = Callable[[Parcel, Patience], None]


@dataclass(frozen=True, slots=True)
class Channel:
    """One configured way out.

    Attributes:
        name: as messages call it.
        setting: that says when it is used.
        on: what that setting says.
        send: sends a parcel; raises ``DeliveryFailed``.
    """

    name: str
    setting: str
    on: str
    send: _Send


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a parcel in one channel: nothing to tell, or a sentence for each failure."""

    channel: str
    failures: tuple[str, ...]


def channels_of(settings: Settings) -> tuple[Channel, ...]:
    """Return the channels that are configured; a new one adds a line."""
    rows = (
        None if settings.mail is None else _mail(settings.mail),
        None if settings.webhook is None else _webhook(settings.webhook),
        None if settings.notify is None else _notify(settings.notify),
    )
    return tuple(row for row in rows if row is not None)


def due_channels(settings: Settings, is_due: Callable[[str], bool]) -> tuple[Channel, ...]:
    """Return the channels whose time it is; of the others it is logged that there is nothing to tell.

    Args:
        settings: say where to, and when.
        is_due: whether a channel with such a wish (``always``, ``problems``, ``change``) is to be used.
    """
    due = []
    for channel in channels_of(settings):
        if is_due(channel.on):
            due.append(channel)
        else:
            _LOG.info("%s: nothing to tell after this run (%s=%s)", channel.name, channel.setting, channel.on)
    return tuple(due)


def _mail(mine: MailSettings) -> Channel:
    return Channel("mail", "MAIL_ON", mine.on, lambda parcel, patience: send_mail(mine, parcel, patience))


def _webhook(mine: WebhookSettings) -> Channel:
    return Channel("webhook", "WEBHOOK_ON", mine.on, lambda parcel, patience: call_webhook(mine, parcel, patience))


def _notify(mine: NotifySettings) -> Channel:
    return Channel("notify", "NOTIFY_ON", mine.on, lambda parcel, patience: tell_chats(mine, parcel, patience))


def send_through(channels: tuple[Channel, ...], parcel: Parcel, patience: Patience) -> tuple[Result, ...]:
    """Send a parcel through each channel; what happens in one keeps no other from being tried.

    Args:
        channels: those to use.
        parcel: what to send.
        patience: with servers.

    Returns:
        One result for each channel.
    """
    results: list[Result] = []
    fault: Exception | None = None
    for channel in channels:
        try:
            channel.send(parcel, patience)
            results.append(Result(channel.name, ()))
        except DeliveryFailed as failure:
            results.append(Result(channel.name, failure.failures))
        except Exception as error:  # noqa: BLE001 -- raised below, when the others had their turn
            fault = fault or error
    if fault is not None:
        for told in (told for result in results for told in result.failures):
            _LOG.error("%s", told)
        raise fault
    return tuple(results)
