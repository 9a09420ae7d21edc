"""From settings to a tape: one whole collection."""

import time
from collections.abc import Callable
from dataclasses import replace

from pve_backup_report import __version__
from pve_backup_report.collect.authorization import Authorization
from pve_backup_report.collect.client import ApiClient, ApiServer
from pve_backup_report.collect.collector import Collector, Progress
from pve_backup_report.collect.tls import Trust
from pve_backup_report.errors import ClusterUnreachable, SettingsError
from pve_backup_report.model.answer import Answer, AnswerKind
from pve_backup_report.model.tape import Tape
from pve_backup_report.settings import PveSettings, Settings

_NO_WAY_IN = (AnswerKind.UNREACHABLE, AnswerKind.TIMEOUT, AnswerKind.TLS, AnswerKind.AUTHENTICATION)


def collect_tape(settings: Settings, now: int, *, sample: bool = False, progress: Progress | None = None) -> Tape:
    """Ask the cluster everything, and return the answers.

    Args:
        settings: whom to ask, and how.
        now: epoch, the run's one clock reading.
        sample: ask each kind of question once only.
        progress: called with (answered, asked).

    Raises:
        SettingsError: the address, the CA file or the fingerprint cannot be used.
        ClusterUnreachable: no question was answered: no connection, no trust, or no authentication.
    """
    pve = settings.pve
    if pve is None:
        raise SettingsError(("PVE_API_URL is not set: give the address of a node, such as https://pve1.example:8006.",))
    try:
        client = ApiClient(_server(pve))
    except ValueError as error:
        raise SettingsError((f"{error}.",)) from None
    with client:
        collector = Collector(
            _dated(client.get),
            concurrency=pve.concurrency,
            jobs_path=pve.backup_jobs_endpoint,
            history_limit=pve.task_history_limit,
            log_limit=pve.task_log_limit,
            sample=sample,
            progress=progress,
        )
        answers = collector.collect()
    _see_that_someone_answered(tuple(answers.values()))
    return Tape(
        asked_at=now,
        timezone=settings.report.timezone,
        tool_version=__version__,
        jobs_path=pve.backup_jobs_endpoint,
        history_limit=pve.task_history_limit,
        log_limit=pve.task_log_limit,
        answers=answers,
        pbs=tuple(server.name for server in settings.pbs),
    )


def _dated(ask: Callable[[str], Answer]) -> Callable[[str], Answer]:
    """Return the same question, with the answer telling how long after now it came."""
    began = time.monotonic()

    def dated(path: str) -> Answer:
        answer = ask(path)
        return replace(answer, after_s=int(time.monotonic() - began))

    return dated


def _server(pve: PveSettings) -> ApiServer:
    return ApiServer(
        urls=pve.urls,
        authorization=Authorization.for_pve(pve.token_id, pve.token_secret.reveal()),
        prefix="PVE",
        trust=Trust(verify=pve.verify_tls, ca_bundle=pve.ca_bundle, fingerprint=pve.tls_fingerprint),
        timeout_s=pve.timeout,
        concurrency=pve.concurrency,
    )


def _see_that_someone_answered(answers: tuple[Answer, ...]) -> None:
    """Stop the run when not a single question got past the door."""
    if all(answer.kind in _NO_WAY_IN for answer in answers):
        worst = min(answers, key=lambda answer: _NO_WAY_IN.index(answer.kind) * -1)
        raise ClusterUnreachable(worst.error or f"the cluster could not be asked ({worst.kind})")
