"""Where settings come from: the environment, a file of them, files of secrets, the machine; and what is warned of."""

import os
from pathlib import Path

import pytest

from pve_backup_report.errors import SettingsError
from pve_backup_report.settings import Secret, read_settings
from pve_backup_report.settings.time_zone import local_time_zone

CANARY = "canary-5f2d1c7e"
PVE = {"PVE_API_URL": "https://pve1.lan", "PVE_API_TOKEN_ID": "report@pve!backup", "PVE_API_TOKEN_SECRET": CANARY}
MAIL = {"SMTP_HOST": "mail.lan", "MAIL_FROM": "pve@lan.example", "MAIL_TO": "ops@lan.example"}


@pytest.fixture
def env_file(tmp_path: Path) -> Path:
    return tmp_path / ".env"


def write(path: Path, text: str, mode: int = 0o600) -> None:
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)


def failure(values: dict[str, str], env_file: Path | None = None, *, require_file: bool = False) -> SettingsError:
    with pytest.raises(SettingsError) as caught:
        read_settings(values, env_file, require_file=require_file)
    assert CANARY not in f"{caught.value}{caught.value.mistakes}{caught.value.warnings}"
    return caught.value


def secret_in(values: dict[str, str], env_file: Path | None = None) -> Secret:
    pve = read_settings(values, env_file)[0].pve
    assert pve is not None
    assert pve.token_secret is not None
    return pve.token_secret


def test_the_environment_wins_over_the_file_and_neither_changes(env_file: Path) -> None:
    text = "PVE_TIMEOUT=5\nPVE_CONCURRENCY=5\n"
    write(env_file, text)
    before = dict(os.environ)
    values = {**PVE, "PVE_TIMEOUT": "7"}
    pve = read_settings(values, env_file)[0].pve
    assert pve is not None
    assert (pve.timeout, pve.concurrency) == (7.0, 5)
    assert dict(os.environ) == before
    assert env_file.read_text(encoding="utf-8") == text


def test_an_empty_value_in_the_environment_does_not_hide_the_file(env_file: Path) -> None:
    write(env_file, f"PVE_API_TOKEN_SECRET={CANARY}\n")
    assert secret_in({**PVE, "PVE_API_TOKEN_SECRET": ""}, env_file) == Secret(CANARY)


def test_a_secret_with_a_dollar_survives(env_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME_OF_NOTHING", "oops")
    write(env_file, "PVE_API_TOKEN_SECRET=a${HOME_OF_NOTHING}b$c\n")
    values = {**PVE, "PVE_API_TOKEN_SECRET": ""}
    assert secret_in(values, env_file).reveal() == "a${HOME_OF_NOTHING}b$c"


def test_a_file_with_a_byte_order_mark_and_windows_lines_is_read(env_file: Path) -> None:
    env_file.write_bytes(b"\xef\xbb\xbfPVE_API_TOKEN_SECRET=abc\r\nPVE_TIMEOUT=5\r\n")
    env_file.chmod(0o600)
    assert secret_in({**PVE, "PVE_API_TOKEN_SECRET": ""}, env_file) == Secret("abc")


def test_an_absent_file_matters_only_when_it_is_required(env_file: Path) -> None:
    assert read_settings(PVE, env_file)[1] == ()
    (mistake,) = failure(PVE, env_file, require_file=True).mistakes
    assert mistake.startswith(f"{env_file} does not exist")


def test_what_a_file_that_is_not_there_would_have_said_is_not_told_as_missing(env_file: Path, tmp_path: Path) -> None:
    assert len(failure({}, env_file, require_file=True).mistakes) == 1
    assert len(failure({}, tmp_path).mistakes) == 1


def test_a_file_that_cannot_be_read_is_a_mistake(tmp_path: Path, env_file: Path) -> None:
    assert "cannot be read (Is a directory)" in failure(PVE, tmp_path).mistakes[0]
    env_file.write_bytes(b"A=\xff\xfe")
    assert "not UTF-8" in failure(PVE, env_file).mistakes[0]


def test_a_line_that_is_left_out_is_a_mistake_and_not_shown(env_file: Path, caplog: pytest.LogCaptureFixture) -> None:
    write(env_file, f'PVE_TIMEOUT=5\n\n\nPVE_API_TOKEN_SECRET="{CANARY}\nSMTP_PASSWORD: {CANARY}\nPVE_CONCURRENCY=x\n')
    told = failure(PVE, env_file).mistakes
    assert [mistake.partition(" of ")[0] for mistake in told[:2]] == ["Line 4", "Line 5"]
    assert told[2].startswith("PVE_CONCURRENCY ")
    assert caplog.records == []  # the library has nothing to add


def test_a_name_that_stands_twice_is_warned_about(env_file: Path) -> None:
    write(env_file, "PVE_TIMEOUT=5\n\nPVE_CONCURRENCY=1\n\nPVE_TIMEOUT=6\n")
    assert read_settings(PVE, env_file)[1] == (
        f"PVE_TIMEOUT stands more than once in {env_file} (lines 1, 5); the last one counts.",
    )


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o602])
def test_a_file_of_secrets_open_to_others_is_warned_about(env_file: Path, mode: int) -> None:
    write(env_file, f"PVE_API_TOKEN_SECRET={CANARY}\n", mode)
    (warning,) = read_settings(PVE, env_file)[1]
    assert f"(mode {mode:04o}); run chmod 600" in warning


def test_a_private_file_or_one_without_secrets_is_not_warned_about(env_file: Path) -> None:
    write(env_file, "PVE_API_TOKEN_SECRET=\nPVE_TIMEOUT=5\n", 0o644)
    assert read_settings(PVE, env_file)[1] == ()
    write(env_file, f"PBS03_API_TOKEN_SECRET={CANARY}\n", 0o600)
    assert failure(PVE, env_file).warnings == ()
    write(env_file, f"PBS03_API_TOKEN_SECRET={CANARY}\n", 0o644)
    assert len(failure(PVE, env_file).warnings) == 1


@pytest.mark.parametrize("content", ["s3cret", "s3cret\n", "s3cret\r\n", "\ufeffs3cret\n"])
def test_a_secret_may_come_from_a_file(tmp_path: Path, content: str) -> None:
    (tmp_path / "token").write_bytes(content.encode())
    values = {**PVE, "PVE_API_TOKEN_SECRET": "", "PVE_API_TOKEN_SECRET_FILE": str(tmp_path / "token")}
    assert secret_in(values) == Secret("s3cret")


def test_a_password_in_a_file_loses_one_line_end_only(tmp_path: Path) -> None:
    values = {**PVE, **MAIL, "SMTP_USERNAME": "me", "SMTP_PASSWORD_FILE": str(tmp_path / "password")}
    (tmp_path / "password").write_bytes(b" pass word \n")
    mail = read_settings(values, None)[0].mail
    assert mail is not None
    assert mail.password == Secret(" pass word ")
    (tmp_path / "password").write_bytes(b"password\n\n")
    assert "control character" in failure(values).mistakes[0]


@pytest.mark.parametrize(
    ("content", "told"),
    [(None, "cannot be read (No such file"), (b"", "empty"), (b"\n", "empty"), (b"\xff", "not UTF-8")],
)
def test_a_bad_file_of_a_secret_is_told_by_the_name_of_its_setting(
    tmp_path: Path, content: bytes | None, told: str
) -> None:
    path = tmp_path / CANARY
    if content is not None:
        path.write_bytes(content)
    (mistake,) = failure({**PVE, "PVE_API_TOKEN_SECRET": "", "PVE_API_TOKEN_SECRET_FILE": str(path)}).mistakes
    assert mistake.startswith("PVE_API_TOKEN_SECRET_FILE ")
    assert told in mistake


def test_a_secret_given_in_both_ways_is_a_mistake(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("other", encoding="utf-8")
    (mistake,) = failure({**PVE, "PVE_API_TOKEN_SECRET_FILE": str(tmp_path / "token")}).mistakes
    assert mistake == "PVE_API_TOKEN_SECRET and PVE_API_TOKEN_SECRET_FILE are both set; keep one of them."


def credential(folder: Path, name: str, text: str = "from-systemd\n") -> dict[str, str]:
    (folder / name).write_text(text, encoding="utf-8")
    return {"CREDENTIALS_DIRECTORY": str(folder)}


def test_a_secret_may_be_a_systemd_credential(tmp_path: Path) -> None:
    values = {**PVE, "PVE_API_TOKEN_SECRET": "", **credential(tmp_path, "PVE_API_TOKEN_SECRET")}
    assert secret_in(values) == Secret("from-systemd")
    pbs = {"PBS01_NAME": "vault", "PBS01_API_URL": "https://pbs.lan", "PBS01_API_TOKEN_ID": "a@pbs!b"}
    server = read_settings({**values, **pbs, **credential(tmp_path, "PBS01_API_TOKEN_SECRET")}, None)[0].pbs[0]
    assert server.token_secret == Secret("from-systemd")
    mail = read_settings({**values, **MAIL, "SMTP_USERNAME": "me", **credential(tmp_path, "SMTP_PASSWORD")}, None)[
        0
    ].mail
    assert mail is not None
    assert mail.password == Secret("from-systemd")


def test_the_environment_goes_before_a_credential_and_a_credential_before_the_file(
    tmp_path: Path, env_file: Path
) -> None:
    write(env_file, "PVE_API_TOKEN_SECRET=from-dotenv\n")
    (tmp_path / "token").write_text("from-file", encoding="utf-8")
    folder = tmp_path / "credentials"
    folder.mkdir()
    handed = credential(folder, "PVE_API_TOKEN_SECRET")
    bare = {name: text for name, text in PVE.items() if name != "PVE_API_TOKEN_SECRET"}
    found = [
        read_settings({**bare, **values}, path)[0]
        for values, path in (
            ({"PVE_API_TOKEN_SECRET": "from-env", **handed}, env_file),
            ({"PVE_API_TOKEN_SECRET_FILE": str(tmp_path / "token"), **handed}, None),
            (handed, env_file),
            ({}, env_file),
        )
    ]
    secrets = [settings.pve.token_secret.reveal() for settings in found if settings.pve and settings.pve.token_secret]
    assert secrets == ["from-env", "from-file", "from-systemd", "from-dotenv"]
    assert [settings.secret_sources[0][1] for settings in found] == [
        "the environment",
        "the file that PVE_API_TOKEN_SECRET_FILE names",
        "the systemd credential PVE_API_TOKEN_SECRET",
        str(env_file),
    ]


@pytest.mark.parametrize("content", ["", "\n"])
def test_an_empty_credential_is_a_mistake(tmp_path: Path, content: str) -> None:
    values = {**PVE, "PVE_API_TOKEN_SECRET": "", **credential(tmp_path, "PVE_API_TOKEN_SECRET", content)}
    (mistake,) = failure(values).mistakes
    assert mistake.startswith("The systemd credential PVE_API_TOKEN_SECRET is a file that is empty")


def test_a_folder_of_credentials_that_is_not_there_hands_over_none(tmp_path: Path) -> None:
    assert secret_in({**PVE, "CREDENTIALS_DIRECTORY": str(tmp_path / "none")}) == Secret(CANARY)


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("PVE_URL", "PVE_API_URL"),
        ("pve_timeout", "PVE_TIMEOUT"),
        ("PVE_TOKEN_SECRET", "PVE_API_TOKEN_SECRET"),
        ("PBS_API_TOKEN_ID", "PBS01_API_TOKEN_ID"),
        ("REPORT_FORMAT", "REPORT_FORMATS"),
        ("SMTP_USER", "SMTP_USERNAME"),
        ("MAIL_RECIPIENTS", None),
    ],
)
def test_an_unknown_name_is_warned_about_with_the_one_meant(name: str, meant: str | None) -> None:
    (warning,) = read_settings({**PVE, name: CANARY}, None)[1]
    end = f"; was {meant} meant?" if meant else "."
    assert warning == f"{name} is not a setting and is ignored{end}"


def test_the_name_meant_has_the_number_of_the_server() -> None:
    assert failure({**PVE, "PBS07_NAEM": "x"}).warnings == (
        "PBS07_NAEM is not a setting and is ignored; was PBS07_NAME meant?",
    )


def test_a_secret_taken_for_a_part_of_a_name_is_not_shown(env_file: Path) -> None:
    write(env_file, f"SMTP_PASSWORD:{CANARY}\nPVE_API_TOKEN_SECRET:{CANARY}\nPVE_API_TOKEN_SECRET:{CANARY}\n")
    told = read_settings(PVE, env_file)[1]
    assert CANARY not in str(told)
    assert len(told) == 3


def test_other_programs_names_are_no_business_of_ours() -> None:
    assert read_settings({**PVE, "PATH": "/bin", "PVEX": "1", "MAIL": "/var/mail/x", "MY_PVE_X": "1"}, None)[1] == ()


@pytest.mark.parametrize("prefix", ["PVE_", "PBS01_"])
def test_an_unchecked_certificate_is_warned_about_unless_its_fingerprint_is(prefix: str) -> None:
    pbs = {name.replace("PVE", "PBS01"): text for name, text in PVE.items()} | {"PBS01_NAME": "vault"}
    values = {**PVE, **pbs, f"{prefix}VERIFY_TLS": "false"}
    (warning,) = read_settings(values, None)[1]
    assert warning.startswith(f"{prefix}VERIFY_TLS is false")
    assert read_settings({**values, f"{prefix}TLS_FINGERPRINT": "ab" * 32}, None)[1] == ()


def test_a_password_sent_in_the_clear_is_warned_about() -> None:
    values = {**PVE, **MAIL, "SMTP_SECURITY": "none"}
    assert read_settings(values, None)[1] == ()
    (warning,) = read_settings({**values, "SMTP_USERNAME": "me", "SMTP_PASSWORD": CANARY}, None)[1]
    assert warning.startswith("SMTP_SECURITY is none")


@pytest.mark.parametrize(
    ("tz", "zone"),
    [
        ("Europe/Paris", "Europe/Paris"),
        (":Europe/Paris", "Europe/Paris"),
        ("/usr/share/zoneinfo/Europe/Paris", "Europe/Paris"),
        ("/usr/share/zoneinfo/posix/Europe/Paris", "Europe/Paris"),
        ("", "Asia/Tokyo"),
        ("Not/AZone", "Asia/Tokyo"),
    ],
)
def test_the_machines_zone_is_what_tz_says_and_else_what_its_link_says(tmp_path: Path, tz: str, zone: str) -> None:
    (tmp_path / "localtime").symlink_to("../usr/share/zoneinfo/Asia/Tokyo")
    (tmp_path / "timezone").write_text("Africa/Cairo\n", encoding="ascii")
    assert local_time_zone({"TZ": tz}, tmp_path) == zone


def test_a_machine_without_a_link_names_its_zone_in_a_file_or_is_on_utc(tmp_path: Path) -> None:
    assert local_time_zone({}, tmp_path) == "UTC"
    (tmp_path / "localtime").write_bytes(b"TZif2")
    (tmp_path / "timezone").write_text("Africa/Cairo\n", encoding="ascii")
    assert local_time_zone({}, tmp_path) == "Africa/Cairo"
