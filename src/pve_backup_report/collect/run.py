"""From settings to a tape: one whole collection."""

import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import replace
from functools import partial
from urllib.parse import urlsplit

from pve_backup_report import __version__
from pve_backup_report.collect.breaker import Breaker
from pve_backup_report.collect.collector import Collector, Progress
from pve_backup_report.collect.log_shelf import LogShelf
from pve_backup_report.collect.pbs_collector import PbsCollector
from pve_backup_report.collect.tls import presented_fingerprint
from pve_backup_report.collect.way_in import WayIn, way_to_cluster, way_to_server
from pve_backup_report.errors import ClusterUnreachable, SettingsError
from pve_backup_report.model.answer import Answer, AnswerKind
from pve_backup_report.model.tape import Entrance, PbsTape, Tape
from pve_backup_report.settings import PbsSettings, PveSettings, Settings

_PBS_PORT = 8007
_CONNECT_S = 10.0
_NO_WAY_IN = (AnswerKind.UNREACHABLE, AnswerKind.TIMEOUT, AnswerKind.TLS, AnswerKind.AUTHENTICATION)


def collect_tape(
    settings: Settings,
    now: int,
    *,
    sample: bool = False,
    shelf: LogShelf | None = None,
    progress: Progress | None = None,
) -> Tape:
    """Ask the cluster everything, and return the answers.

    Args:
        settings: whom to ask, and how.
        now: epoch, the run's one clock reading.
        sample: ask each kind of question once only.
        shelf: where earlier runs put the logs of finished tasks.
        progress: called with (answered, asked).

    Raises:
        SettingsError: the address, the CA file or the fingerprint cannot be used.
        ClusterUnreachable: no question was answered: no connection, no trust, or no authentication.
    """
    pve = settings.pve
    if pve is None and not settings.pbs:
        raise SettingsError(("PVE_API_URL is not set: give the address of a node, such as https://pve1.example:8006.",))
    told = _Progress(progress)
    timeout_s = (pve or PveSettings()).timeout
    ways = [way_to_server(server, timeout_s) for server in settings.pbs]
    cluster = None if pve is None else way_to_cluster(pve)
    asked = [
        _aside(partial(_ask_pbs, server, way, told.of(server.number), sample=sample))
        for server, way in zip(settings.pbs, ways, strict=True)
    ]
    answers = (
        {}
        if pve is None or cluster is None
        else _ask_pve(
            pve,
            cluster,
            told.of(""),
            sample=sample,
            restores=settings.report.restore_test_age_s is not None,
            shelf=shelf,
        )
    )
    servers = tuple(waiting.result() for waiting in asked)
    of_servers = [answer for server in servers for answer in server.answers.values()]
    _see_that_someone_answered(tuple(answers.values()) or tuple(of_servers))
    return Tape(
        asked_at=now,
        timezone=settings.report.timezone,
        tool_version=__version__,
        jobs_path="/cluster/backup" if pve is None else pve.backup_jobs_endpoint,
        history_limit=0 if pve is None else pve.task_history_limit,
        log_limit=0 if pve is None else pve.task_log_limit,
        answers=answers,
        pbs=servers,
        entrance=Entrance.TOKEN if cluster is None else cluster.entrance,
    )


def _ask_pve(  # noqa: PLR0913 -- six things, the last three by name
    pve: PveSettings,
    way: WayIn,
    progress: Progress,
    *,
    sample: bool,
    restores: bool,
    shelf: LogShelf | None,
) -> Mapping[str, Answer]:
    with way.client as client:
        return Collector(
            _dated(Breaker(client.get)),
            concurrency=way.concurrency,
            jobs_path=pve.backup_jobs_endpoint,
            history_limit=pve.task_history_limit,
            log_limit=pve.task_log_limit,
            sample=sample,
            restores=restores,
            shelf=shelf,
            progress=progress,
        ).collect()


def _ask_pbs(server: PbsSettings, way: WayIn, progress: Progress, *, sample: bool) -> PbsTape:
    with way.client as client:
        collector = PbsCollector(Breaker(client.get), concurrency=way.concurrency, sample=sample, progress=progress)
        answers = collector.collect()
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
        return replace(answer, after_s=int(time.monotonic() - began))

    return dated


def _see_that_someone_answered(answers: tuple[Answer, ...]) -> None:
    """Stop the run when not a single question got past the door."""
    if all(answer.kind in _NO_WAY_IN for answer in answers):
        worst = min(answers, key=lambda answer: _NO_WAY_IN.index(answer.kind) * -1)
        raise ClusterUnreachable(worst.error or f"the cluster could not be asked ({worst.kind})")
