"""Chats and phones: a note to each address, through Apprise, which is only there with the extra ``notify``."""

import importlib.util
import logging
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from pve_backup_report.deliver.patience import Patience
from pve_backup_report.deliver.proxy import only_proxy
from pve_backup_report.errors import DeliveryFailed
from pve_backup_report.model.parcel import Note, Parcel
from pve_backup_report.settings import NotifySettings, Secret

_LOG = logging.getLogger(__name__)
_KINDS = {"good": "success", "fair": "warning", "bad": "failure"}
_AWAY = "onnection error"  # as its services log it
_STATUS = re.compile(r"error[=: ]+([1-5][0-9]{2})\b")


def chat_lacking() -> str | None:
    """Return what keeps this machine from telling chats, and how to mend it; None when nothing does."""
    if importlib.util.find_spec("apprise") is not None:
        return None
    return "NOTIFY_URLS needs Apprise, which is not installed. Install it with: pip install 'pve-backup-report[notify]'"


def tell_chats(settings: NotifySettings, parcel: Parcel, patience: Patience) -> None:
    """Send the note to each address, each failing alone.

    Args:
        settings: the addresses.
        parcel: holds the note.
        patience: holds the proxy; Apprise has a patience of its own, in each address.

    Raises:
        DeliveryFailed: with one sentence for each address that did not take it.
    """
    lacking = chat_lacking()
    if lacking is not None:
        raise DeliveryFailed(f"notify: {lacking}.")
    failures = []
    for number, url in enumerate(settings.urls, 1):
        service = url.reveal().partition("://")[0].lower()
        name = f"notify: {service} (address {number} of NOTIFY_URLS)"
        with only_proxy(patience.proxy):
            told = _tell(url, parcel.note)
        if told is None:
            _LOG.info("%s took it", name)
        else:
            failures.append(f"{name}: {told}.")
    if failures:
        raise DeliveryFailed(*failures)


def _tell(url: Secret, note: Note) -> str | None:
    """Send the note to one address; return what went wrong, without anything of the address in it."""
    with _quiet() as heard:
        import apprise  # noqa: PLC0415 -- an extra, and slow to import

        try:
            plugin = apprise.Apprise.instantiate(url.reveal(), asset=apprise.AppriseAsset(async_mode=False))
            if plugin is None:
                return "Apprise does not understand it. Check it against the list of services of Apprise"
            service = apprise.Apprise()
            service.add(plugin)
            taken = service.notify(
                body=note.text,
                title=note.title,
                notify_type=_KINDS.get(note.tone, "info"),
                body_format=apprise.NotifyFormat.TEXT,
            )
        except Exception as error:  # noqa: BLE001 -- code of 100 services; the error's text may hold the address
            return f"Apprise failed ({type(error).__name__}). Check the address"
    if taken:
        return None
    statuses = [found[1] for line in heard if (found := _STATUS.search(line))]
    away = any(_AWAY in line for line in heard)
    why = f"it answered {statuses[-1]}" if statuses else ("no connection" if away else "it did not take the message")
    return f"{why}. Check the address, and that this machine reaches the service"


class _Ear(logging.Handler):
    """Keeps what is logged, and shows it to nobody."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


@contextmanager
def _quiet() -> Iterator[list[str]]:
    """Hear what Apprise logs, and let nothing of it or of the libraries below it out: they log addresses."""
    ear, root, theirs = _Ear(), logging.getLogger(), logging.getLogger("apprise")
    # set for good: its threads may outlive the message
    for name in ("urllib3", "requests", "requests_oauthlib", "oauthlib", "asyncio"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    before, propagates = root.level, theirs.propagate
    root.setLevel(logging.CRITICAL + 1)
    theirs.setLevel(logging.INFO)
    theirs.propagate = False
    theirs.addHandler(ear)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield ear.lines
    finally:
        theirs.removeHandler(ear)
        theirs.propagate = propagates
        theirs.setLevel(logging.CRITICAL)
        root.setLevel(before)
