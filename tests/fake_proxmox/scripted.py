"""A server that sends bytes as they are written, one text for each request: for what no decent server would send."""

import socket
import ssl
import threading
from contextlib import suppress
from typing import Self

from fake_proxmox import certificates


class ScriptedServer:
    """Sends the next text of `script` for each request, over real TLS; after a text in `last` the connection ends.

    Use it with `with`. A connection takes the place of the one before, as with a client that asks one question at a
    time.
    """

    def __init__(self, *script: bytes, last: tuple[int, ...] = ()) -> None:
        self.connections = 0
        self.asked = 0
        self._script = script
        self._last = last
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._context = certificates.good().context()
        self._thread = threading.Thread(target=self._serve, name="scripted-server")

    @property
    def url(self) -> str:
        """The address, without a path."""
        return f"https://127.0.0.1:{self._listening.getsockname()[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join()

    def _serve(self) -> None:
        while True:
            try:
                plain, _ = self._listening.accept()
            except OSError:  # the test is over
                return
            self.connections += 1
            with suppress(OSError), self._context.wrap_socket(plain, server_side=True) as connection:
                connection.settimeout(5)
                self._talk(connection)

    def _talk(self, connection: ssl.SSLSocket) -> None:
        came = b""
        while self.asked < len(self._script):
            while b"\r\n\r\n" not in came:
                more = connection.recv(65536)
                if not more:
                    return
                came += more
            came = came.partition(b"\r\n\r\n")[2]
            at, self.asked = self.asked, self.asked + 1
            connection.sendall(self._script[at])
            if at in self._last:
                return
