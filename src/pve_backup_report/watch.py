"""The watch over one run: it hears how the run ends, however it ends, and tells who watches."""

import logging
from typing import TYPE_CHECKING

from pve_backup_report.errors import DeliveryFailed
from pve_backup_report.hidden import scrubbed

if TYPE_CHECKING:
    from pve_backup_report.deliver.ping import Signal
    from pve_backup_report.settings import Settings

_LOG = logging.getLogger("pve_backup_report")
_DONE, _ANOMALY, _INTERRUPTED = 0, 1, 130


class Watch:
    """Tells the beginning and the end of one run, once the settings say whom; else nobody."""

    def __init__(self) -> None:
        self._settings: Settings | None = None
        self._told: list[str] = []

    def begin(self, settings: "Settings") -> None:
        """Start to watch: from now on the end is told, however it comes."""
        self._settings = settings

    def start(self) -> None:
        """Tell that the work begins, where that is wanted; that nobody heard it is told, and stops nothing."""
        from pve_backup_report.deliver.ping import Signal  # noqa: PLC0415 -- heavy, and seldom needed

        settings = self._settings
        if settings is not None and settings.ping is not None and settings.ping.start:
            failure = self._tell(Signal.START, "")
            if failure is not None:
                _LOG.warning("%s", failure)

    def leave(self) -> None:
        """Watch no more: another run goes on, and will tell how it ended."""
        self._settings = None

    def hear(self, *sentences: str) -> None:
        """Keep what is to be told at the end, without the secrets that this process holds."""
        self._told.extend(map(scrubbed, sentences))

    def end(self, code: int) -> int:
        """Tell how the run ended.

        Args:
            code: its exit code.

        Returns:
            The exit code; that of a failed delivery when nobody heard, unless the run had a worse one.
        """
        if self._settings is None or self._settings.ping is None or code == _INTERRUPTED:
            return code
        from pve_backup_report.deliver.ping import Signal  # noqa: PLC0415 -- heavy, and seldom needed

        fine = code in (_DONE, _ANOMALY)
        head = [] if fine else [f"exit code {code}"]
        failure = self._tell(Signal.SUCCESS if fine else Signal.FAIL, "\n".join([*head, *self._told, ""]))
        if failure is None:
            return code
        _LOG.error("%s", failure)
        return DeliveryFailed.exit_code if fine else code

    def _tell(self, signal: "Signal", text: str) -> str | None:
        """Ping; return what went wrong."""
        from pve_backup_report.deliver.patience import Patience  # noqa: PLC0415 -- heavy, and seldom needed
        from pve_backup_report.deliver.ping import ping  # noqa: PLC0415 -- same

        if self._settings is None or self._settings.ping is None:
            return None
        try:
            ping(self._settings.ping, signal, text, Patience.of(self._settings.delivery))
        except DeliveryFailed as failure:
            return str(failure)
        return None
