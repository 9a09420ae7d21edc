"""The groups of settings: what they need in full, what goes together, what is needed when."""

from collections.abc import Mapping
from pathlib import Path

import pytest
import trustme

from pve_backup_report.errors import SettingsError
from pve_backup_report.settings import Settings, read_settings

CANARY = "canary-5f2d1c7e"
PVE = {
    "PVE_API_URL": "https://pve1.lan:8006",
    "PVE_API_TOKEN_ID": "report@pve!backup",
    "PVE_API_TOKEN_SECRET": CANARY,
}
PBS = {
    "PBS01_NAME": "vault",
    "PBS01_API_URL": "https://pbs.lan",
    "PBS01_API_TOKEN_ID": "report@pbs!backup",
    "PBS01_API_TOKEN_SECRET": CANARY,
}
MAIL = {"SMTP_HOST": "mail.lan", "MAIL_FROM": "pve@lan.example", "MAIL_TO": "ops@lan.example"}
PRINT = ":".join(["AB"] * 32)


def read(values: Mapping[str, str]) -> Settings:
    return read_settings(values, None)[0]


def mistakes(values: Mapping[str, str], *, need_connection: bool = True) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        read_settings(values, None, need_connection=need_connection)
    assert str(caught.value) == "\n".join(caught.value.mistakes)
    assert CANARY not in f"{caught.value!r}{caught.value}{caught.value.warnings}"
    return list(caught.value.mistakes)


def test_pbs_servers_are_told_apart_by_number_and_come_in_its_order() -> None:
    blocks = {
        name.replace("01", number): text
        for number in ("10", "02", "101")
        for name, text in PBS.items()
        if text != "vault"
    }
    named = {f"PBS{number}_NAME": f"vault {number}" for number in ("10", "02", "101")}
    assert [(server.number, server.name) for server in read({**PVE, **blocks, **named}).pbs] == [
        ("02", "vault 02"),
        ("10", "vault 10"),
        ("101", "vault 101"),
    ]


def test_two_pbs_servers_of_one_name_are_a_mistake() -> None:
    second = {name.replace("01", "02"): text for name, text in PBS.items()} | {"PBS02_NAME": "Vault"}
    assert mistakes({**PVE, **PBS, **second}) == ["PBS02_NAME is 'Vault', as PBS01_NAME is; give each server its own."]


@pytest.mark.parametrize("absent", sorted(PBS))
def test_a_half_filled_pbs_block_is_a_mistake(absent: str) -> None:
    (mistake,) = mistakes({**PVE, **PBS, absent: ""})
    assert mistake.startswith(f"{absent} is not set, but PBS01_")


def test_a_misspelt_name_makes_a_pbs_block_too() -> None:
    told = mistakes({**PVE, "PBS07_URL": "https://pbs"})
    assert len(told) == 4
    assert all("but PBS07_URL is" in mistake for mistake in told)


@pytest.mark.parametrize("absent", sorted(MAIL))
def test_half_filled_mail_is_a_mistake(absent: str) -> None:
    (mistake,) = mistakes({**PVE, **MAIL, absent: " "})
    assert mistake.startswith(f"{absent} is not set, but ")


def test_a_mail_user_needs_a_password_and_the_reverse() -> None:
    (no_password,) = mistakes({**PVE, **MAIL, "SMTP_USERNAME": "me"})
    (no_user,) = mistakes({**PVE, **MAIL, "SMTP_PASSWORD": CANARY})
    assert no_password.startswith("SMTP_PASSWORD is not set")
    assert no_user.startswith("SMTP_USERNAME is not set")


@pytest.mark.parametrize("prefix", ["PVE_", "PBS01_"])
def test_an_authority_that_would_not_be_asked_is_a_mistake(prefix: str, tmp_path: Path) -> None:
    trustme.CA().cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    tls = {f"{prefix}VERIFY_TLS": "false", f"{prefix}CA_BUNDLE": str(tmp_path / "ca.pem")}
    (mistake,) = mistakes({**PVE, **PBS, **tls})
    assert mistake.startswith(f"{prefix}CA_BUNDLE is set, but {prefix}VERIFY_TLS is false")


def test_without_a_connection_nothing_is_required_but_what_is_given_must_be_right() -> None:
    settings, told = read_settings({"PBS01_NAME": "vault"}, None, need_connection=False)
    assert (settings.pve, settings.pbs, settings.mail, told) == (None, (), None, ())
    assert len(mistakes({"PVE_API_URL": "http://x", "PBS01_VERIFY_TLS": "x"}, need_connection=False)) == 2
    assert read_settings(PVE, None, need_connection=False)[0].pve == read(PVE).pve


@pytest.mark.parametrize("text", [f"mysql://me:{CANARY}@db/history", f"me:{CANARY}@db", f"postgres://me:{CANARY}@db/x"])
def test_a_database_of_another_kind_is_a_mistake_and_not_shown(text: str) -> None:
    (told,) = mistakes({**PVE, "HISTORY_URL": text})
    assert told.startswith("HISTORY_URL does not start with postgresql:// (it is not shown")
    assert "; give a URL such as postgresql://" in told


@pytest.mark.parametrize("driver", ["", "+psycopg"])
def test_a_database_may_name_its_driver(driver: str) -> None:
    url = read({**PVE, "HISTORY_URL": f"postgresql{driver}://me:{CANARY}@db/history"}).history.url
    assert url is not None
    assert url.reveal().endswith("@db/history")


def test_a_new_format_is_known_by_being_passed_in() -> None:
    values = {**PVE, "REPORT_FORMATS": "prom,html"}
    assert read_settings(values, None, known_formats=("html", "prom"))[0].report.formats == ("prom", "html")
    assert "give some of html, md, json." in mistakes(values)[0]
