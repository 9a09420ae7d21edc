"""Whoever is not who it should be gets nothing, and one sentence says why and what to do, for each channel alike."""

import ssl
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest

from deliver.post_offices import PASSWORD, USER, PostOffice, Silent, open_office, open_silent
from deliver.receiver import receiving
from deliver.sample_parcel import PARCEL, QUICK
from fake_proxmox import certificates
from pve_backup_report.deliver.mail import send_mail
from pve_backup_report.deliver.ping import Signal, ping
from pve_backup_report.deliver.webhook import call_webhook
from pve_backup_report.errors import DeliveryFailed
from pve_backup_report.settings import MailSettings, PingSettings, Secret, WebhookSettings

FAULTS = {
    certificates.wrong_host: "is made out for another host name. Use a name that it holds in {name}.",
    certificates.expired: "has expired. Renew it on the server, or correct this machine's clock.",
    certificates.not_yet_valid: "is not valid yet. Correct the clock of this machine or of the server.",
}
UNTRUSTED = {
    certificates.good: "is signed by an authority that is not trusted. Set {ca} to that authority's file.",
    certificates.self_signed: "is self-signed. Set {ca} to a copy of it, compared on the server itself.",
}
OLD = "it offers only TLS versions older than 1.2, which are not safe. Update the server."


def by_mail(context: ssl.SSLContext, ca: Path | None, security: str) -> str:
    office = PostOffice()
    tls, starttls = (context, None) if security == "tls" else (None, context)
    with open_office(office, tls=tls, starttls=starttls) as port:
        told = mail_failure(port, ca, security)
    assert office.messages == []
    return told


def mail_failure(port: int, ca: Path | None, security: str) -> str:
    settings = MailSettings(
        host="127.0.0.1", port=port, security=security, mail_from="a@b.example", mail_to=("c@d.example",),
        ca_bundle=ca, username=USER, password=Secret(PASSWORD),
    )  # fmt: skip
    with pytest.raises(DeliveryFailed) as caught:
        send_mail(settings, PARCEL, QUICK)
    return str(caught.value)


def by_smtps(certificate: certificates.Certificate, ca: Path | None) -> str:
    return by_mail(certificate.context(), ca, "tls")


def by_starttls(certificate: certificates.Certificate, ca: Path | None) -> str:
    return by_mail(certificate.context(), ca, "starttls")


def by_webhook(certificate: certificates.Certificate, ca: Path | None) -> str:
    with receiving(tls=certificate) as receiver:
        settings = WebhookSettings(url=Secret(f"https://127.0.0.1:{receiver.port}/canary"), ca_bundle=ca)
        with pytest.raises(DeliveryFailed) as caught:
            call_webhook(settings, PARCEL, QUICK)
    assert receiver.got == []
    return str(caught.value)


def by_ping(certificate: certificates.Certificate, ca: Path | None) -> str:
    with receiving(tls=certificate) as receiver:
        settings = PingSettings(url=Secret(f"https://127.0.0.1:{receiver.port}/canary"), ca_bundle=ca)
        with pytest.raises(DeliveryFailed) as caught:
            ping(settings, Signal.SUCCESS, "", QUICK)
    assert receiver.got == []
    return str(caught.value)


CHANNELS = {by_smtps: "SMTP", by_starttls: "SMTP", by_webhook: "WEBHOOK", by_ping: "PING"}
Channel = Callable[[certificates.Certificate, Path | None], str]


@pytest.mark.parametrize("make", [*FAULTS, *UNTRUSTED])
@pytest.mark.parametrize("channel", CHANNELS)
def test_each_fault_of_a_certificate_has_its_sentence(
    channel: Channel, make: Callable[[], certificates.Certificate], tmp_path: Path
) -> None:
    certificate = make()
    ca = tmp_path / "ca.pem"
    ca.write_bytes(certificate.authority)
    sentence = next(told for fault, told in (*FAULTS.items(), *UNTRUSTED.items()) if fault is make)
    group = next(name for one, name in CHANNELS.items() if one is channel)
    name = f"{group}_HOST" if group == "SMTP" else f"{group}_URL"
    told = channel(certificate, ca if make in FAULTS else None)
    assert told.endswith(f"its certificate is refused, for it {sentence.format(name=name, ca=f'{group}_CA_BUNDLE')}")


class OldTls(certificates.Certificate):
    """Shown by a server that knows no TLS newer than 1.1."""

    def context(self) -> ssl.SSLContext:
        """The server's side of it."""
        context = certificates.good().context()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # that Python calls it old is the point
            context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
            context.maximum_version = ssl.TLSVersion.TLSv1_1
        context.set_ciphers("ALL:@SECLEVEL=0")
        return context


@pytest.mark.parametrize("trusted", [True, False])
@pytest.mark.parametrize("channel", [by_webhook, by_ping])
def test_tls_older_than_1_2_is_refused(channel: Channel, trusted: bool, tmp_path: Path) -> None:  # noqa: FBT001 -- a parameter
    ca = tmp_path / "ca.pem"
    ca.write_bytes(certificates.good().authority)
    old = OldTls(certificates.good().key_and_chain, certificates.good().authority)
    assert channel(old, ca if trusted else None).endswith(OLD)


def test_mail_goes_out_over_no_tls_older_than_1_2_either() -> None:
    old = OldTls(certificates.good().key_and_chain, certificates.good().authority)
    # this server hangs up where others say why
    assert "the connection broke off in the middle of TLS" in by_starttls(old, None)


def test_a_starttls_that_somebody_took_away_stops_the_mail_and_the_password() -> None:
    silent = Silent("nothing")
    with open_silent(silent) as port:
        told = mail_failure(port, None, "starttls")
    assert "it offers no STARTTLS, or someone in between hides that it does; nothing was sent." in told
    assert silent.messages == 0
    assert silent.connections == 1
