"""A fast model of a Proxmox cluster's API: workers, service times and the hop between nodes, over real HTTPS.

Each node answers on an address of its own, 127.0.0.10 and up, all on one port. It has ``workers`` workers, and each
answer keeps one of them busy for ``service_s`` seconds; what is asked of another node is passed on to that node's
workers and takes ``hop_s`` more, during which no worker is busy. Connections end after 100 answers and after 5 idle
seconds, as pveproxy's do. Answers are made beforehand, and a thread for each connection does nothing but receive, wait
and send: what the model itself costs is a small part of a core, which it may share with who asks. Its times count from
the moment at which a question is there, so that finding the answer, and waking up late from the hop, is part of them.
"""

import ctypes
import gc
import gzip
import heapq
import socket
import ssl
import threading
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from urllib.parse import unquote

import trustme

from model_world import Answers, address_of

HOP_S = 0.001

_ANSWERS_PER_CONNECTION = 100
_IDLE_S = 5.0
_PR_SET_TIMERSLACK, _SLACK_NS = 29, 1  # prctl(2)
_ZIP_FROM = 1024
_PREFIX = b"/api2/json"
_UNKNOWN = b"HTTP/1.1 501 Not Implemented\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"


@dataclass(slots=True)
class Node:
    """One node of the model: its workers, from when on each is free, and how many answers they are at work on."""

    name: str
    workers: threading.Semaphore
    free_from: list[float]
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
    hop_s: float = HOP_S
    workers: int = 3
    port: int = 0
    nodes: dict[str, Node] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)
    now: int = 0
    peak: int = 0
    _plain: dict[bytes, bytes] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def start(self, context: ssl.SSLContext) -> None:
        """Listen on all the addresses."""
        self.nodes = {name: Node(name, threading.Semaphore(self.workers), [0.0] * self.workers) for name in self.names}
        for path, body in self.bodies.items():
            zipped = gzip.compress(body, 1) if len(body) > _ZIP_FROM else body
            encoding = b"Content-Encoding: gzip\r\n" if len(body) > _ZIP_FROM else b""
            self._plain[path.encode()] = (
                b"HTTP/1.1 200 OK\r\nCache-Control: max-age=0\r\nConnection: Keep-Alive\r\n"
                b"Date: Thu, 01 Jan 2026 00:00:00 GMT\r\nPragma: no-cache\r\nServer: pve-api-daemon/3.0\r\n"
                b"Content-Length: "
                + str(len(zipped)).encode()
                + b"\r\nContent-Type: application/json;charset=UTF-8\r\n"
                + encoding
                + b"\r\n"
            ) + zipped
        for at, name in enumerate(self.names):
            listening = socket.create_server((address_of(at), self.port), backlog=256)
            self.port = listening.getsockname()[1]
            threading.Thread(target=self._listen, args=(name, listening, context), daemon=True).start()
        self.forget()

    def _listen(self, here: str, listening: socket.socket, context: ssl.SSLContext) -> None:
        while True:
            plain, _ = listening.accept()
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self._talk, args=(here, plain, context), daemon=True).start()

    def _talk(self, here: str, plain: socket.socket, context: ssl.SSLContext) -> None:
        plain.settimeout(_IDLE_S)
        try:
            with context.wrap_socket(plain, server_side=True) as connection:
                for left in range(_ANSWERS_PER_CONNECTION - 1, -1, -1):
                    head = b""
                    while not head.endswith(b"\r\n\r\n"):
                        more = connection.recv(16384)
                        if not more:
                            return
                        head += more
                    answer = self._answer(here, head.split(b" ", 2)[1].removeprefix(_PREFIX))
                    connection.sendall(answer if left else answer.replace(b"Keep-Alive", b"close", 1))
        except OSError:  # the other side went, or said nothing for five seconds
            return

    def _answer(self, here: str, path: bytes) -> bytes:
        came_at = time.monotonic()
        parts = path.split(b"/", 3)
        there = unquote(parts[2].decode()) if len(parts) > 3 and parts[1] == b"nodes" else here  # noqa: PLR2004 -- /nodes/{node}/…
        node = self.nodes.get(there) or self.nodes[here]
        with self._lock:
            self.now += 1
            self.peak = max(self.peak, self.now)
            node.now += 1
            node.peak = max(node.peak, node.now)
            node.asked += 1
            self.asked[path.decode()] += 1
        try:
            there_at = came_at + (self.hop_s if there != here else 0)
            _sleep_until(there_at)
            with node.workers:
                with self._lock:
                    done_at = max(there_at, heapq.heappop(node.free_from)) + self.service_s
                _sleep_until(done_at)
                with self._lock:
                    heapq.heappush(node.free_from, done_at)
        finally:
            with self._lock:
                self.now -= 1
                node.now -= 1
        return self._plain.get(path) or self._plain.get(path + b"@" + here.encode()) or _UNKNOWN

    def journal(self) -> Journal:
        """Return what was asked since the last time that the model forgot."""
        per_node = {node.name: node.asked for node in self.nodes.values()}
        busiest = max(node.peak for node in self.nodes.values())
        return Journal(dict(self.asked), per_node, self.peak, busiest)

    def forget(self) -> None:
        """Begin the journal anew."""
        self.asked.clear()
        self.peak = 0
        for node in self.nodes.values():
            node.peak = node.asked = 0


def _sleep_until(moment: float) -> None:
    time.sleep(max(0.0, moment - time.monotonic()))


def serve(pipe: Connection, answers: Answers, service_s: float) -> None:
    """Serve until told to stop: each word that comes gives back the journal, and begins it anew."""
    # Linux wakes a thread that sleeps up to 50 µs late, to save power: that would be time that no worker is at work
    ctypes.CDLL(None).prctl(_PR_SET_TIMERSLACK, _SLACK_NS, 0, 0, 0)
    gc.freeze()  # the world that the answers were made of came along; nobody is to look for garbage in it
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*(address_of(at) for at in range(len(answers.nodes)))).configure_cert(context)
    model = ModelServer(answers.bodies, answers.nodes, service_s)
    model.start(context)
    pipe.send((model.port, authority.cert_pem.bytes()))
    while pipe.recv() != "stop":
        pipe.send(model.journal())
        model.forget()
