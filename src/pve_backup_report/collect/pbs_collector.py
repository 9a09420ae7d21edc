"""Asks one Proxmox Backup Server everything: lists first, then each datastore's namespaces, then each one's backups."""

from collections import Counter
from collections.abc import Callable

from pve_backup_report.collect.crew import Crew, Limits
from pve_backup_report.collect.redact import redact
from pve_backup_report.endpoints import pbs as ep
from pve_backup_report.endpoints.endpoint import Endpoint
from pve_backup_report.model.answer import Answer
from pve_backup_report.normalize.pbs_datastores import can_be_listed, namespaces_looked_at
from pve_backup_report.normalize.pbs_users import auth_ids, may_ask_of_others
from pve_backup_report.normalize.reading import rows, text

Progress = Callable[[int, int], None]

_LIST, _CONTENT = range(2)


class PbsCollector:
    """Asks one backup server and keeps the answers, redacted; nothing is asked twice."""

    def __init__(
        self,
        ask: Callable[[str], Answer],
        *,
        limits: Limits,
        sample: bool = False,
        progress: Progress | None = None,
    ) -> None:
        """Prepare the collection.

        Args:
            ask: asks one path with its query, and turns every failure into an answer.
            limits: how much at a time, and until when.
            sample: ask each kind of question once only.
            progress: called with (answered, asked) after each answer.
        """
        self._crew = Crew(ask, limits)
        self._sample = sample
        self._progress = progress
        self._errands: dict[str, tuple[Endpoint, str]] = {}
        self.asked: Counter[str] = Counter()
        """Questions by the name of their endpoint."""

    def collect(self) -> dict[str, Answer]:
        """Return the answers by path with query; a server that does not answer is asked once only."""
        answers: dict[str, Answer] = {}
        self._send(ep.VERSION, _LIST, ep.VERSION.ask())
        with self._crew:
            for path, answer in self._crew.answers():
                endpoint, store = self._errands[path]
                answers[path] = redact(endpoint, answer)
                if endpoint is ep.VERSION and answer.status is not None:
                    self._ask_on()
                self._follow(endpoint, store, answer)
                if self._progress is not None:
                    self._progress(self._crew.answered, self._crew.asked)
        return answers

    def _ask_on(self) -> None:
        for endpoint in ep.FIRST_WAVE[1:]:
            self._send(endpoint, _LIST, endpoint.ask())
        self._send(ep.TASKS, _LIST, ep.TASKS.ask(limit=ep.TASKS_LOOKED_AT))

    def _send(self, endpoint: Endpoint, urgency: int, path: str, store: str = "") -> None:
        if self._sample and store and any(endpoint is sent for sent, _ in self._errands.values()):
            return
        if path not in self._errands:
            self._errands[path] = (endpoint, store)
            self.asked[endpoint.name] += 1
            self._crew.send(path, urgency)

    def _follow(self, endpoint: Endpoint, store: str, answer: Answer) -> None:
        """Ask what only this answer makes known."""
        if endpoint is ep.DATASTORES:
            for row in rows(answer) or ():
                name = text(row.get("store"))
                if name is not None and can_be_listed(row):
                    self._send(ep.NAMESPACES, _LIST, ep.NAMESPACES.ask(store=name), name)
        elif endpoint is ep.PERMISSIONS and may_ask_of_others(answer):
            self._send(ep.USERS, _LIST, ep.USERS.ask())
        elif endpoint is ep.USERS:
            for auth_id in auth_ids(answer)[: ep.USERS_LOOKED_AT]:
                self._send(ep.PERMISSIONS_OF, _CONTENT, ep.PERMISSIONS_OF.ask(auth_id=auth_id), auth_id)
        elif endpoint is ep.SYNC_JOBS_BOTH and not answer.ok:
            self._send(ep.SYNC_JOBS, _LIST, ep.SYNC_JOBS.ask())
        elif endpoint is ep.NAMESPACES:
            for namespace in namespaces_looked_at(answer):
                self._send(ep.SNAPSHOTS_OF_ROOT, _CONTENT, ep.snapshots_of(store, namespace), store)
