"""Mail: one letter, in plain text and HTML, with the reports attached, over SMTP."""

import smtplib
import ssl
from collections.abc import Mapping
from email.message import EmailMessage
from email.utils import formatdate, make_msgid

from pve_backup_report.deliver.subject_header import POLICY
from pve_backup_report.errors import DeliveryFailed
from pve_backup_report.model.letter import Letter
from pve_backup_report.settings import MailSettings

_TIMEOUT_S = 30.0
_TYPES: Mapping[str, tuple[str, str]] = {
    "html": ("text", "html"),
    "md": ("text", "markdown"),
    "json": ("application", "json"),
    "pdf": ("application", "pdf"),
    "csv": ("text", "csv"),
    "xlsx": ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "prom": ("text", "plain"),
    "xml": ("application", "xml"),
    "sarif": ("application", "sarif+json"),
}


def send_mail(settings: MailSettings, letter: Letter, attachments: Mapping[str, bytes], at: int) -> None:
    """Send one message to all recipients.

    Args:
        settings: server, sender and recipients.
        letter: what it says; line ends in its subject are taken out.
        attachments: content by file name.
        at: epoch put into the message's date.

    Raises:
        DeliveryFailed: when the server did not take it for every recipient.
    """
    message = EmailMessage(policy=POLICY)
    message["Subject"] = " ".join(letter.subject.split())
    message["From"] = settings.mail_from
    message["To"] = ", ".join(settings.mail_to)
    message["Date"] = formatdate(at)
    message["Message-ID"] = make_msgid(domain="pve-backup-report.invalid")
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    message.add_alternative(letter.html, subtype="html")
    for name, content in attachments.items():
        main, sub = _TYPES.get(name.rpartition(".")[2], ("application", "octet-stream"))
        charset = {"charset": "utf-8"} if main == "text" else {}
        message.add_attachment(content, maintype=main, subtype=sub, filename=name, params=charset)
    place = f"{settings.host}:{settings.port}"
    try:
        with _connect(settings) as server:
            if settings.username is not None and settings.password is not None:
                server.login(settings.username, settings.password.reveal())
            refused = server.send_message(message)
    except smtplib.SMTPAuthenticationError:
        raise DeliveryFailed(f"mail: {place} refused the login. Check SMTP_USERNAME and SMTP_PASSWORD.") from None
    except ssl.SSLError as error:
        told = error.reason or "TLS failed"
        raise DeliveryFailed(f"mail: {place}: {told}. Check SMTP_SECURITY and the server's certificate.") from None
    except (smtplib.SMTPException, OSError) as error:
        raise DeliveryFailed(f"mail: {place}: {_told(error)}. Check SMTP_HOST, SMTP_PORT and SMTP_SECURITY.") from None
    if refused:
        raise DeliveryFailed(f"mail: {place} refused {', '.join(sorted(refused))}. Check MAIL_TO.")


def _connect(settings: MailSettings) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if settings.security == "tls":
        return smtplib.SMTP_SSL(settings.host, settings.port, timeout=_TIMEOUT_S, context=context)
    server = smtplib.SMTP(settings.host, settings.port, timeout=_TIMEOUT_S)
    if settings.security == "starttls":
        try:
            server.starttls(context=context)
        except BaseException:
            server.close()
            raise
    return server


def _told(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return f"no recipient was accepted ({', '.join(sorted(error.recipients))})"
    if isinstance(error, smtplib.SMTPResponseException):
        words = error.smtp_error.decode("utf-8", "replace") if isinstance(error.smtp_error, bytes) else error.smtp_error
        return f"{error.smtp_code} {' '.join(str(words).split())}"
    if isinstance(error, OSError):
        return error.strerror or str(error) or type(error).__name__
    return str(error) or type(error).__name__
