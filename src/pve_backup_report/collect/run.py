"""From settings to a tape: one whole collection."""

import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import partial
from urllib.parse import urlsplit

from pve_backup_report import __version__
from pve_backup_report.collect.breaker import Breaker
from pve_backup_report.collect.client import ApiClient
from pve_backup_report.collect.collector import Collector, Progress, Scope
from pve_backup_report.collect.cores import NO_CORES, one_core
from pve_backup_report.collect.crew import Limits
from pve_backup_report.collect.log_shelf import LogShelf
from pve_backup_report.collect.logs_aside import LogsAside
from pve_backup_report.collect.meter import Meter
from pve_backup_report.collect.pbs_collector import PbsCollector
from pve_backup_report.collect.tls import presented_fingerprint
from pve_backup_report.collect.way_in import WayIn, way_to_cluster, way_to_server
from pve_backup_report.errors import ClusterUnreachable, SettingsError
from pve_backup_report.model.answer import Answer, AnswerKind
from pve_backup_report.model.tape import Entrance, PbsTape, Tape
from pve_backup_report.settings import PbsSettings, PveSettings, Settings

_PBS_PORT = 8007
_CONNECT_S = 10.0
_NO_WAY_IN = (
    AnswerKind.NOT_ASKED,
    AnswerKind.UNREACHABLE,
    AnswerKind.TIMEOUT,
    AnswerKind.TLS,
    AnswerKind.AUTHENTICATION,
)


def collect_tape(  # noqa: PLR0913 -- the last four by name
    settings: Settings,
    now: int,
    *,
    sample: bool = False,
    shelf: LogShelf | None = None,
    meter: Meter | None = None,
    progress: Progress | None = None,
) -> Tape:
    """Ask the cluster everything, and return the answers.

    Args:
        settings: whom to ask, and how.
        now: epoch, the run's one clock reading.
        sample: ask each kind of question once only.
        shelf: where earlier runs put the logs of finished tasks.
        meter: counts what is asked; None where nobody wants to know.
        progress: called with (answered, asked).

    Raises:
        SettingsError: the address, the CA file or the fingerprint cannot be used.
        ClusterUnreachable: no question was answered: no connection, no trust, or no authentication.
    """
    pve = settings.pve
    if pve is None and not settings.pbs:
        raise SettingsError(("PVE_API_URL is not set: give the address of a node, such as https://pve1.example:8006.",))
    told = _Progress(progress)
    meter = meter or Meter()
    until, reached = _end_of(settings)
    timeout_s = (pve or PveSettings()).timeout
    scope = _scope_of(settings, sample=sample)
    answers: Mapping[str, Answer] = {}
    host = ""
    asked = []
    # the commands that ask on a node itself may run where they like
    over_https = pve is None or pve.transport != "pvesh"
    with one_core() if over_https else nullcontext(NO_CORES) as other_cores, LogsAside(other_cores) as logs_aside:
        ways = [way_to_server(server, timeout_s, meter) for server in settings.pbs]
        cluster = None if pve is None else way_to_cluster(pve, meter, logs_aside)
        for server, way in zip(settings.pbs, ways, strict=True):
            limits = Limits(way.concurrency, None, until, reached)
            asked.append(_aside(partial(_ask_pbs, server, way, limits, told.of(server.number), meter, sample=sample)))
        if pve is not None and cluster is not None:
            limits = Limits(cluster.concurrency, pve.concurrency_per_node, until, reached)
            with cluster.client as client:
                meet = client.meet if isinstance(client, ApiClient) and pve.node_addresses else None
                collector = Collector(
                    _dated(Breaker(client.get)),
                    scope,
                    limits,
                    now=now,
                    shelf=shelf,
                    meet=meet,
                    logs_aside=None if sample else logs_aside,
                    progress=told.of(""),
                )
                answers = collector.collect()
                host = client.host if isinstance(client, ApiClient) else ""
            meter.add_questions(collector.asked, collector.waves)
        servers = tuple(waiting.result() for waiting in asked)
    of_servers = [
        _Asked(urlsplit(server.url).netloc, f"PBS{server.number}", tuple(tape.answers.values()))
        for server, tape in zip(settings.pbs, servers, strict=True)
    ]
    _see_that_someone_answered([_Asked(host, "PVE", tuple(answers.values()))] if answers else of_servers, sample=sample)
    return Tape(
        asked_at=now,
        timezone=settings.report.timezone,
        tool_version=__version__,
        jobs_path=scope.jobs_path,
        history_limit=0 if pve is None else scope.history_limit,
        log_limit=0 if pve is None else scope.log_limit,
        answers=answers,
        pbs=servers,
        entrance=Entrance.TOKEN if cluster is None else cluster.entrance,
        notes=scope.notes,
    )


def _end_of(settings: Settings) -> tuple[float, str]:
    """Return when to stop asking, in seconds of the monotonic clock, and what to say of what was not asked by then."""
    seconds = (settings.pve or PveSettings()).total_timeout
    told = f"not asked: the run had taken the {seconds:g} s of PVE_TOTAL_TIMEOUT"
    return time.monotonic() + seconds, told


def _scope_of(settings: Settings, *, sample: bool) -> Scope:
    pve = settings.pve
    if pve is None:
        return Scope()
    return Scope(
        jobs_path=pve.backup_jobs_endpoint,
        history_limit=pve.task_history_limit,
        log_limit=pve.task_log_limit,
        notes=pve.collect_notes,
        restores=settings.report.restore_test_age_s is not None,
        sample=sample,
    )


def _ask_pbs(  # noqa: PLR0913 -- the last by name
    server: PbsSettings, way: WayIn, limits: Limits, progress: Progress, meter: Meter, *, sample: bool
) -> PbsTape:
    with way.client as client:
        collector = PbsCollector(Breaker(client.get), limits=limits, sample=sample, progress=progress)
        answers = collector.collect()
    meter.add_questions(collector.asked, 0, "pbs/")
    url = urlsplit(server.url)
    host, port = url.hostname or "", url.port or _PBS_PORT
    answered = any(answer.status is not None for answer in answers.values())
    shown = presented_fingerprint(host, port, _CONNECT_S) if answered else None
    return PbsTape(server.name, f"{host}:{port}", shown or server.tls_fingerprint, answers, way.entrance)


def _aside(work: Callable[[], PbsTape]) -> "Future[PbsTape]":
    """Do something beside the rest, in a daemon: an interrupted run does not wait for it."""
    future: Future[PbsTape] = Future()

    def run() -> None:
        try:
            future.set_result(work())
        except BaseException as error:  # noqa: BLE001 -- handed to the main thread, which raises it there
            future.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    return future


class _Progress:
    """Adds up what several collections report."""

    def __init__(self, told: Progress | None) -> None:
        self._told = told
        self._lock = threading.Lock()
        self._counts: dict[str, tuple[int, int]] = {}

    def of(self, name: str) -> Progress:
        """Return what one collection calls with (answered, asked)."""

        def count(answered: int, asked: int) -> None:
            with self._lock:
                self._counts[name] = (answered, asked)
                if self._told is not None:
                    self._told(*map(sum, zip(*self._counts.values(), strict=True)))

        return count


def _dated(ask: Callable[[str], Answer]) -> Callable[[str], Answer]:
    """Return the same question, with the answer telling how long after now it came."""
    began = time.monotonic()

    def dated(path: str) -> Answer:
        answer = ask(path)
        after_s = int(time.monotonic() - began)
        return replace(answer, after_s=after_s) if after_s else answer

    return dated


@dataclass(frozen=True, slots=True)
class _Asked:
    """What one server said.

    Attributes:
        host: with its port; empty for pvesh, which names itself.
        prefix: what the server's settings begin with, such as ``PVE``.
        answers: in the order they came.
    """

    host: str
    prefix: str
    answers: tuple[Answer, ...]

    def why(self, answer: Answer) -> str:
        """Return why there is no way in, with the host and what to do."""
        told = answer.error or f"the cluster could not be asked ({answer.kind})"
        if self.host not in told:
            told = f"{self.host}: {told}"
        if answer.kind is not AnswerKind.TIMEOUT:
            return told
        check = f"check {self.prefix}_API_URL and any firewall between, or " if self.host else ""
        return f"{told}; {check}raise PVE_TIMEOUT"


def _see_that_someone_answered(asked: list[_Asked], *, sample: bool) -> None:
    """Stop the run when not a single question got past the door, or not one was answered with what it asked for."""
    answers = [answer for server in asked for answer in server.answers]
    if all(answer.kind in _NO_WAY_IN for answer in answers):
        worst = max(answers, key=lambda answer: _NO_WAY_IN.index(answer.kind))
        raise ClusterUnreachable(next(server.why(worst) for server in asked if worst in server.answers))
    if not sample and not any(answer.ok for answer in answers):  # --check-api shows how each one failed
        told = next((answer.error for answer in answers if answer.error is not None), "no answer says why")
        hosts = ", ".join(server.host for server in asked if server.host)
        told = f"not one of {len(answers)} questions was answered: {told}; --check-api shows each"
        raise ClusterUnreachable(f"{hosts}: {told}" if hosts else told)
