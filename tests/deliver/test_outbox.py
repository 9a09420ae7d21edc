"""What goes out of a report, beside what a run of the whole program shows."""

from pathlib import Path

import pytest

from deliver.post_offices import PostOffice, open_office
from pve_backup_report import outbox
from pve_backup_report.errors import DeliveryFailed
from pve_backup_report.settings import Settings, read_settings
from render.sample_report import healthy


def settings(port: int, **more: str) -> Settings:
    environ = {
        "SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(port), "SMTP_SECURITY": "none", "MAIL_FROM": "a@b.example",
        "MAIL_TO": "c@d.example", "DELIVERY_ATTEMPTS": "1", **more,
    }  # fmt: skip
    return read_settings(environ, None, need_connection=False)[0]


def test_a_report_that_vanished_is_told_and_the_mail_goes_out_with_the_rest(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text("{}")
    office = PostOffice()
    with open_office(office) as port, pytest.raises(DeliveryFailed) as caught:
        outbox.deliver(healthy(), (tmp_path / "x.html", tmp_path / "x.json"), settings(port))
    (told,) = caught.value.failures
    assert "x.html cannot be attached (No such file or directory)" in told
    assert b"x.json" in office.messages[0]


@pytest.mark.parametrize(("changed", "sent"), [(True, 1), (False, 0), (None, 1)])
def test_a_mail_for_changes_alone(changed: bool | None, sent: int) -> None:  # noqa: FBT001 -- a parameter
    office = PostOffice()
    with open_office(office) as port:
        assert outbox.deliver(healthy(), (), settings(port, MAIL_ON="change"), changed=changed) == ()
    assert len(office.messages) == sent


def test_a_calm_report_sends_no_mail_for_problems() -> None:
    office = PostOffice()
    with open_office(office) as port:
        outbox.deliver(healthy(), (), settings(port, MAIL_ON="problems"))
    assert office.messages == []
