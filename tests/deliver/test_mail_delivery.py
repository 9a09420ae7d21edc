"""Mail against real servers: what is tried again, what is not, and that nobody gets it twice."""

import email
import email.policy
import ssl
import threading
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller

from deliver.post_offices import PASSWORD, USER, PostOffice, Silent, free_port, open_office, open_silent
from deliver.sample_parcel import PARCEL, QUICK
from fake_proxmox import certificates
from pve_backup_report.deliver.mail import send_mail
from pve_backup_report.deliver.patience import Patience
from pve_backup_report.errors import DeliveryFailed
from pve_backup_report.settings import MailSettings, Secret

ONE, TWO = "one@example.org", "two@example.org"


def mail(port: int, security: str = "none", *, ca: Path | None = None, password: str = "") -> MailSettings:
    return MailSettings(
        host="127.0.0.1",
        port=port,
        security=security,
        mail_from="Réports <reports@example.org>",
        mail_to=(ONE, f"Two <{TWO}>"),
        ca_bundle=ca,
        username=USER if password else None,
        password=Secret(password) if password else None,
    )


def failure(settings: MailSettings) -> str:
    with pytest.raises(DeliveryFailed) as caught:
        send_mail(settings, PARCEL, QUICK)
    (told,) = caught.value.failures
    assert told.startswith(f"mail: 127.0.0.1:{settings.port}: ")
    assert told.endswith(".")
    assert any(word in told for word in ("Check ", "Look into", "Set ", "Use ", "Update "))
    return told


@pytest.fixture
def authority(tmp_path: Path) -> Path:
    file = tmp_path / "ca.pem"
    file.write_bytes(certificates.good().authority)
    return file


def served() -> ssl.SSLContext:
    return certificates.good().context()


@pytest.mark.filterwarnings("ignore:Requiring AUTH")  # aiosmtpd does not see that all of the connection is TLS
def test_over_tls_with_a_login_it_arrives_whole(authority: Path) -> None:
    office = PostOffice()
    with open_office(office, tls=served(), login=True) as port:
        send_mail(mail(port, "tls", ca=authority, password=PASSWORD), PARCEL, QUICK)
    assert office.taken == [[ONE, TWO]]
    message = email.message_from_bytes(office.messages[0], policy=email.policy.default)
    body = message.get_body(("plain",))
    assert body is not None
    assert body.get_content().splitlines() == ["text", ".", "..é"]
    assert message["Subject"] == "[lab] Prüfung"


def test_over_starttls_with_a_login_it_arrives(authority: Path) -> None:
    office = PostOffice()
    with open_office(office, starttls=served(), login=True) as port:
        send_mail(mail(port, "starttls", ca=authority, password=PASSWORD), PARCEL, QUICK)
    assert office.taken == [[ONE, TWO]]


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_an_unknown_authority_is_told_and_nothing_is_sent(security: str) -> None:
    office = PostOffice()
    tls, starttls = (served(), None) if security == "tls" else (None, served())
    with open_office(office, tls=tls, starttls=starttls) as port:
        assert "SMTP_CA_BUNDLE" in failure(mail(port, security))
    assert office.messages == []


def test_a_certificate_of_another_host_is_refused(authority: Path) -> None:
    office = PostOffice()
    with open_office(office, tls=certificates.wrong_host().context()) as port:
        assert "certificate" in failure(mail(port, "tls", ca=authority))
    assert office.messages == []


def test_a_wrong_password_is_told_once_and_not_shown(authority: Path) -> None:
    office = PostOffice()
    with open_office(office, starttls=served(), login=True) as port:
        told = failure(mail(port, "starttls", ca=authority, password="canary-wrong"))
    assert "SMTP_PASSWORD" in told
    assert "canary-wrong" not in told


def test_a_password_that_is_not_ascii_is_told_and_not_shown(authority: Path) -> None:
    with open_office(PostOffice(), starttls=served(), login=True) as port:
        told = failure(mail(port, "starttls", ca=authority, password="canäry"))
    assert "ASCII" in told
    assert "canäry" not in told


def test_a_refusal_in_passing_is_tried_again() -> None:
    office = PostOffice(data=("451 try later", "250 OK"))
    with open_office(office) as port:
        send_mail(mail(port), PARCEL, QUICK)
    assert (office.taken, office.datas) == ([[ONE, TWO]], 2)


def test_a_refusal_for_good_is_not_tried_again() -> None:
    office = PostOffice(data=("552 too large",))
    with open_office(office) as port:
        assert "552 too large" in failure(mail(port))
    assert (office.taken, office.datas) == ([], 1)


def test_patience_ends() -> None:
    office = PostOffice(data=("451 try later",))
    with open_office(office) as port:
        assert "451 try later" in failure(mail(port))
    assert office.datas == QUICK.attempts


def test_a_greylisted_recipient_is_tried_again_alone() -> None:
    office = PostOffice(rcpt={TWO: ("450 greylisted", "250 OK")})
    with open_office(office) as port:
        send_mail(mail(port), PARCEL, QUICK)
    assert office.taken == [[ONE], [TWO]]
    first, second = (email.message_from_bytes(content)["Message-ID"] for content in office.messages)
    assert first == second


def test_a_refused_recipient_is_named_and_the_others_get_it_once() -> None:
    office = PostOffice(rcpt={TWO: ("550 no such mailbox",)})
    with open_office(office) as port:
        told = failure(mail(port))
    assert office.taken == [[ONE]]
    assert office.tried == {ONE: 1, TWO: 1}
    assert f"refused {TWO} (550 no such mailbox)" in told
    assert f"Sent to {ONE}" in told
    assert "MAIL_TO" in told


def test_a_recipient_who_is_never_taken_is_told_and_nobody_gets_it_twice() -> None:
    office = PostOffice(rcpt={TWO: ("450 greylisted",)})
    with open_office(office) as port:
        told = failure(mail(port))
    assert office.taken == [[ONE]]
    assert f"Not sent to {TWO}" in told
    assert f"Sent to {ONE}" in told


def test_nobody_accepted_is_said() -> None:
    office = PostOffice(rcpt={ONE: ("550 no",), TWO: ("550 no",)})
    with open_office(office) as port:
        assert "no recipient was accepted" in failure(mail(port))
    assert office.datas == 0


def test_nobody_listening_is_told() -> None:
    assert "SMTP_HOST" in failure(mail(free_port()))


def test_a_server_that_comes_up_late_gets_it() -> None:
    office = PostOffice()
    controller = Controller(office, hostname="127.0.0.1", port=free_port())
    late = threading.Timer(0.3, controller.start)
    late.start()
    send_mail(mail(controller.port), PARCEL, Patience(timeout_s=5, attempts=9, pause_s=0.05, longest_pause_s=0.5))
    late.join()
    controller.stop()
    assert office.taken == [[ONE, TWO]]


def test_a_server_that_hangs_up_is_tried_again() -> None:
    silent = Silent(until="connect", hangs=False)
    with open_silent(silent) as port:
        assert "closed the connection" in failure(mail(port))
    assert silent.connections == QUICK.attempts


@pytest.mark.parametrize("until", ["connect", "data"])
def test_a_hanging_server_is_left_and_tried_again(until: str) -> None:
    silent = Silent(until=until)
    with open_silent(silent) as port:
        assert "0.5 s" in failure(mail(port))
    assert (silent.connections, silent.messages) == (QUICK.attempts, 0)


@pytest.mark.parametrize("hangs", [True, False])
def test_when_it_is_not_known_whether_it_was_taken_it_is_not_sent_again(hangs: bool) -> None:  # noqa: FBT001 -- a parameter
    silent = Silent(until="end", hangs=hangs)
    with open_silent(silent) as port:
        assert "did not say whether it took the message" in failure(mail(port))
    assert (silent.connections, silent.messages) == (1, 1)


def test_a_server_that_is_silent_after_it_took_the_mail_is_no_failure() -> None:
    silent = Silent(until="never", hangs=False)
    with open_silent(silent) as port:
        send_mail(mail(port), PARCEL, QUICK)
    assert (silent.connections, silent.messages) == (1, 1)


def test_tls_where_none_is_spoken_is_told(authority: Path) -> None:
    with open_office(PostOffice()) as port:
        assert "SMTP_SECURITY" in failure(mail(port, "tls", ca=authority))
    with open_office(PostOffice()) as port:
        assert "STARTTLS" in failure(mail(port, "starttls", ca=authority))
