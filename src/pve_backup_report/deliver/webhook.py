"""The webhook: one signed message for machines, with an id that stays the same over several tries."""

import hashlib
import hmac
import logging
import time

from pve_backup_report.deliver.patience import Patience, Transient
from pve_backup_report.deliver.web import Receiver, post
from pve_backup_report.errors import DeliveryFailed
from pve_backup_report.model.parcel import Parcel
from pve_backup_report.settings import Secret, WebhookSettings

EVENT = "X-PVE-Backup-Report-Event-Id"
TIMESTAMP = "X-PVE-Backup-Report-Timestamp"
SIGNATURE = "X-PVE-Backup-Report-Signature"
_LOG = logging.getLogger(__name__)


def call_webhook(settings: WebhookSettings, parcel: Parcel, patience: Patience) -> None:
    """Send the payload.

    Args:
        settings: address, key and trust.
        parcel: holds the payload and the event's id.
        patience: how often to try what fails in passing.

    Raises:
        DeliveryFailed: when the receiver did not take it.
    """
    receiver = Receiver(
        settings.url, "WEBHOOK", patience.timeout_s, settings.verify_tls, settings.ca_bundle, patience.proxy
    )
    place, payload = receiver.place, parcel.payload

    def attempt() -> None:
        # signed afresh for each try: a receiver refuses what was signed long ago
        signed = _signed(settings.secret, payload.content, int(time.time()))
        headers = {"Content-Type": payload.media_type, EVENT: parcel.event, **signed}
        post(receiver, payload.content, headers)

    try:
        patience.tried(attempt, f"webhook: {place}")
    except Transient as failure:
        raise DeliveryFailed(f"webhook: {place}: {failure}. Check WEBHOOK_URL and the receiver.") from None
    except DeliveryFailed as failure:
        raise DeliveryFailed(f"webhook: {place}: {failure}.") from None
    _LOG.info("webhook: %s took it", place)


def _signed(secret: Secret | None, content: bytes, at: int) -> dict[str, str]:
    """Return the headers that prove the time and the body; the time alone without a key."""
    headers = {TIMESTAMP: str(at)}
    if secret is not None:
        digest = hmac.new(secret.reveal().encode(), f"{at}.".encode() + content, hashlib.sha256).hexdigest()
        headers[SIGNATURE] = f"sha256={digest}"
    return headers
