"""One server for all cells: it answers as the simulator does, but for the questions that a cell destroys."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from fake_proxmox import FakeProxmox, Reply
from fake_proxmox.asking import client_of
from fake_proxmox.server import Route, key_of
from matrix.faults import SLOW, Destroy
from matrix.scene import NOW, SERVER, Scene
from pve_backup_report.collect.breaker import Breaker
from pve_backup_report.collect.collector import Collector, Scope
from pve_backup_report.collect.crew import Limits
from pve_backup_report.collect.pbs_collector import PbsCollector
from pve_backup_report.collect.server import Patience
from pve_backup_report.endpoints.endpoint import Endpoint
from pve_backup_report.model.answer import Answer
from pve_backup_report.model.tape import PbsTape, Tape

Ask = Callable[[str], Answer]
_FIELD = re.compile(r"\\\{[a-z_]+\\\}")
_WHOLE = Patience(attempts=3, pause_s=0.01)
_BRIEF = Patience(attempts=1)
_LIMIT = 5_000_000


def pattern_of(endpoint: Endpoint) -> re.Pattern[str]:
    """What the questions of an endpoint look like."""
    asked = endpoint.path + (f"?{endpoint.query}" if endpoint.query else "")
    return re.compile(_FIELD.sub("[^/?&]+", re.escape(asked)))


@dataclass(slots=True)
class Target:
    """What is destroyed now: the questions of some endpoints, or the last only, and how. None: nothing is."""

    patterns: tuple[re.Pattern[str], ...] = ()
    destroy: Destroy | None = None
    struck: set[object] = field(default_factory=set)

    def takes(self, path: str) -> bool:
        """Whether a question is among those."""
        return self.destroy is not None and any(pattern.fullmatch(path) for pattern in self.patterns)


@dataclass(slots=True)
class Api:
    """One simulated API behind real HTTPS. What nobody destroys is asked over the wire once, and then known."""

    fake: FakeProxmox
    target: Target
    known: dict[str, Answer] = field(default_factory=dict)

    def asked(self, *, slow: bool) -> "_Asking":
        """A way to ask: questions that are destroyed go over the wire each time."""
        return _Asking(self, slow=slow)


class _Asking:
    def __init__(self, api: Api, *, slow: bool) -> None:
        self._api = api
        timeout_s, patience = (0.1, _BRIEF) if slow else (20.0, _WHOLE)
        self._client = client_of(api.fake, timeout_s=timeout_s, patience=patience, longest_body=_LIMIT)
        self.destroyed: list[str] = []

    def __call__(self, path: str) -> Answer:
        if self._api.target.takes(path):
            self.destroyed.append(path)
            self._api.target.struck.add(key_of(path))
            return self._client.get(path)
        if path not in self._api.known:
            with client_of(self._api.fake) as client:
                self._api.known[path] = client.get(path)
        return self._api.known[path]

    def close(self) -> None:
        """Close its connections."""
        self._client.close()


@dataclass(frozen=True, slots=True)
class Cell:
    """What a run came to: its tape, and which questions were destroyed."""

    tape: Tape
    destroyed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cells:
    """Runs of one scene."""

    cluster: Api
    server: Api

    def run(self, fault: str = "", destroy: Destroy | None = None, *patterns: re.Pattern[str]) -> Cell:
        """Collect once, with all the questions of these shapes destroyed in one way."""
        asks = [api.asked(slow=fault in SLOW) for api in (self.cluster, self.server)]
        for api in (self.cluster, self.server):
            api.target.patterns, api.target.destroy = patterns, destroy
        try:
            collector = Collector(Breaker(asks[0]), Scope(restores=True), Limits(4), now=NOW)
            answers = collector.collect()
            of_server = PbsCollector(Breaker(asks[1]), limits=Limits(4)).collect()
        finally:
            for api, ask in zip((self.cluster, self.server), asks, strict=True):
                ask.close()
                api.target.destroy = None
                api.target.struck.clear()
                api.fake.heal()
        server = PbsTape("vault", f"{SERVER}:8007", None, of_server)
        tape = Tape(NOW, "UTC", "test", "/cluster/backup", 5000, 100_000, answers, (server,))
        return Cell(tape, tuple(asks[0].destroyed + asks[1].destroyed))


@contextmanager
def cells_of(scene: Scene) -> Iterator[Cells]:
    """Serve a scene."""
    apis = (_serving(scene.cluster, "PVE"), _serving(scene.server, "PBS"))
    with apis[0].fake, apis[1].fake:
        yield Cells(*apis)


def _serving(simulated: Callable[[str, dict[str, str]], object], product: str) -> Api:
    target = Target()

    def answer(path: str, query: dict[str, str]) -> object:
        right = Reply.of(simulated(path, query))
        destroyed = target.destroy is not None and (path, tuple(sorted(query.items()))) in target.struck
        return target.destroy(right) if destroyed and target.destroy is not None else right

    route: Route = answer
    return Api(FakeProxmox(route, product=product), target)
