"""A proxy is used when it was asked for, and the environment alone never asks."""

import base64
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from deliver.post_offices import free_port
from deliver.receiver import Receiver, Says, receiving
from deliver.sample_parcel import PARCEL
from pve_backup_report.collect.authorization import Authorization
from pve_backup_report.collect.client import ApiClient, ApiServer
from pve_backup_report.deliver.chat import tell_chats
from pve_backup_report.deliver.patience import Patience
from pve_backup_report.deliver.ping import Signal, ping
from pve_backup_report.deliver.webhook import call_webhook
from pve_backup_report.errors import DeliveryFailed
from pve_backup_report.settings import NotifySettings, PingSettings, Secret, WebhookSettings
from pve_backup_report.settings.key import WrongValueError
from pve_backup_report.settings.web_addresses import proxy_address

NAMES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")
LOGIN = "canary-of-netrc"


def patience(proxy: str | None) -> Patience:
    return Patience(5.0, 1, 0.01, 0.05, None if proxy is None else Secret(proxy))


def by_webhook(port: int, proxy: str | None) -> None:
    url = Secret(f"http://hooks.example:{port}/x" if proxy else f"http://127.0.0.1:{port}/x")
    call_webhook(WebhookSettings(url=url), PARCEL, patience(proxy))


def by_ping(port: int, proxy: str | None) -> None:
    url = Secret(f"http://ping.example:{port}/x" if proxy else f"http://127.0.0.1:{port}/x")
    ping(PingSettings(url=url), Signal.SUCCESS, "", patience(proxy))


def by_chat(port: int, proxy: str | None) -> None:
    url = Secret(f"json://chat.example:{port}/x" if proxy else f"json://127.0.0.1:{port}/x")
    tell_chats(NotifySettings((url,)), PARCEL, patience(proxy))


CHANNELS = [by_webhook, by_ping, by_chat]
Channel = Callable[[int, str | None], None]


@pytest.fixture
def proxy(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Receiver]:
    """A proxy that the whole environment names, and a login for every server there is."""
    (tmp_path / ".netrc").write_text(f"default login me password {LOGIN}\n")
    (tmp_path / ".netrc").chmod(0o600)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    with receiving() as receiver:
        for name in NAMES:
            monkeypatch.setenv(name, f"http://127.0.0.1:{receiver.port}")
        yield receiver


@pytest.mark.parametrize("channel", CHANNELS)
def test_what_the_environment_names_is_not_used_unless_asked_for(channel: Channel, proxy: Receiver) -> None:
    with receiving() as receiver:
        channel(receiver.port, None)
    assert proxy.got == []
    (got,) = receiver.got
    assert "Authorization" not in got.headers


@pytest.mark.parametrize("channel", CHANNELS)
def test_what_the_environment_names_is_used_when_asked_for(channel: Channel, proxy: Receiver) -> None:
    channel(80, "environment")
    (got,) = proxy.got
    assert got.path.startswith("http://")
    assert "Authorization" not in got.headers


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_proxy_of_its_own_wins_over_the_environment(channel: Channel, proxy: Receiver) -> None:
    with receiving() as mine:
        channel(80, f"http://me:canary-proxy@127.0.0.1:{mine.port}")
    assert proxy.got == []
    (got,) = mine.got
    assert got.headers["Proxy-Authorization"] == "Basic " + base64.b64encode(b"me:canary-proxy").decode()


def test_an_api_is_never_asked_through_what_the_environment_names(proxy: Receiver) -> None:
    server = ApiServer((f"https://127.0.0.1:{free_port()}",), Authorization.for_pve("a@pve!b", "canary-token"))
    with ApiClient(server) as client:
        assert not client.get("/version").ok
    assert proxy.got == []


@pytest.mark.parametrize("https", [True, False])
def test_a_proxy_that_does_not_let_it_through_is_told_without_its_login(https: bool) -> None:  # noqa: FBT001 -- a parameter
    settings = WebhookSettings(url=Secret(f"http{'s' if https else ''}://hooks.example/x"))
    with receiving(Says(407, body=b"canary-proxy")) as mine:
        asked_for = patience(f"http://me:canary-proxy@127.0.0.1:{mine.port}")
        with pytest.raises(DeliveryFailed) as caught:
            call_webhook(settings, PARCEL, asked_for)
    assert "canary" not in f"{caught.value}{caught.value.__context__}"
    assert ("DELIVERY_PROXY" if https else "407") in str(caught.value)


@pytest.mark.parametrize("text", ["socks5://a:1", "http://a:1/path", "http://a:1?x", "a:1", "http://", "direct"])
def test_what_is_no_proxy_is_a_mistake_that_shows_nothing(text: str) -> None:
    with pytest.raises(WrongValueError) as caught:
        proxy_address(text)
    assert text not in str(caught.value.faults)


def test_the_word_for_the_environment_and_an_address_are_taken() -> None:
    assert proxy_address(" Environment ").reveal() == "environment"
    assert proxy_address("http://me:pw@proxy.example:3128").reveal() == "http://me:pw@proxy.example:3128"
