"""One try to hand one message to a mail server, and what became of each recipient."""

import re
import smtplib
import socket
import ssl
from contextlib import suppress
from dataclasses import dataclass, field

from pve_backup_report.deliver.distrust import distrust
from pve_backup_report.deliver.patience import Transient
from pve_backup_report.errors import DeliveryFailed
from pve_backup_report.hidden import scrubbed
from pve_backup_report.settings import MailSettings

_TAKEN = (250, 251)
_GO_AHEAD = 354
_CLOSING = 421
_FIRST_FINAL = 500
_LONGEST_REPLY = 200


@dataclass(slots=True)
class Envelope:
    """A message on its way: it stays the same over several tries, so that nobody who has it gets it again.

    Attributes:
        sender: bare address.
        content: the message as it is sent.
        waiting: recipients that neither have it nor were refused.
        taken: those that the server took it for.
        refused: the server's reply by recipient, where it will not change.
    """

    sender: str
    content: bytes
    waiting: list[str]
    taken: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)


def try_once(settings: MailSettings, envelope: Envelope, timeout_s: float) -> None:
    """Try to hand the message over, for the recipients that still wait.

    Args:
        settings: server and login.
        envelope: is brought up to date.
        timeout_s: seconds for each step.

    Raises:
        Transient: it did not work for all of them, and may the next time.
        DeliveryFailed: it did not work, and will not; its text is to be read after the server's name.
    """
    try:
        server = _connect(settings, timeout_s)
        try:
            if settings.username is not None and settings.password is not None:
                server.login(settings.username, settings.password.reveal())
            _hand_over(server, envelope)
            with suppress(smtplib.SMTPException, OSError):  # it has been taken: how they part changes nothing
                server.quit()
        finally:
            server.close()
    except (smtplib.SMTPException, OSError, UnicodeError) as error:
        raise _judged(error, timeout_s) from None


def _connect(settings: MailSettings, timeout_s: float) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if settings.ca_bundle is not None:
        context = ssl.create_default_context(cafile=str(settings.ca_bundle))
        # The file may hold the server's own certificate, and authorities made by hand are seldom strict.
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
        context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    context.minimum_version = ssl.TLSVersion.TLSv1_2  # Python's own default, which Debian leaves to OpenSSL
    if settings.security == "tls":
        return smtplib.SMTP_SSL(settings.host, settings.port, timeout=timeout_s, context=context)
    server = smtplib.SMTP(settings.host, settings.port, timeout=timeout_s)
    if settings.security == "starttls":
        try:
            server.starttls(context=context)
        except smtplib.SMTPNotSupportedError:
            server.close()
            raise DeliveryFailed(
                "it offers no STARTTLS, or someone in between hides that it does; nothing was sent. "
                "Check SMTP_PORT, or set SMTP_SECURITY=tls"
            ) from None
        except BaseException:
            server.close()
            raise
    return server


def _hand_over(server: smtplib.SMTP, envelope: Envelope) -> None:
    server.ehlo_or_helo_if_needed()
    options = ["BODY=8BITMIME"] if server.has_extn("8bitmime") else []
    if server.has_extn("size"):
        options.append(f"SIZE={len(envelope.content)}")
    _check(server.mail(envelope.sender, options), "the message was refused")
    accepted: list[str] = []
    deferred = ""
    for address in tuple(envelope.waiting):
        code, words = server.rcpt(address)
        reply = _reply(code, words)
        if code in _TAKEN:
            accepted.append(address)
        elif code == _CLOSING:
            raise Transient(reply)
        elif code < _FIRST_FINAL:
            deferred = f"{address}: {reply}"
        else:
            envelope.refused[address] = reply
            envelope.waiting.remove(address)
    if accepted:
        _send(server, envelope)
        envelope.taken += accepted
        envelope.waiting = [address for address in envelope.waiting if address not in accepted]
    if deferred:
        raise Transient(deferred)


def _send(server: smtplib.SMTP, envelope: Envelope) -> None:
    """Send the message itself; smtplib's own ``data`` does not tell before from after the last byte."""
    code, words = server.docmd("DATA")
    if code != _GO_AHEAD:
        _check((code, words), "the message was refused")
        raise Transient(_reply(code, words))
    text = re.sub(rb"(?m)^\.", b"..", envelope.content)
    server.send((text if text.endswith(b"\r\n") else text + b"\r\n") + b".\r\n")
    try:
        reply = server.getreply()
    except (smtplib.SMTPServerDisconnected, OSError):
        raise DeliveryFailed(
            "it did not say whether it took the message, which is not sent again so that nobody gets it twice. "
            "Look into a mailbox, and into the server's log"
        ) from None
    _check(reply, "the message was refused")


def _check(reply: tuple[int, bytes], what: str) -> None:
    code, words = reply
    if code in _TAKEN:
        return
    if code < _FIRST_FINAL:
        raise Transient(_reply(code, words))
    raise DeliveryFailed(f"{what} ({_reply(code, words)}). Check MAIL_FROM, MAIL_ATTACH and the server's log")


def _reply(code: int, words: bytes | str) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    # a server can say back what it was told: without the login, before anything that could hide it is changed and after
    seen = "".join(character if character.isprintable() else " " for character in scrubbed(text))
    return f"{code} {scrubbed(' '.join(seen.split()))[:_LONGEST_REPLY]}".strip()


def _judged(error: Exception, timeout_s: float) -> Exception:
    """Return whether, and how, a try that broke off is worth another."""
    if isinstance(error, smtplib.SMTPResponseException):
        return _judged_reply(error)
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return Transient(f"it closed the connection, or did not answer within {timeout_s:g} s")
    if isinstance(error, smtplib.SMTPException):
        told = str(error).rstrip(".") or type(error).__name__
        return DeliveryFailed(f"{told}. Check SMTP_SECURITY, SMTP_USERNAME and SMTP_PASSWORD")
    if isinstance(error, UnicodeError):  # its text may hold what could not be encoded
        return DeliveryFailed(
            "the login cannot carry a letter that is not ASCII. Check SMTP_USERNAME and SMTP_PASSWORD"
        )
    return _judged_wire(error, timeout_s)


def _judged_reply(error: smtplib.SMTPResponseException) -> Exception:
    reply = _reply(error.smtp_code, error.smtp_error)
    if error.smtp_code < _FIRST_FINAL:
        return Transient(reply)
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return DeliveryFailed("refused the login. Check SMTP_USERNAME and SMTP_PASSWORD")
    return DeliveryFailed(f"{reply}. Check SMTP_HOST and SMTP_PORT")


def _judged_wire(error: Exception, timeout_s: float) -> Exception:
    told = distrust((error,), "SMTP_HOST, SMTP_PORT and SMTP_SECURITY", "SMTP_CA_BUNDLE")
    if told is not None:
        return DeliveryFailed(told)
    if isinstance(error, ssl.SSLError):
        return Transient("the connection broke off in the middle of TLS")
    if isinstance(error, TimeoutError):
        return Transient(f"no answer within {timeout_s:g} s")
    if isinstance(error, socket.gaierror) and error.errno != socket.EAI_AGAIN:
        return DeliveryFailed("the name is not known. Check SMTP_HOST")
    return Transient((getattr(error, "strerror", None) or type(error).__name__).lower())
