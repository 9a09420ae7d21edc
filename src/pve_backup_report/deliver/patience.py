"""How long, how often, and through which proxy a server is asked to take something."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from pve_backup_report.settings import DeliverySettings, Secret

_LOG = logging.getLogger(__name__)
_Result = TypeVar("_Result")


class Transient(Exception):  # noqa: N818 - says what happened
    """A try that failed in passing; its text is to be read after the server's name.

    Attributes:
        after_s: the seconds that the server asked to wait; None when it asked for none.
    """

    def __init__(self, told: str, after_s: float | None = None) -> None:
        super().__init__(told)
        self.after_s = after_s


@dataclass(frozen=True, slots=True)
class Patience:
    """When to try again, and on which way.

    Attributes:
        timeout_s: seconds for each step of a try.
        attempts: tries in all.
        pause_s: seconds before the second try; doubled before each further one.
        longest_pause_s: seconds that a server can make us wait.
        proxy: what ``DELIVERY_PROXY`` says; None for none.
    """

    timeout_s: float = 30.0
    attempts: int = 4
    pause_s: float = 1.0
    longest_pause_s: float = 60.0
    proxy: Secret | None = None

    @classmethod
    def of(cls, settings: DeliverySettings) -> "Patience":
        """Return the patience that the settings ask for."""
        return cls(settings.timeout, settings.attempts, proxy=settings.proxy)

    def tried(self, attempt: Callable[[], _Result], what: str) -> _Result:
        """Try until it works, or until patience ends.

        Args:
            attempt: one try.
            what: is tried, for the log.

        Raises:
            Transient: the last try's.
        """
        for done in range(1, self.attempts + 1):
            try:
                return attempt()
            except Transient as failure:
                if done == self.attempts:
                    raise
                pause = self._pause(done, failure.after_s)
                _LOG.info("%s: %s; trying again in %.0f s", what, failure, pause)
                time.sleep(pause)
        raise AssertionError("at least one try is made")

    def _pause(self, done: int, after_s: float | None) -> float:
        return min(max(self.pause_s * float(2 ** (done - 1)), after_s or 0.0), self.longest_pause_s)
