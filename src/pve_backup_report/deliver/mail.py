"""Mail: one letter, in plain text and HTML, with the reports attached, over SMTP."""

import logging
from email.message import EmailMessage
from email.utils import formatdate, make_msgid, parseaddr

from pve_backup_report.deliver.patience import Patience, Transient
from pve_backup_report.deliver.smtp_transaction import Envelope, try_once
from pve_backup_report.deliver.subject_header import POLICY
from pve_backup_report.errors import DeliveryFailed
from pve_backup_report.model.parcel import Parcel
from pve_backup_report.settings import MailSettings

_LOG = logging.getLogger(__name__)
_CHECK = "Check SMTP_HOST, SMTP_PORT and SMTP_SECURITY"


def send_mail(settings: MailSettings, parcel: Parcel, patience: Patience) -> None:
    """Send one message to all recipients.

    Args:
        settings: server, sender and recipients.
        parcel: holds the letter and its attachments.
        patience: how often to try what fails in passing.

    Raises:
        DeliveryFailed: when the server did not take it for every recipient.
    """
    recipients = list(dict.fromkeys(parseaddr(mailbox)[1] for mailbox in settings.mail_to))
    sender = parseaddr(settings.mail_from)[1]
    envelope = Envelope(sender, _message(settings, parcel).as_bytes(), recipients)
    place = f"{settings.host}:{settings.port}"
    try:
        patience.tried(lambda: try_once(settings, envelope, patience.timeout_s), f"mail: {place}")
    except Transient as failure:
        raise _failed(envelope, place, f"{failure}. {_CHECK}") from None
    except DeliveryFailed as failure:
        raise _failed(envelope, place, str(failure)) from None
    if envelope.refused:
        raise _failed(envelope, place, "")
    _LOG.info("mail: %s took it for %s", place, ", ".join(envelope.taken))


def _failed(envelope: Envelope, place: str, why: str) -> DeliveryFailed:
    """Return one sentence that tells what became of everyone."""
    parts = [why] if why else []
    if envelope.refused:
        told = ", ".join(f"{address} ({reply})" for address, reply in envelope.refused.items())
        nobody = "" if envelope.taken or envelope.waiting else "; no recipient was accepted"
        parts.append(f"refused {told}{nobody}. Check MAIL_TO")
    if envelope.waiting and (envelope.taken or envelope.refused):
        parts.append(f"Not sent to {', '.join(envelope.waiting)}")
    if envelope.taken:
        parts.append(f"Sent to {', '.join(envelope.taken)}")
    return DeliveryFailed(f"mail: {place}: {'. '.join(parts)}.")


def _message(settings: MailSettings, parcel: Parcel) -> EmailMessage:
    message = EmailMessage(policy=POLICY)
    message["Subject"] = " ".join(parcel.letter.subject.split())
    message["From"] = settings.mail_from
    message["To"] = ", ".join(settings.mail_to)
    message["Date"] = formatdate(parcel.at)
    message["Message-ID"] = make_msgid(domain="pve-backup-report.invalid")
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(parcel.letter.text)
    message.add_alternative(parcel.letter.html, subtype="html")
    for file in parcel.attachments:
        main, _, sub = file.media_type.partition("/")
        charset = {"charset": "utf-8"} if main == "text" else {}
        message.add_attachment(file.content, maintype=main, subtype=sub, filename=file.name, params=charset)
    return message
