"""Which way in the settings choose: a token, a user with a password, or pvesh; never two of them."""

from collections.abc import Mapping

import pytest

from pve_backup_report.errors import SettingsError
from pve_backup_report.settings import PveSettings, Secret, Settings, read_settings

CANARY = "canary-5f2d1c7e"
URL = {"PVE_API_URL": "https://pve1.lan"}
TOKEN = {"PVE_API_TOKEN_ID": "report@pve!backup", "PVE_API_TOKEN_SECRET": CANARY}
LOGIN = {"PVE_USERNAME": "report@pve", "PVE_PASSWORD": f" {CANARY} with blanks; "}
PBS = {"PBS01_NAME": "vault", "PBS01_API_URL": "https://pbs.lan"}
PBS_LOGIN = {"PBS01_USERNAME": "report@pbs", "PBS01_PASSWORD": CANARY}
PVESH = {"PVE_TRANSPORT": "pvesh"}


def read(values: Mapping[str, str]) -> tuple[Settings, tuple[str, ...]]:
    return read_settings(values, None)


def pve_of(values: Mapping[str, str]) -> PveSettings:
    settings, warnings = read(values)
    assert warnings == ()
    assert settings.pve is not None
    return settings.pve


def mistakes(values: Mapping[str, str]) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        read(values)
    assert CANARY not in f"{caught.value!r}{caught.value}{caught.value.warnings}"
    return list(caught.value.mistakes)


def test_a_user_and_a_password_take_the_place_of_a_token() -> None:
    pve = pve_of({**URL, **LOGIN})
    assert (pve.username, pve.password) == ("report@pve", Secret(f" {CANARY} with blanks; "))
    assert (pve.token_id, pve.token_secret) == (None, None)
    assert CANARY not in repr(pve)


def test_a_backup_server_takes_a_user_too() -> None:
    settings, warnings = read({**PBS, **PBS_LOGIN})
    assert warnings == ()
    assert settings.pve is None
    (server,) = settings.pbs
    assert (server.username, server.password, server.token_id) == ("report@pbs", Secret(CANARY), None)


@pytest.mark.parametrize("half", LOGIN)
def test_half_a_login_is_a_mistake(half: str) -> None:
    (absent,) = LOGIN.keys() - {half}
    (mistake,) = mistakes({**URL, half: LOGIN[half]})
    assert mistake.startswith(f"{absent} is not set; give ")


@pytest.mark.parametrize("half", PBS_LOGIN)
def test_half_a_login_of_a_backup_server_is_a_mistake(half: str) -> None:
    (absent,) = PBS_LOGIN.keys() - {half}
    (mistake,) = mistakes({**PBS, half: PBS_LOGIN[half]})
    assert mistake.startswith(f"{absent} is not set, but PBS01_API_URL is; give ")


@pytest.mark.parametrize("token", TOKEN)
@pytest.mark.parametrize("login", [*LOGIN, "PVE_PASSWORD_FILE"])
def test_a_token_and_a_login_together_are_a_mistake(token: str, login: str) -> None:
    told = mistakes({**URL, **TOKEN, **LOGIN})
    assert told == ["PVE_API_TOKEN_ID and PVE_USERNAME are both set; give either an API token (better) or a user and a password."]  # fmt: skip  # noqa: E501 -- one sentence
    given = {**URL, token: TOKEN[token], login: LOGIN.get(login, "/nowhere")}
    assert any("are both set; give either" in mistake for mistake in mistakes(given))


def test_the_same_holds_for_a_backup_server() -> None:
    told = mistakes({**PBS, **PBS_LOGIN, "PBS01_API_TOKEN_ID": "a@pbs!b", "PBS01_API_TOKEN_SECRET": CANARY})
    assert [mistake.partition(";")[0] for mistake in told] == ["PBS01_API_TOKEN_ID and PBS01_USERNAME are both set"]


def test_a_login_without_an_address_is_a_mistake() -> None:
    assert mistakes(LOGIN)[0].startswith("PVE_API_URL is not set")
    assert mistakes({**LOGIN, **PBS, **PBS_LOGIN})[0].startswith("PVE_API_URL is not set")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("report", "form user@realm"),
        ("report@pve!backup", "id of an API token"),
        ("user@realm", "placeholder"),
        (CANARY, "not shown"),
        ("a b@pve", "form user@realm"),
    ],
)
def test_what_is_no_user_is_told_and_not_shown(text: str, told: str) -> None:
    (mistake,) = mistakes({**URL, "PVE_USERNAME": text, "PVE_PASSWORD": "x"})
    assert mistake.startswith("PVE_USERNAME ")
    assert told in mistake


def test_pvesh_needs_no_address_and_nothing_that_lets_it_in() -> None:
    pve = pve_of(PVESH)
    assert (pve.transport, pve.pvesh_command, pve.urls) == ("pvesh", (), ())
    assert pve_of({"PVE_TRANSPORT": "PVESH"}).transport == "pvesh"
    assert pve_of({**URL, **TOKEN, "PVE_TRANSPORT": "api"}).transport == "api"


def test_pvesh_goes_with_backup_servers() -> None:
    settings, _ = read({**PVESH, **PBS, **PBS_LOGIN})
    assert settings.pve is not None
    assert len(settings.pbs) == 1


def test_the_command_is_split_as_a_shell_would_and_no_shell_is_involved() -> None:
    given = {**PVESH, "PVE_PVESH_COMMAND": "sudo -n '/usr/local/s bin/gate' $HOME;x"}
    assert pve_of(given).pvesh_command == ("sudo", "-n", "/usr/local/s bin/gate", "$HOME;x")
    assert "quote" in mistakes({**PVESH, "PVE_PVESH_COMMAND": "sudo 'x"})[0]


def test_what_pvesh_does_not_use_is_warned_about() -> None:
    settings, (warning,) = read({**PVESH, **URL, **TOKEN})
    assert settings.pve is not None
    assert "PVE_API_URL, PVE_API_TOKEN_ID are not used" in warning
    _, (warning,) = read({**PVESH, **URL})
    assert "PVE_API_URL is not used" in warning
    _, (warning,) = read({**URL, **TOKEN, "PVE_PVESH_COMMAND": "pvesh"})
    assert warning.startswith("PVE_PVESH_COMMAND is set, but PVE_TRANSPORT is not pvesh")


def test_an_unknown_transport_is_a_mistake() -> None:
    assert "give api or pvesh" in mistakes({**URL, **TOKEN, "PVE_TRANSPORT": "ssh"})[0]


def test_without_a_connection_half_a_login_is_no_way_in() -> None:
    settings, _ = read_settings({**URL, "PVE_USERNAME": "report@pve"}, None, need_connection=False)
    assert settings.pve is None
