"""The mail, sent to a real SMTP server."""

import email
import email.policy
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller

from fake_proxmox import FakeProxmox
from program.running import run, settings_of
from pve_backup_report.deliver.mail import send_mail
from pve_backup_report.deliver.patience import Patience
from pve_backup_report.model.parcel import Attachment, Parcel, Payload
from pve_backup_report.model.report import Report
from pve_backup_report.render.formats import FORMATS
from pve_backup_report.render.language import load_language
from pve_backup_report.render.mail import mail_of
from pve_backup_report.render.note import note_of
from pve_backup_report.settings import MailSettings
from render.sample_hostile import HOSTILE
from render.sample_mail import giant
from render.stories import STORIES
from simulator import PRESETS, ProxmoxApi, demo_world

SECRET = "canary-5417-smtp-pass"


@dataclass
class Mailbox:
    """Takes what it is sent, or refuses every recipient."""

    refuse: bool = False
    messages: list[EmailMessage] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802 -- the server calls it so
        self, server: object, session: object, envelope: object, address: str, options: list[str]
    ) -> str:
        del server, session, options
        if self.refuse:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)  # type: ignore[attr-defined]  # aiosmtpd has no types
        return "250 OK"

    async def handle_DATA(self, server: object, session: object, envelope: object) -> str:  # noqa: N802 -- same
        del server, session
        content = envelope.content  # type: ignore[attr-defined]  # same
        message = email.message_from_bytes(content, policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        self.messages.append(message)
        self.raw.append(content)
        self.recipients += envelope.rcpt_tos  # type: ignore[attr-defined]  # same
        return "250 OK"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port


@contextmanager
def smtp_server(mailbox: Mailbox) -> Iterator[dict[str, str]]:
    controller = Controller(mailbox, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        yield {
            "SMTP_HOST": "127.0.0.1",
            "SMTP_PORT": str(controller.port),
            "SMTP_SECURITY": "none",
            "MAIL_FROM": "reports@example.org",
            "MAIL_TO": "one@example.org, two@example.org",
            "DELIVERY_ATTEMPTS": "1",
        }
    finally:
        controller.stop()


def cluster() -> FakeProxmox:
    return FakeProxmox(ProxmoxApi(demo_world(), PRESETS["seer"]))


def test_the_mail_carries_the_answer_and_the_reports(tmp_path: Path) -> None:
    mailbox = Mailbox()
    with smtp_server(mailbox) as smtp, cluster() as fake:
        outcome = run(tmp_path, environ=settings_of(fake, **smtp))
    assert outcome.code == 0, outcome.err
    (message,) = mailbox.messages
    assert message["Subject"].startswith("[lab] ")
    assert message["To"] == "one@example.org, two@example.org"
    for kind in ("plain", "html"):
        body = message.get_body((kind,))
        assert body is not None
        assert "camera" in body.get_content()
    attached = {part.get_filename(): part.get_content() for part in message.iter_attachments()}
    assert sorted(str(name).rpartition(".")[2] for name in attached) == ["html", "json", "md"]


def shape(message: EmailMessage) -> object:
    """Return the kinds of the parts, nested as they are; an attachment by its disposition."""
    if message.is_multipart():
        return message.get_content_type(), [shape(part) for part in message.iter_parts()]  # type: ignore[arg-type] # the policy makes them so
    return message.get_content_type(), message.get_content_disposition()


def sent(report: Report, code: str, **attachments: bytes) -> Mailbox:
    mailbox = Mailbox()
    with smtp_server(mailbox) as smtp:
        mail = MailSettings(
            host=smtp["SMTP_HOST"],
            port=int(smtp["SMTP_PORT"]),
            security=smtp["SMTP_SECURITY"],
            mail_from=smtp["MAIL_FROM"],
            mail_to=tuple(smtp["MAIL_TO"].split(", ")),
        )
        language = load_language(code)
        files = tuple(
            Attachment(name.replace("_", "."), FORMATS[name.rpartition("_")[2]].media_type, content)
            for name, content in attachments.items()
        )
        parcel = Parcel(
            report.analysis.cluster.asked_at, "event", mail_of(report, language), files, note_of(report, language),
            Payload("application/json", b"{}"),
        )  # fmt: skip
        send_mail(mail, parcel, Patience(attempts=1))
    return mailbox


@pytest.mark.parametrize("code", ["en", "fr"])
@pytest.mark.parametrize("story", STORIES)
def test_a_mail_is_text_and_html_with_the_reports_beside(story: str, code: str) -> None:
    report = STORIES[story]()
    mailbox = sent(report, code, report_html="<p>é</p>".encode(), report_md="é".encode(), report_json=b"{}")
    (message,) = mailbox.messages
    letter = mail_of(report, load_language(code))

    assert shape(message) == ("multipart/mixed", [
        ("multipart/alternative", [("text/plain", None), ("text/html", None)]),
        ("text/html", "attachment"), ("text/markdown", "attachment"), ("application/json", "attachment"),
    ])  # fmt: skip
    for kind, written in (("plain", letter.text), ("html", letter.html)):
        body = message.get_body((kind,))
        assert body is not None
        assert body.get_content_charset() == "utf-8"
        assert body.get_content().splitlines() == written.splitlines()
    attached = {str(part.get_filename()): part.get_content() for part in message.iter_attachments()}
    assert attached == {"report.html": "<p>é</p>", "report.md": "é", "report.json": b"{}"}
    assert message["Subject"] == letter.subject
    assert max(len(line) for line in mailbox.raw[0].split(b"\r\n")) <= 998


@pytest.mark.parametrize("code", ["en", "fr"])
def test_the_parts_are_small_as_they_are_sent(code: str) -> None:
    mailbox = sent(giant("<\U0001f600é&"), code, report_json=b"{}")
    (message,) = mailbox.messages
    alternative = next(message.iter_parts())
    assert alternative.get_content_type() == "multipart/alternative"
    boundary = alternative.get_boundary()
    assert boundary is not None

    parts = mailbox.raw[0].split(b"--" + boundary.encode())[1:-1]
    assert [b"text/plain" in parts[0][:100], b"text/html" in parts[1][:100]] == [True, True]
    assert all(10_000 < len(part) < 100_100 for part in parts)


@pytest.mark.parametrize(
    "name",
    [
        *HOSTILE,
        "lab\r\nBcc: evil@example.org\r\n\r\nbody",
        "=?utf-8?q?=0D=0ABcc:_evil@example.org?=",
        "=?utf-8?b?DQpCY2M6IGV2aWxAZXhhbXBsZS5vcmc=?=",
        "a=?utf-8?q?b?= =?utf-8?q?c?=",
        "é" * 500,
    ],
)
def test_a_cluster_s_name_makes_no_header(name: str) -> None:
    report = STORIES["many-faults"]()
    cluster = replace(report.analysis.cluster, name=name)
    report = replace(report, analysis=replace(report.analysis, cluster=cluster))
    mailbox = sent(report, "fr")
    (message,) = mailbox.messages

    assert sorted(message.keys()) == sorted(
        ["Subject", "From", "To", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type"]
    )
    assert mailbox.recipients == ["one@example.org", "two@example.org"]
    assert message["Subject"] == mail_of(report, load_language("fr")).subject
    assert len(str(message["Subject"]).splitlines()) == 1


def test_no_deliver_sends_nothing(tmp_path: Path) -> None:
    mailbox = Mailbox()
    with smtp_server(mailbox) as smtp, cluster() as fake:
        assert run(tmp_path, "--no-deliver", environ=settings_of(fake, **smtp)).code == 0
    assert mailbox.messages == []


def test_a_refused_mail_leaves_the_reports_and_is_exit_4(tmp_path: Path) -> None:
    with smtp_server(Mailbox(refuse=True)) as smtp, cluster() as fake:
        outcome = run(tmp_path, environ=settings_of(fake, **smtp))
    assert outcome.code == 4
    assert "MAIL_TO" in outcome.err or "no recipient" in outcome.err
    assert len(list((tmp_path / "reports").iterdir())) == 3


def test_an_absent_server_is_exit_4_and_no_password_is_told(tmp_path: Path) -> None:
    with smtp_server(Mailbox()) as smtp:
        pass
    with cluster() as fake:
        login = {"SMTP_USERNAME": "me", "SMTP_PASSWORD": SECRET}
        outcome = run(tmp_path, "-vv", environ=settings_of(fake, **smtp, **login))
    assert outcome.code == 4
    assert "SMTP_HOST" in outcome.err
    assert "ERROR: The report is written all the same: reports/pve-backup-report_" in outcome.err
    assert SECRET not in outcome.err
    assert len(list((tmp_path / "reports").iterdir())) == 3


def test_a_server_without_tls_is_not_given_the_mail_when_tls_was_asked_for(tmp_path: Path) -> None:
    mailbox = Mailbox()
    with smtp_server(mailbox) as smtp, cluster() as fake:
        outcome = run(tmp_path, environ=settings_of(fake, **{**smtp, "SMTP_SECURITY": "starttls"}))
    assert outcome.code == 4
    assert mailbox.messages == []
