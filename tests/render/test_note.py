"""The note for chats and phones: short, and it calls nobody."""

import pytest

from pve_backup_report.model.anomaly import Severity
from pve_backup_report.render.answer import answer
from pve_backup_report.render.language import load_language
from pve_backup_report.render.mail_subject import mail_subject
from pve_backup_report.render.note import harmless, note_of
from pve_backup_report.render.wording import Wording
from render.sample_facts import anomaly, covered, guest
from render.sample_mail import giant
from render.sample_report import report_of
from render.stories import STORIES


@pytest.mark.parametrize("code", ["en", "fr"])
@pytest.mark.parametrize("story", STORIES)
def test_it_says_what_the_report_says(story: str, code: str) -> None:
    report, language = STORIES[story](), load_language(code)
    note, told = note_of(report, language), answer(report, Wording.of(report, language))
    assert note.title == harmless(mail_subject(report, Wording.of(report, language)))
    assert note.text.startswith(told.sentence)
    assert note.tone == told.sign.tone
    assert len(note.text.splitlines()) <= 9


def test_it_is_short_whatever_the_cluster() -> None:
    note = note_of(giant("<\U0001f600é&"), load_language("en"))
    assert len(note.text) <= 1000
    assert len(note.title) <= 200
    assert "more" in note.text


@pytest.mark.parametrize("name", ["@everyone", "<!channel>", "<@U123>", "@here\n@All", "<#C1|x>"])
def test_a_name_calls_nobody_and_breaks_no_line(name: str) -> None:
    trouble = anomaly("x", Severity.ERROR, "qemu/100", message="Guest {name}.", remedy="", details={"name": name})
    report = report_of((covered(guest(100, name)),), anomalies=(trouble,), name=name)
    note = note_of(report, load_language("en"))
    for call in ("@everyone", "@here", "@all", "<!", "<@", "<#"):
        assert call not in f"{note.title}{note.text}".lower()
    assert len(note.text.splitlines()) == 3
