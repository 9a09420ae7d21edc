"""The shelf of logs: what earlier runs read of finished tasks, which never changes, need not be asked again."""

from typing import Protocol

from pve_backup_report.model.answer import Answer


class LogShelf(Protocol):
    """Hands out the kept answers of finished tasks, and takes new ones."""

    def recall(self, path: str) -> Answer | None:
        """Return what was answered to a path; None when it is not kept."""

    def offer(self, path: str, answer: Answer) -> None:
        """Take what was answered just now, without secrets."""
