"""The settings of what a report is sent to: what goes together, and no address is ever shown."""

from pathlib import Path

import pytest

from pve_backup_report.errors import SettingsError
from pve_backup_report.settings import Settings, read_settings

CANARY = "canary-6610"
MAIL = {"SMTP_HOST": "mail.lan", "MAIL_FROM": "a@b", "MAIL_TO": "c@d"}


def read(**values: str) -> tuple[Settings, tuple[str, ...]]:
    settings, warnings = read_settings(values, None, need_connection=False)
    assert CANARY not in f"{settings}{warnings}"
    return settings, warnings


def mistakes(**values: str) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as caught:
        read_settings(values, None, need_connection=False)
    assert CANARY not in f"{caught.value!r}"
    return caught.value.mistakes


def test_nothing_set_is_no_channel() -> None:
    settings, _ = read()
    assert (settings.mail, settings.webhook, settings.notify, settings.ping) == (None, None, None, None)


@pytest.mark.parametrize(
    ("name", "needs"),
    [("WEBHOOK_SECRET", "WEBHOOK_URL"), ("WEBHOOK_ON", "WEBHOOK_URL"), ("NOTIFY_ON", "NOTIFY_URLS"),
     ("PING_START", "PING_URL"), ("MAIL_ON", "SMTP_HOST")],
)  # fmt: skip
def test_a_part_of_a_channel_needs_its_address(name: str, needs: str) -> None:
    value = {"PING_START": "true", "WEBHOOK_SECRET": CANARY}.get(name, "always")
    assert any(told.startswith(f"{needs} is not set, but {name} is") for told in mistakes(**{name: value}))


@pytest.mark.parametrize("name", ["WEBHOOK_URL", "PING_URL"])
@pytest.mark.parametrize(
    "text",
    [CANARY, f"ftp://{CANARY}", f"https:///{CANARY}", f"https://h:99999/{CANARY}", f"https://h/{CANARY}#x",
     f"https://h/{CANARY} b", f"https://é/{CANARY}", f"https://[/{CANARY}", f"https://h:0/{CANARY}"],
)  # fmt: skip
def test_a_wrong_address_is_told_and_not_shown(name: str, text: str) -> None:
    (told,) = mistakes(**{name: text})
    assert told.startswith(f"{name} ")
    assert "give an address such as https://" in told


@pytest.mark.parametrize("name", ["WEBHOOK_URL", "DELIVERY_PROXY"])
@pytest.mark.parametrize("text", [f"socks5://{CANARY}", CANARY])
def test_an_address_of_another_kind_is_told_which_two_may_be(name: str, text: str) -> None:
    (told,) = mistakes(**{name: text})
    assert told.startswith(f"{name} starts with neither http:// nor https:// (it is not shown")


@pytest.mark.parametrize("between", [",", ", ", "\n", "\r\n", " ", ",\n\n"])
def test_addresses_of_chats_stand_one_behind_the_other(between: str, tmp_path: Path) -> None:
    first, second = f"mailtos://u:{CANARY}@h?to=a@b,c@d", f"tgram://{CANARY}/1,2"
    settings, _ = read(NOTIFY_URLS=f"{first}{between}{second}{between.strip(' ')}")
    assert settings.notify is not None
    assert [url.reveal() for url in settings.notify.urls] == [first, second]
    file = tmp_path / "urls"
    file.write_text(f"{first}\n{second}\n", newline="")
    assert read(NOTIFY_URLS_FILE=str(file))[0].notify == settings.notify


def test_a_wrong_address_of_a_chat_is_told_by_its_number() -> None:
    (told,) = mistakes(NOTIFY_URLS=f"{CANARY}, slack://a/b")
    assert "number 1" in told


@pytest.mark.parametrize(
    ("url", "warned"),
    [("http://hooks.lan/x", True), ("https://hooks.lan/x", False), ("http://127.0.0.1:1/x", False),
     ("http://localhost/x", False), ("http://[::1]:8/x", False)],
)  # fmt: skip
def test_an_address_without_tls_is_warned_about_unless_it_is_this_machine(url: str, warned: bool) -> None:  # noqa: FBT001 -- a parameter
    for name in ("WEBHOOK_URL", "PING_URL"):
        assert bool(read(**{name: url})[1]) == warned


def test_trusting_anyone_is_warned_about() -> None:
    (told,) = read(WEBHOOK_URL="https://h/x", WEBHOOK_VERIFY_TLS="false")[1]
    assert told.startswith("WEBHOOK_VERIFY_TLS is false")


@pytest.mark.parametrize("name", ["MAIL_ON", "WEBHOOK_ON", "NOTIFY_ON"])
def test_an_unknown_occasion_is_told(name: str) -> None:
    told = mistakes(**MAIL, WEBHOOK_URL="https://h", NOTIFY_URLS="a://b", **{name: "sometimes"})
    assert told == (f"{name} is 'sometimes', which is not known; give always, problems or change.",)


def test_what_cannot_be_attached_is_told() -> None:
    assert "not a known format" in mistakes(**MAIL, MAIL_ATTACH="doc")[0]
    assert "none alone" in mistakes(**MAIL, MAIL_ATTACH="none,html")[0]
    settings, warnings = read(**MAIL, MAIL_ATTACH="json,html", REPORT_FORMATS="json")
    assert settings.mail is not None
    assert settings.mail.attach == ("json", "html")
    assert ["MAIL_ATTACH names html" in told for told in warnings] == [True]


def test_systemds_own_name_is_not_taken_for_ours() -> None:
    assert read(NOTIFY_SOCKET="/run/systemd/notify")[1] == ()
    assert "NOTIFY_URL is not a setting" in read(NOTIFY_URL="x")[1][0]


def test_a_template_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    assert "cannot be read" in mistakes(WEBHOOK_URL="https://h", WEBHOOK_TEMPLATE=str(tmp_path / "none"))[0]
