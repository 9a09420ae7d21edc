"""A fast model of a Proxmox cluster's API: workers, service times and the hop between nodes, over real HTTPS.

Each node answers on an address of its own, 127.0.0.10 and up, all on one port. It has ``workers`` workers, and each
answer keeps one of them busy for ``service_s`` seconds; what is asked of another node is passed on to that node's
workers and takes ``hop_s`` more, during which no worker is busy. Connections end after 100 answers and after 5 idle
seconds, as pveproxy's do. Answers are made beforehand: the model's own work for each is about a tenth of a millisecond.
"""

import asyncio
import gzip
import socket
import ssl
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from multiprocessing.connection import Connection
from urllib.parse import unquote

import trustme

from model_world import Answers, address_of

_ANSWERS_PER_CONNECTION = 100
_IDLE_S = 5.0
_ZIP_FROM = 1024
_PREFIX = b"/api2/json"


@dataclass(slots=True)
class Node:
    """One node of the model: its workers, and how many answers they are at work on."""

    name: str
    gate: asyncio.Semaphore
    now: int = 0
    peak: int = 0
    asked: int = 0


@dataclass(frozen=True, slots=True)
class Journal:
    """What a model was asked.

    Attributes:
        asked: how often, by path with query.
        per_node: questions by the node that answered.
        peak: the most that were under way at once.
        peak_of_a_node: the most that one node had at once, waiting for a worker or with one.
    """

    asked: dict[str, int]
    per_node: dict[str, int]
    peak: int
    peak_of_a_node: int


@dataclass(slots=True)
class ModelServer:
    """The model; ``serve`` it in a process of its own.

    Attributes:
        bodies: JSON by path with query, as bytes.
        names: the nodes; the first is at 127.0.0.10.
        service_s: seconds of a worker's time for an answer.
        hop_s: seconds more for what another node answers.
        workers: of each node.
    """

    bodies: Mapping[str, bytes]
    names: tuple[str, ...]
    service_s: float
    hop_s: float = 0.001
    workers: int = 3
    port: int = 0
    nodes: dict[str, Node] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)
    now: int = 0
    peak: int = 0
    _plain: dict[bytes, bytes] = field(default_factory=dict)

    async def start(self, context: ssl.SSLContext) -> None:
        """Listen on all the addresses."""
        self.nodes = {name: Node(name, asyncio.Semaphore(self.workers)) for name in self.names}
        for path, body in self.bodies.items():
            zipped = gzip.compress(body, 1) if len(body) > _ZIP_FROM else body
            encoding = b"Content-Encoding: gzip\r\n" if len(body) > _ZIP_FROM else b""
            self._plain[path.encode()] = (
                b"HTTP/1.1 200 OK\r\nCache-Control: max-age=0\r\nConnection: %s\r\nDate: Thu, 01 Jan 2026 00:00:00 GMT"
                b"\r\nPragma: no-cache\r\nServer: pve-api-daemon/3.0\r\nContent-Length: "
                + str(len(zipped)).encode()
                + b"\r\nContent-Type: application/json;charset=UTF-8\r\n"
                + encoding
                + b"\r\n"
            ).replace(b"%s", b"Keep-Alive", 1) + zipped
        for at, name in enumerate(self.names):
            listening = socket.socket()
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind((address_of(at), self.port))
            self.port = listening.getsockname()[1]
            await asyncio.start_server(partial(self._talk, name), sock=listening, ssl=context, backlog=256)

    async def _talk(self, here: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            for left in range(_ANSWERS_PER_CONNECTION - 1, -1, -1):
                head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), _IDLE_S)
                answer = await self._answer(here, head.split(b" ", 2)[1].removeprefix(_PREFIX))
                writer.write(answer if left else answer.replace(b"Keep-Alive", b"close", 1))
                await writer.drain()
        except (TimeoutError, asyncio.IncompleteReadError, ConnectionError, ssl.SSLError):
            return
        finally:
            writer.close()

    async def _answer(self, here: str, path: bytes) -> bytes:
        parts = path.split(b"/", 3)
        there = unquote(parts[2].decode()) if len(parts) > 3 and parts[1] == b"nodes" else here  # noqa: PLR2004 -- /nodes/{node}/…
        node = self.nodes.get(there) or self.nodes[here]
        self.now += 1
        self.peak = max(self.peak, self.now)
        node.now += 1
        node.peak = max(node.peak, node.now)
        node.asked += 1
        self.asked[path.decode()] += 1
        try:
            if there != here:
                await asyncio.sleep(self.hop_s)
            async with node.gate:
                await asyncio.sleep(self.service_s)
        finally:
            self.now -= 1
            node.now -= 1
        found = self._plain.get(path) or self._plain.get(path + b"@" + here.encode())
        return found or b"HTTP/1.1 501 Not Implemented\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"

    def journal(self) -> Journal:
        """Return what was asked so far."""
        per_node = {node.name: node.asked for node in self.nodes.values()}
        return Journal(dict(self.asked), per_node, self.peak, max(node.peak for node in self.nodes.values()))

    def forget(self) -> None:
        """Begin the journal anew."""
        self.asked.clear()
        self.peak = 0
        for node in self.nodes.values():
            node.peak = node.asked = 0


def serve(pipe: Connection, answers: Answers, service_s: float) -> None:
    """Serve until told to stop: each word that comes gives back the journal, and begins it anew."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*(address_of(at) for at in range(len(answers.nodes)))).configure_cert(context)
    model = ModelServer(answers.bodies, answers.nodes, service_s)

    async def work() -> None:
        await model.start(context)
        pipe.send((model.port, authority.cert_pem.bytes()))
        loop = asyncio.get_running_loop()
        while await loop.run_in_executor(None, pipe.recv) != "stop":
            pipe.send(model.journal())
            model.forget()

    asyncio.run(work())
