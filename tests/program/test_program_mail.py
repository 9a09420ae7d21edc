"""The mail, sent to a real SMTP server."""

import email
import email.policy
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path

from aiosmtpd.controller import Controller

from fake_proxmox import FakeProxmox
from program.running import run, settings_of
from simulator import PRESETS, ProxmoxApi, demo_world

SECRET = "canary-5417-smtp-pass"


@dataclass
class Mailbox:
    """Takes what it is sent, or refuses every recipient."""

    refuse: bool = False
    messages: list[EmailMessage] = field(default_factory=list)

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
    body = message.get_body(("plain",))
    assert body is not None
    assert "camera" in body.get_content()
    attached = {part.get_filename(): part.get_content() for part in message.iter_attachments()}
    assert sorted(str(name).rpartition(".")[2] for name in attached) == ["html", "json", "md"]


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
    assert SECRET not in outcome.err
    assert len(list((tmp_path / "reports").iterdir())) == 3


def test_a_server_without_tls_is_not_given_the_mail_when_tls_was_asked_for(tmp_path: Path) -> None:
    mailbox = Mailbox()
    with smtp_server(mailbox) as smtp, cluster() as fake:
        outcome = run(tmp_path, environ=settings_of(fake, **{**smtp, "SMTP_SECURITY": "starttls"}))
    assert outcome.code == 4
    assert mailbox.messages == []
