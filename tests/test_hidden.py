"""The last net: no secret that this process holds is in what it says, however it is spelled."""

import base64
import json
import logging
from collections.abc import Iterator
from urllib.parse import quote, quote_plus

import pytest

from pve_backup_report.hidden import scrubbed
from pve_backup_report.logs import set_log_level, set_up_log
from pve_backup_report.settings import Secret

SECRET = 'canary/with+signs ö"&%41'


@pytest.fixture
def _log() -> Iterator[None]:
    yield
    logging.getLogger().handlers.clear()
    logging.getLogger("pve_backup_report").setLevel(logging.NOTSET)


@pytest.mark.parametrize("user", ["", "a", "me", "you", "root@pam!full="])
@pytest.mark.parametrize("behind", ["", "x", "xy", "\0end"])
def test_a_secret_in_base64_is_found_wherever_it_begins(user: str, behind: str) -> None:
    held = Secret(SECRET)
    packed = f"{user}:{SECRET}{behind}".encode()
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        assert scrubbed(f"AUTH {encode(packed).decode()} refused") == "AUTH *** refused"
    assert held.reveal() == SECRET


@pytest.mark.parametrize(
    "spell",
    [
        str,
        json.dumps,
        quote,
        quote_plus,
        lambda text: quote(text, safe=""),
        lambda text: "".join(f"%{byte:02x}" for byte in text.encode()),
        lambda text: text.upper().lower(),
    ],
)
def test_the_usual_spellings_are_found(spell: object) -> None:
    assert callable(spell)
    held = Secret(SECRET.lower())
    assert "canary" not in scrubbed(f"before {spell(held.reveal())} behind")


def test_of_an_address_all_is_hidden_but_the_host() -> None:
    held = [
        Secret("https://hooks.example/services/T0CANARY99/B0CANARY99?token=canary-of-query"),
        Secret("postgresql://me:canary-of-database@db.example/history"),
    ]
    told = scrubbed("hooks.example: /T0CANARY99/B0CANARY99 canary-of-query; db.example: canary-of-database")
    assert told == "hooks.example: /***/*** ***; db.example: ***"
    assert len(held) == 2


def test_a_password_that_breaks_its_address_is_hidden_in_pieces() -> None:
    held = Secret("postgresql://me:canary-first/canary-second@db.example/history")
    assert scrubbed("no port: 'canary-first', no path: canary-second@db.example") == "no port: '***', no path: ***"
    assert held


def test_words_and_secrets_of_nobody_are_left_alone() -> None:
    held = Secret("backup")
    Secret("forgotten-at-once")
    assert scrubbed("backup forgotten-at-once") == "backup forgotten-at-once"
    assert held


@pytest.mark.usefixtures("_log")
def test_no_line_of_the_log_and_no_traceback_tells_it(capsys: pytest.CaptureFixture[str]) -> None:
    held = Secret("canary-of-a-library")
    set_up_log("DEBUG", "100 %: ")
    own, theirs = logging.getLogger("pve_backup_report.x"), logging.getLogger("library")
    try:
        dict[str, str]()[held.reveal()]
    except KeyError:
        own.debug("the fault", exc_info=True)
    theirs.warning("sending %s", held.reveal())
    theirs.debug("nobody asked")
    err = capsys.readouterr().err
    assert err.startswith("DEBUG: 100 %: the fault\nTraceback")
    assert "KeyError: '***'" in err
    assert err.endswith("WARNING: 100 %: sending ***\n")
    set_log_level("ERROR")
    theirs.warning("nobody asked")
    own.warning("nobody asked")
    assert capsys.readouterr().err == ""
