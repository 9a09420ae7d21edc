"""The webhook against a real receiver: signed, tried again where it may help, never redirected, nothing shown."""

import hashlib
import hmac
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from deliver.post_offices import free_port
from deliver.receiver import Got, Receiver, Says, receiving
from deliver.sample_parcel import PARCEL, QUICK
from fake_proxmox import certificates
from pve_backup_report.deliver.webhook import EVENT, SIGNATURE, TIMESTAMP, call_webhook
from pve_backup_report.errors import DeliveryFailed
from pve_backup_report.settings import Secret, WebhookSettings

KEY, HIDDEN = "canary-key", "canary-path"


def settings(receiver: Receiver, *, scheme: str = "http", trusted: bool = True, verify: bool = True) -> WebhookSettings:
    bundle = Path(receiver.ca_bundle) if trusted and receiver.ca_bundle else None
    url = Secret(f"{scheme}://127.0.0.1:{receiver.port}/hook/{HIDDEN}?a=b")
    return WebhookSettings(url=url, secret=Secret(KEY), verify_tls=verify, ca_bundle=bundle)


def failure(wished: WebhookSettings) -> str:
    with pytest.raises(DeliveryFailed) as caught:
        call_webhook(wished, PARCEL, QUICK)
    (told,) = caught.value.failures
    assert told.startswith("webhook: 127.0.0.1:")
    assert HIDDEN not in f"{caught.value!r}{told}"
    assert KEY not in told
    assert caught.value.__suppress_context__
    assert "WEBHOOK_" in told
    return told


def is_genuine(got: Got) -> bool:
    """Verify a message as the documentation shows it."""
    signed = got.headers[TIMESTAMP].encode() + b"." + got.body
    right = "sha256=" + hmac.new(KEY.encode(), signed, hashlib.sha256).hexdigest()
    return hmac.compare_digest(right, got.headers[SIGNATURE]) and abs(time.time() - int(got.headers[TIMESTAMP])) < 300


def test_it_arrives_over_tls_signed_and_whole() -> None:
    with receiving(tls=certificates.good()) as receiver:
        call_webhook(settings(receiver, scheme="https"), PARCEL, QUICK)
    (got,) = receiver.got
    assert (got.method, got.path, got.body) == ("POST", f"/hook/{HIDDEN}?a=b", PARCEL.payload.content)
    assert got.headers["Content-Type"] == "application/json"
    assert got.headers[EVENT] == PARCEL.event
    assert is_genuine(got)


def test_without_a_key_there_is_no_signature() -> None:
    with receiving() as receiver:
        call_webhook(WebhookSettings(url=settings(receiver).url), PARCEL, QUICK)
    assert SIGNATURE not in receiver.got[0].headers


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_what_fails_in_passing_is_tried_again_under_the_same_id(status: int) -> None:
    with receiving(Says(status), Says(204)) as receiver:
        call_webhook(settings(receiver), PARCEL, QUICK)
    assert len(receiver.got) == 2
    assert {got.headers[EVENT] for got in receiver.got} == {PARCEL.event}
    assert all(map(is_genuine, receiver.got))


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 422])
def test_a_refusal_for_good_is_told_at_once(status: int) -> None:
    with receiving(Says(status, body=HIDDEN.encode())) as receiver:
        assert f"it answered {status}" in failure(settings(receiver))
    assert len(receiver.got) == 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(status: int) -> None:
    with receiving() as elsewhere:
        there = f"http://127.0.0.1:{elsewhere.port}/"
        with receiving(Says(status, {"Location": there})) as receiver:
            assert "redirect is not followed" in failure(settings(receiver))
    assert (len(receiver.got), elsewhere.got) == (1, [])


@pytest.mark.parametrize("of_date", [False, True])
def test_a_pause_that_the_server_asks_for_is_kept_within_bounds(of_date: bool) -> None:  # noqa: FBT001 -- a parameter
    later = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True) if of_date else "3600"
    with receiving(Says(429, {"Retry-After": later}), Says()) as receiver:
        began = time.monotonic()
        call_webhook(settings(receiver), PARCEL, QUICK)
    assert 0.2 <= time.monotonic() - began < 5
    assert len(receiver.got) == 2


@pytest.mark.parametrize("odd", ["", "soon", "-5", "１", "99999999999999999999"])
def test_an_odd_pause_breaks_nothing(odd: str) -> None:
    with receiving(Says(503, {"Retry-After": odd.encode().decode("latin-1")}), Says()) as receiver:
        call_webhook(settings(receiver), PARCEL, QUICK)
    assert len(receiver.got) == 2


def test_a_connection_that_breaks_off_is_tried_again() -> None:
    with receiving(Says(resets=True), Says()) as receiver:
        call_webhook(settings(receiver), PARCEL, QUICK)
    assert len(receiver.got) == 2


def test_a_hanging_receiver_is_left() -> None:
    with receiving(Says(hangs=10)) as receiver:
        assert "no answer within 0.5 s" in failure(settings(receiver))
    assert len(receiver.got) == QUICK.attempts


def test_nobody_listening_is_told() -> None:
    assert "connection refused" in failure(settings(Receiver(port=free_port())))


def test_an_unknown_authority_is_told_and_nothing_is_sent() -> None:
    with receiving(tls=certificates.good()) as receiver:
        told = failure(settings(receiver, scheme="https", trusted=False))
    assert "certificate is refused" in told
    assert "WEBHOOK_CA_BUNDLE" in told
    assert receiver.got == []


def test_another_host_s_certificate_is_refused() -> None:
    with receiving(tls=certificates.wrong_host()) as receiver:
        assert "certificate is refused" in failure(settings(receiver, scheme="https"))
    assert receiver.got == []


def test_certificates_are_not_looked_at_when_the_user_says_so() -> None:
    with receiving(tls=certificates.wrong_host()) as receiver:
        call_webhook(settings(receiver, scheme="https", trusted=False, verify=False), PARCEL, QUICK)
    assert len(receiver.got) == 1


def test_the_authority_that_a_cluster_made_for_itself_will_do() -> None:
    with receiving(tls=certificates.of_proxmox()) as receiver:
        call_webhook(settings(receiver, scheme="https"), PARCEL, QUICK)
    assert len(receiver.got) == 1


def test_tls_where_none_is_spoken_is_told() -> None:
    with receiving() as receiver:
        assert "WEBHOOK_URL" in failure(settings(receiver, scheme="https", trusted=False))
