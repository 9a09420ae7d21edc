"""The dead man's ping against a real receiver."""

import pytest

from deliver.receiver import Says, receiving
from deliver.sample_parcel import QUICK
from fake_proxmox import certificates
from pve_backup_report.deliver.ping import Signal, address_of, ping
from pve_backup_report.errors import DeliveryFailed
from pve_backup_report.settings import PingSettings, Secret


@pytest.mark.parametrize(
    ("address", "failed"),
    [
        ("https://hc-ping.com/0f1e", "https://hc-ping.com/0f1e/fail"),
        ("https://hc-ping.com/0f1e/", "https://hc-ping.com/0f1e/fail"),
        ("https://hc.lan/ping/key/slug?create=1&x=%2F", "https://hc.lan/ping/key/slug/fail?create=1&x=%2F"),
        ("https://hc.lan:8443?x", "https://hc.lan:8443/fail?x"),
    ],
)
def test_a_failure_goes_on_with_the_path_and_keeps_the_query(address: str, failed: str) -> None:
    assert address_of(Secret(address), Signal.FAIL).reveal() == failed
    assert address_of(Secret(address), Signal.SUCCESS).reveal() == address


def test_the_text_arrives_as_utf_8() -> None:
    with receiving(Says(503), Says()) as receiver:
        ping(PingSettings(Secret(f"http://127.0.0.1:{receiver.port}/u?a")), Signal.SUCCESS, "71 % – é", QUICK)
    assert receiver.paths == ["/u?a", "/u?a"]
    assert receiver.got[1].body.decode() == "71 % – é"


def test_it_goes_to_a_server_of_ones_own_over_tls() -> None:
    with receiving(tls=certificates.good()) as receiver:
        url = Secret(f"https://127.0.0.1:{receiver.port}/u")
        with pytest.raises(DeliveryFailed, match="PING_CA_BUNDLE"):
            ping(PingSettings(url), Signal.FAIL, "", QUICK)
        ping(PingSettings(url, ca_bundle=receiver.ca_bundle), Signal.FAIL, "", QUICK)  # type: ignore[arg-type] # a path as text
    assert receiver.paths == ["/u/fail"]


def test_a_check_that_nobody_knows_is_told_though_healthchecks_says_200() -> None:
    with (
        receiving(Says(body=b"OK (not found)")) as receiver,
        pytest.raises(DeliveryFailed, match="knows no such check"),
    ):
        ping(PingSettings(Secret(f"http://127.0.0.1:{receiver.port}/canary")), Signal.SUCCESS, "", QUICK)


def test_what_is_told_shows_no_address() -> None:
    with receiving(Says(404)) as receiver, pytest.raises(DeliveryFailed) as caught:
        ping(PingSettings(Secret(f"http://127.0.0.1:{receiver.port}/canary")), Signal.SUCCESS, "", QUICK)
    assert "PING_URL" in str(caught.value)
    assert "canary" not in str(caught.value)
