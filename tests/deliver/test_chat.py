"""Chats and phones, through Apprise itself, against a real receiver."""

import json
import logging
import subprocess
import sys

import pytest

from deliver.post_offices import free_port
from deliver.receiver import Says, receiving
from deliver.sample_parcel import PARCEL, QUICK
from pve_backup_report.deliver.chat import tell_chats
from pve_backup_report.errors import DeliveryFailed
from pve_backup_report.settings import NotifySettings, Secret

HIDDEN = "canary-token"


def told(*urls: str) -> tuple[str, ...]:
    with pytest.raises(DeliveryFailed) as caught:
        tell_chats(NotifySettings(tuple(map(Secret, urls))), PARCEL, QUICK)
    assert HIDDEN not in str(caught.value)
    return caught.value.failures


def test_the_note_arrives_as_plain_text() -> None:
    with receiving() as receiver:
        tell_chats(NotifySettings((Secret(f"json://127.0.0.1:{receiver.port}/{HIDDEN}"),)), PARCEL, QUICK)
    (got,) = receiver.got
    body = json.loads(got.body)
    assert (body["title"], body["type"]) == (PARCEL.note.title, "failure")
    assert body["message"] == PARCEL.note.text
    assert got.path.rstrip("/") == f"/{HIDDEN}"


def test_each_address_fails_alone_and_is_told_without_itself(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with receiving() as good, receiving(Says(403)) as bad:
        failures = told(
            f"json://127.0.0.1:{bad.port}/{HIDDEN}",
            f"nosuch://{HIDDEN}",
            f"json://user:{HIDDEN}@127.0.0.1:{free_port()}/",
            f"json://127.0.0.1:{good.port}/{HIDDEN}",
        )
    assert len(good.got) == 1
    assert [failure.partition(" (")[0] for failure in failures] == ["notify: json", "notify: nosuch", "notify: json"]
    assert "it answered 403" in failures[0]
    assert "Apprise does not understand it" in failures[1]
    assert "no connection" in failures[2]
    assert HIDDEN not in caplog.text


def test_the_log_of_the_program_stays_as_it_was() -> None:
    before = logging.getLogger().level
    told(f"nosuch://{HIDDEN}")
    assert logging.getLogger().level == before


def test_without_the_extra_one_sentence_says_how_to_get_it() -> None:
    script = (
        "import sys\n"
        "from pve_backup_report.deliver.chat import chat_lacking\n"
        "sys.path[:] = [entry for entry in sys.path if 'site-packages' not in entry]\n"
        "sys.path_importer_cache.clear()\n"
        "print(chat_lacking())\n"
    )
    outcome = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert "pip install 'pve-backup-report[notify]'" in outcome.stdout
