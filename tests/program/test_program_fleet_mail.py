"""One mail for a fleet, sent to a real SMTP server."""

import re
import time
from pathlib import Path

from program.fleet_running import env_text, fake, put, put_tape, tape
from program.running import run
from program.test_program_mail import Mailbox, smtp_server


def test_a_fleet_sends_one_mail_that_says_how_many_are_red(tmp_path: Path) -> None:
    mailbox = Mailbox()
    with smtp_server(mailbox) as smtp, fake("paris") as paris:
        put(tmp_path / "sites" / "paris.env", env_text(paris))
        put(tmp_path / "sites" / "lost.env", env_text(paris).replace(f":{paris.port}", ":1"))
        put(tmp_path / "fleet.conf", "".join(f"{name}='{value}'\n" for name, value in smtp.items()))
        outcome = run(tmp_path, "--env-file", "sites", "--fleet-env", "fleet.conf")

    assert outcome.code == 3
    (message,) = mailbox.messages
    assert message["Subject"] == "[2 clusters] 1 red, 1 of them not asked – lost"
    names = [part.get_filename() or "" for part in message.iter_attachments()]
    assert [re.sub(r"\d", "9", name) for name in names] == [
        f"pve-backup-fleet_9999-99-99_999999Z.{kind}" for kind in ("html", "md", "json")
    ]
    page = next(part for part in message.iter_attachments() if (part.get_filename() or "").endswith(".html"))
    assert 'href="paris/' not in page.get_content()
    assert 'href="paris/' in next((tmp_path / "reports").glob("*.html")).read_text(encoding="utf-8")
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None
    assert html is not None
    for body in (text.get_content(), html.get_content()):
        assert "connection refused" in body.replace("\n    ", " ")
        assert "1 other cluster is well." in body
    assert "<a " not in html.get_content()


def test_the_mail_settings_of_a_cluster_are_not_used_for_the_fleet(tmp_path: Path) -> None:
    mailbox = Mailbox()
    with smtp_server(mailbox) as smtp, fake("paris") as paris:
        put(tmp_path / "sites" / "paris.env", env_text(paris, **smtp))
        outcome = run(tmp_path, "--env-file", "sites", "--formats", "json")
    assert outcome.code == 0
    assert mailbox.messages == []
    assert "paris: its mail settings are not used" in outcome.err


def test_mail_settings_of_a_cluster_that_are_wrong_keep_it_from_nothing(tmp_path: Path) -> None:
    with fake("paris") as paris:
        put(tmp_path / "sites" / "paris.env", env_text(paris, MAIL_TO="noc@example.org", SMTP_PORT="many"))
        outcome = run(tmp_path, "--env-file", "sites", "--formats", "json")
    assert outcome.code == 0
    assert "paris: its mail settings are not used" in outcome.err
    assert "SMTP" not in outcome.err


def test_a_mail_that_fails_leaves_the_reports(tmp_path: Path) -> None:

    put_tape(tmp_path / "tapes" / "a.json", tape("a", asked_at=int(time.time())))
    with smtp_server(Mailbox(refuse=True)) as smtp:
        outcome = run(tmp_path, "--replay", "tapes", environ=smtp)
    assert outcome.code == 4
    assert "no recipient was accepted" in outcome.err
    assert len(list((tmp_path / "reports").glob("pve-backup-fleet_*"))) == 3


def test_with_mail_on_change_a_cluster_that_recovers_or_goes_is_a_change(tmp_path: Path) -> None:
    mailbox = Mailbox()

    def sent(*options: str) -> int:
        before = len(mailbox.messages)
        run(tmp_path, "-q", "--env-file", "sites", "--fleet-env", "fleet.conf", *options, environ=environ)
        return len(mailbox.messages) - before

    environ = {"STATE_DIR": "state", "REPORT_FORMATS": "json", "MAIL_ON": "change"}
    with smtp_server(mailbox) as smtp, fake("paris") as paris, fake("lyon") as lyon:
        put(tmp_path / "sites" / "paris.env", env_text(paris))
        put(tmp_path / "sites" / "lyon.env", env_text(lyon))
        put(tmp_path / "fleet.conf", "".join(f"{name}='{value}'\n" for name, value in smtp.items()))
        assert (sent(), sent()) == (1, 0)
        put(tmp_path / "sites" / "lyon.env", env_text(lyon).replace(f":{lyon.port}", ":1"))
        assert (sent(), sent()) == (1, 0)
        put(tmp_path / "sites" / "lyon.env", env_text(lyon))
        assert (sent("--no-deliver"), sent(), sent()) == (0, 1, 0)
        (tmp_path / "sites" / "lyon.env").unlink()
        put(tmp_path / "sites" / "rome.env", env_text(lyon))
        assert sent() == 1


def test_mail_settings_of_the_environment_are_the_fleets_and_no_mistake_of_a_cluster(tmp_path: Path) -> None:
    mailbox = Mailbox()
    with smtp_server(mailbox) as smtp, fake("paris") as paris, fake("lyon") as lyon:
        put(tmp_path / "sites" / "paris.env", env_text(paris))
        put(tmp_path / "sites" / "lyon.env", env_text(lyon))
        environ = {"MAIL_ON": "always", "SMTP_PORT": smtp["SMTP_PORT"], "REPORT_FORMATS": "json"}
        del smtp["SMTP_PORT"]
        put(tmp_path / "fleet.conf", "".join(f"{name}='{value}'\n" for name, value in smtp.items()))
        outcome = run(tmp_path, "--env-file", "sites", "--fleet-env", "fleet.conf", environ=environ)
    assert (outcome.code, len(mailbox.messages)) == (0, 1), outcome.err
