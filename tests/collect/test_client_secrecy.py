"""The token is in the header of a request, and nowhere else, whatever the server does with it."""

import gc
import logging
import traceback
import warnings
from collections.abc import Callable, Iterator

import pytest

from fake_proxmox import CANARY, FakeProxmox, How, Reply, certificates
from fake_proxmox.asking import client_of
from pve_backup_report.collect.authorization import Authorization
from pve_backup_report.collect.client import ApiClient, ApiServer
from pve_backup_report.collect.tls import Trust
from pve_backup_report.settings import Secret

DATA = {"version": "9.2.11"}
ECHO = f"PVEAPIToken=root@pam!full={CANARY}"
MISDEEDS = {
    "nothing": Reply.of(DATA),
    "html": Reply.html(),
    "html error": Reply.html(502, "Bad Gateway"),
    "no data": Reply.no_data(),
    "truncated": Reply.truncated(),
    "empty": Reply(),
    "reset": Reply.reset(),
    "hang": Reply.hang(),
    "cut": Reply.of(DATA).sent(How.CUT),
    "drip": Reply.of([0] * 500).sent(How.DRIP),
    "drip head": Reply.of([0] * 500).sent(How.DRIP_HEAD),
    "huge": Reply.huge(2_000_000),
    "not packed": Reply.of(DATA).with_header("Content-Encoding", "gzip"),
    "redirect": Reply.redirect(f"https://evil.example/{ECHO}"),
    "redirect to host": Reply.redirect(f"https://{CANARY}.example/"),
    "redirect to user": Reply.redirect(f"https://{ECHO}@evil.example/"),
    "set-cookie": Reply.of(DATA).with_header("Set-Cookie", ECHO),
    "echo in data": Reply.of({"notes": ECHO, ECHO: [CANARY]}),
    "echo in reason": Reply(500, f"bad {ECHO}"),
    "echo in text": Reply(400, "Bad Request", f"bad {ECHO}".encode()),
    "echo in message": Reply(403, "No", f'{{"message": "bad {ECHO}"}}'.encode()),
    "echo in errors": Reply(400, "No", f'{{"errors": {{"{ECHO}": "{CANARY}"}}}}'.encode()),
    "echo in html": Reply(200, "OK", f"<html>{ECHO}".encode(), f"text/html; x={ECHO}"),
    "echo in broken json": Reply(200, "OK", f'{{"data": "{ECHO}'.encode()),
    "echo in bad header": Reply.of(DATA).with_header(f"Bad Header {ECHO}\r\n{ECHO}", ECHO),
    "echo in length": Reply.of(DATA).with_header("Content-Length", f"5, {ECHO}"),
    "echo in status line": Reply(99999, ECHO),
    "echo in retry-after": Reply(429, "Slow down", headers=(("Retry-After", ECHO),)),
    "locked out": Reply(401, f"Authentication failed! {ECHO}"),
}


@pytest.fixture
def heard(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> Iterator[Callable[[], str]]:
    """Everything that was logged (at any level), warned about or printed."""
    caplog.set_level(logging.DEBUG)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")

        def everything() -> str:
            printed = capfd.readouterr()
            warned = "".join(str(warning.message) for warning in caught)
            return f"{caplog.text}\n{warned}\n{printed.out}\n{printed.err}"

        yield everything


@pytest.mark.parametrize("product", ["PVE", "PBS"])
@pytest.mark.parametrize("misdeed", MISDEEDS)
def test_no_misdeed_of_a_server_brings_the_token_out(misdeed: str, product: str, heard: Callable[[], str]) -> None:
    with FakeProxmox({"/version": DATA}, product=product) as fake:
        fake.fail(MISDEEDS[misdeed])
        with client_of(fake, timeout_s=0.5, longest_body=1_000_000) as client:
            answer = client.get("/version")
            shown = f"{answer!r} {answer.data} {answer.error} {client!r} {client} {vars(client)}"
            assert fake.requests, "the server saw the token and could misuse it"
    assert CANARY not in shown
    assert CANARY not in heard()
    assert answer.ok == (misdeed in {"nothing", "set-cookie", "echo in data"})


@pytest.mark.parametrize(
    "trust", [Trust(), Trust(fingerprint="ab" * 32), Trust(verify=False)], ids=["unknown", "pinned", "unverified"]
)
@pytest.mark.parametrize("certificate", [certificates.good, certificates.expired, certificates.wrong_host])
def test_no_failure_of_tls_brings_the_token_out(
    trust: Trust, certificate: Callable[[], certificates.Certificate], heard: Callable[[], str]
) -> None:
    with FakeProxmox({"/version": DATA}, certificate=certificate()) as fake, client_of(fake, trust=trust) as client:
        answer = client.get("/version")
        assert answer.ok is not trust.verify
    assert CANARY not in repr(answer)
    assert CANARY not in heard()


@pytest.mark.parametrize("url", ["https://nosuch.invalid", "https://127.0.0.1:1", "https://[::1]:1", "https://a..b:1"])
def test_no_unreachable_server_brings_the_token_out(url: str, heard: Callable[[], str]) -> None:
    with FakeProxmox() as fake, client_of(fake, urls=(url,)) as client:
        answer = client.get("/version")
    assert not answer.ok
    assert answer.error
    assert CANARY not in answer.error
    assert CANARY not in heard()


def test_no_mistake_brings_the_token_out() -> None:
    secret = Authorization.for_pve("root@pam!full", CANARY)
    for server in (
        ApiServer(("http://pve1",), secret),
        ApiServer((f"https://{CANARY}@pve1",), secret),
        ApiServer(("https://pve1",), secret, trust=Trust(fingerprint=CANARY)),
    ):
        assert CANARY not in repr(server.authorization)
        with pytest.raises(ValueError, match="PVE_") as raised:
            ApiClient(server)
        assert CANARY not in "".join(traceback.format_exception(raised.value))


def test_no_exception_with_the_request_in_it_outlives_the_question() -> None:
    with FakeProxmox() as fake:
        fake.fail(Reply.reset())
        with client_of(fake) as client:
            client.get("/version")
            gc.collect()
            left = [item for item in gc.get_objects() if isinstance(item, BaseException) and hasattr(item, "request")]
    assert left == []


def test_other_secrets_of_the_run_are_kept_out_as_well_unless_they_may_be_words() -> None:
    held = [Secret("pb5-c4n4ry-9d3e-4c1b"), Secret("backups1")]
    with FakeProxmox({"/version": {"notes": f"see {held[0].reveal()}", "storage": "backups1"}}) as fake:
        token = Authorization.for_pve(fake.token_id, fake.secret)
        token.hide_those_of_others()
        with client_of(fake, authorization=token) as client:
            assert client.get("/version").data == {"notes": "see ***", "storage": "backups1"}
            fake.fail(Reply(500, f"bad {held[0].reveal()}"))
            assert client.get("/version").error == "HTTP 500 bad ***"
