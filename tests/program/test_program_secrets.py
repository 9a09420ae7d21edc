"""Every secret, a server for each that says it back, and all that a run leaves behind is looked through."""

import base64
import gzip
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest

from deliver.post_offices import PASSWORD, USER, PostOffice, open_office
from deliver.receiver import Says, receiving
from fake_proxmox import CANARY, FakeProxmox, Reply, certificates
from laws.trap_worlds import world
from program.running import Outcome, run, settings_of
from simulator import PRESETS, ProxmoxApi

KEY, ADDRESS = "canary-of-webhook-key", "canary-of-an-address"
CANARIES = (CANARY, PASSWORD, KEY, ADDRESS)
ECHO = f"PVEAPIToken=root@pam!full={CANARY}"
IN_BASE64 = base64.b64encode(f"root:{CANARY}".encode()).decode()
ECHOES = {
    "401": Reply(401, f"no {ECHO}"),
    "403": Reply(403, "No", f'{{"message": "{ECHO} {IN_BASE64}"}}'.encode()),
    "500": Reply(500, f"{ECHO} {quote(CANARY)}", f'{{"errors": {{"token": "{ECHO}"}}}}'.encode()),
    "data": Reply.of([{"vmid": 100, "name": ECHO, "notes": IN_BASE64, ECHO: ECHO, "type": "qemu", "node": CANARY}]),
    "broken": Reply(200, "OK", f'{{"data": "{ECHO}'.encode()),
    "redirect": Reply.redirect(f"https://{CANARY}.example/{ECHO}"),
}


def spellings(secret: str) -> set[str]:
    return {
        secret,
        quote(secret, safe=""),
        *(base64.b64encode(bytes(n) + secret.encode()).decode()[4:-4] for n in range(3)),
    }


def left_behind(folder: Path, outcome: Outcome) -> str:
    """All that a run said and wrote, unpacked."""
    texts = [outcome.out, outcome.err]
    for path in folder.rglob("*"):
        if path.suffix == ".zip":
            with zipfile.ZipFile(path) as archive:
                texts += [unpacked(name, archive.read(name)) for name in archive.namelist()]
        elif path.is_file():
            texts += [path.name, unpacked(path.name, path.read_bytes())]
    return "\n".join(texts)


def unpacked(name: str, content: bytes) -> str:
    return (gzip.decompress(content) if name.endswith(".gz") else content).decode("utf-8", "replace")


@contextmanager
def receivers(folder: Path) -> Iterator[dict[str, str]]:
    """Settings of every channel, each with a server that refuses and says back what it was told."""
    login = base64.b64encode(f"\0{USER}\0{PASSWORD}".encode()).decode()
    office = PostOffice(data=(f"554 no {PASSWORD} {login} {quote(PASSWORD)}",))
    ca = folder / "mail-ca.pem"
    ca.write_bytes(certificates.good().authority)
    refusal = Says(500, body=f"{KEY} {ADDRESS}".encode(), headers={"Location": f"http://x.example/{ADDRESS}"})
    with (
        open_office(office, starttls=certificates.good().context(), login=True) as port,
        receiving(refusal) as receiver,
    ):
        address = f"http://127.0.0.1:{receiver.port}/{ADDRESS}"
        yield {
            "SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(port), "SMTP_CA_BUNDLE": str(ca),
            "MAIL_FROM": "a@b.example", "MAIL_TO": "c@d.example", "SMTP_USERNAME": USER,
            "SMTP_PASSWORD": PASSWORD,
            "WEBHOOK_URL": address, "WEBHOOK_SECRET": KEY, "PING_URL": address,
            "NOTIFY_URLS": f"json://u:{ADDRESS}@127.0.0.1:{receiver.port}/{ADDRESS}",
            "DELIVERY_ATTEMPTS": "1", "STATE_DIR": str(folder / "state"), "REPORT_FORMATS": "html,md,json,csv",
        }  # fmt: skip


@pytest.mark.parametrize("echo", ECHOES)
def test_nothing_that_a_run_leaves_holds_a_secret(echo: str, tmp_path: Path) -> None:
    with FakeProxmox(ProxmoxApi(world(), PRESETS["seer"])) as fake, receivers(tmp_path) as channels:
        fake.fail(ECHOES[echo], path="/cluster/resources")
        environ = {**settings_of(fake), **channels}
        outcome = run(tmp_path, "-vv", "--record", "tape.json.gz", "--bundle", "b.zip", environ=environ)
    assert outcome.code == 4, outcome.err
    assert "554 no *** *** ***" in outcome.err  # it came that far, and said all back
    for channel in ("mail", "webhook", "notify", "ping"):
        assert f"ERROR: {channel}: " in outcome.err
    behind = left_behind(tmp_path, outcome)
    found = {spelling for secret in CANARIES for spelling in spellings(secret) if spelling in behind}
    assert found == set()


def test_a_secret_file_that_others_may_read_is_warned_about(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(CANARY)
    with FakeProxmox({"/version": {"version": "9.2.11"}, "/nodes": []}) as fake:
        environ = settings_of(fake, PVE_API_TOKEN_SECRET_FILE=str(file))
        del environ["PVE_API_TOKEN_SECRET"]
        told = {}
        for mode in (0o644, 0o600):
            file.chmod(mode)
            told[mode] = run(tmp_path, "--dump-coverage", environ=environ).err
    warning = (
        "WARNING: PVE_API_TOKEN_SECRET_FILE names a file that is open to other users (mode 0644); run chmod 600 on it."
    )
    assert warning in told[0o644]
    assert "chmod" not in told[0o600]


def test_a_history_address_that_is_broken_is_told_without_its_password(tmp_path: Path) -> None:
    environ = {"HISTORY_URL": "postgresql://me:canary-first@db.example:canary-second/history"}
    outcome = run(tmp_path, "--history", "-vv", environ=environ)
    assert outcome.code == 2
    assert "HISTORY_URL is no URL" in outcome.err
    assert "canary" not in outcome.err
