"""The dead man's ping: someone else notices when a run fails, and when none takes place."""

import logging
from enum import StrEnum
from urllib.parse import urlsplit, urlunsplit

from pve_backup_report.deliver.patience import Patience, Transient
from pve_backup_report.deliver.web import Receiver, post
from pve_backup_report.errors import DeliveryFailed
from pve_backup_report.settings import PingSettings, Secret

_LOG = logging.getLogger(__name__)
_LONGEST = 10_000  # characters


class Signal(StrEnum):
    """What is told: the end of the path, as Healthchecks takes it."""

    SUCCESS = ""
    FAIL = "fail"
    START = "start"
    LOG = "log"  # kept, and changes nothing


def ping(settings: PingSettings, signal: Signal, text: str, patience: Patience) -> None:
    """Tell who watches the runs.

    Args:
        settings: the address.
        signal: what happened.
        text: a few lines about it.
        patience: how often to try what fails in passing.

    Raises:
        DeliveryFailed: when it was not heard.
    """
    address = address_of(settings.url, signal)
    receiver = Receiver(address, "PING", patience.timeout_s, ca_bundle=settings.ca_bundle, proxy=patience.proxy)
    place = receiver.place
    headers = {"Content-Type": "text/plain; charset=utf-8"}
    content = text[:_LONGEST].encode("utf-8", "replace")
    try:
        answer = patience.tried(lambda: post(receiver, content, headers, listen=True), f"ping: {place}")
    except Transient as failure:
        raise DeliveryFailed(f"ping: {place}: {failure}. Check PING_URL and the network.") from None
    except DeliveryFailed as failure:
        raise DeliveryFailed(f"ping: {place}: {failure}.") from None
    if "(not found)" in answer:  # Healthchecks says so with status 200
        raise DeliveryFailed(f"ping: {place} knows no such check. Check PING_URL.")
    _LOG.info("ping: %s heard %s", place, signal or "success")


def address_of(address: Secret, signal: Signal) -> Secret:
    """Return the address of a signal: the path goes on, and the query stays at the end."""
    if signal is Signal.SUCCESS:
        return address
    url = urlsplit(address.reveal())
    return Secret(urlunsplit(url._replace(path=f"{url.path.rstrip('/')}/{signal}")))
