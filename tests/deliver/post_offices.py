"""Mail servers: a real one whose answers can be written down beforehand, and one that falls silent."""

import socket
import ssl
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword


@dataclass
class PostOffice:
    """Takes mail as it is told to.

    Attributes:
        rcpt: answers to a recipient, in order; the last one counts for good; 250 for one not named.
        data: answers to the message, in order, the same way.
        taken: recipients of the messages taken, one entry for each message.
        messages: their content.
        tried: how often a recipient was named.
    """

    rcpt: dict[str, tuple[str, ...]] = field(default_factory=dict)
    data: tuple[str, ...] = ("250 OK",)
    taken: list[list[str]] = field(default_factory=list)
    messages: list[bytes] = field(default_factory=list)
    tried: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    datas: int = 0

    async def handle_RCPT(  # noqa: N802 -- the server calls it so
        self, server: object, session: object, envelope: object, address: str, options: list[str]
    ) -> str:
        del server, session, options
        answers = self.rcpt.get(address, ("250 OK",))
        answer = answers[min(self.tried[address], len(answers) - 1)]
        self.tried[address] += 1
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)  # type: ignore[attr-defined]  # aiosmtpd has no types
        return answer

    async def handle_DATA(self, server: object, session: object, envelope: object) -> str:  # noqa: N802 -- same
        del server, session
        answer = self.data[min(self.datas, len(self.data) - 1)]
        self.datas += 1
        if answer.startswith("250"):
            self.taken.append(list(envelope.rcpt_tos))  # type: ignore[attr-defined]  # same
            self.messages.append(envelope.content)  # type: ignore[attr-defined]  # same
        return answer


USER, PASSWORD = "reporter", "canary-7731-smtp"


def _login(server: object, session: object, envelope: object, mechanism: str, data: LoginPassword) -> AuthResult:
    del server, session, envelope, mechanism
    right = data.login == USER.encode() and data.password == PASSWORD.encode()
    return AuthResult(success=right, handled=False)


@contextmanager
def open_office(
    office: PostOffice,
    *,
    tls: ssl.SSLContext | None = None,
    starttls: ssl.SSLContext | None = None,
    login: bool = False,
) -> Iterator[int]:
    """Yield the port of a mail server."""
    more: dict[str, Any] = {}
    if starttls is not None:
        more |= {"tls_context": starttls, "require_starttls": True}
    if login:
        more |= {"authenticator": _login, "auth_required": True, "auth_require_tls": tls is None}
    controller = Controller(office, hostname="127.0.0.1", port=free_port(), ssl_context=tls, **more)
    controller.start()
    try:
        yield int(controller.port)
    finally:
        controller.stop()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port


@dataclass
class Silent:
    """Speaks SMTP up to a command, and then falls silent (``hangs``) or hangs up."""

    until: str
    hangs: bool = True
    connections: int = 0
    messages: int = 0
    over: threading.Event = field(default_factory=threading.Event)

    def talk(self, connection: socket.socket) -> None:
        self.connections += 1
        with connection, connection.makefile("rwb") as lines:
            if self.until != "connect":
                lines.write(b"220 silent\r\n")
                lines.flush()
                self.listen(lines)
            if self.hangs:
                self.over.wait(30)

    def listen(self, lines: object) -> None:
        for line in lines:  # type: ignore[attr-defined]  # a file of bytes
            command = line.strip().upper()
            if command == b".":
                self.messages += 1
                if self.until == "end":
                    return
            elif self.until == "data" and command == b"DATA":
                return
            if command.partition(b" ")[0].partition(b":")[0] in (b"EHLO", b"HELO", b"MAIL", b"RCPT", b"."):
                lines.write(b"250 OK\r\n")  # type: ignore[attr-defined]  # same
            elif command == b"DATA":
                lines.write(b"354 go on\r\n")  # type: ignore[attr-defined]  # same
            elif command == b"QUIT":
                lines.write(b"221 bye\r\n")  # type: ignore[attr-defined]  # same
            lines.flush()  # type: ignore[attr-defined]  # same


@contextmanager
def open_silent(silent: Silent) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threads: list[threading.Thread] = []

        def accept() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                thread = threading.Thread(target=silent.talk, args=(connection,), daemon=True)
                threads.append(thread)
                thread.start()

        accepting = threading.Thread(target=accept, daemon=True)
        accepting.start()
        yield listening.getsockname()[1]
        silent.over.set()
        listening.shutdown(socket.SHUT_RDWR)
    accepting.join()
    for thread in threads:
        thread.join(5)
