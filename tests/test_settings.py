"""The settings: right ones become values, wrong ones are told, all at once."""

import dataclasses
from collections.abc import Mapping
from pathlib import Path

import pytest
import trustme

from pve_backup_report.errors import SettingsError
from pve_backup_report.settings import Secret, Settings, read_settings

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
NO_LOGIN = (None, None, "api", ())  # no user, no password, no pvesh
PRINT = ":".join(["AB"] * 32)


def read(values: Mapping[str, str]) -> Settings:
    return read_settings(values, None)[0]


def mistakes(values: Mapping[str, str], *, need_connection: bool = True) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        read_settings(values, None, need_connection=need_connection)
    assert str(caught.value) == "\n".join(caught.value.mistakes)
    assert CANARY not in f"{caught.value!r}{caught.value}{caught.value.warnings}"
    return list(caught.value.mistakes)


def url_of(text: str) -> tuple[str, ...]:
    pve = read({**PVE, "PVE_API_URL": text}).pve
    assert pve is not None
    return pve.urls


@pytest.mark.parametrize(
    ("given", "urls"),
    [
        ("https://pve1", ["https://pve1:8006/api2/json"]),
        ("https://PVE1:443/", ["https://pve1:443/api2/json"]),
        ("https://pve1:8006/api2/json", ["https://pve1:8006/api2/json"]),
        ("https://pve1:8006/api2/json/", ["https://pve1:8006/api2/json"]),
        ("https://10.0.0.1", ["https://10.0.0.1:8006/api2/json"]),
        ("https://[2001:db8::1]", ["https://[2001:db8::1]:8006/api2/json"]),
        ("https://[2001:db8::1]:443/", ["https://[2001:db8::1]:443/api2/json"]),
        (
            "https://b:8006, https://a,,https://b",
            ["https://b:8006/api2/json", "https://a:8006/api2/json"],
        ),
    ],
)
def test_an_address_of_the_cluster_is_completed(given: str, urls: list[str]) -> None:
    assert list(url_of(given)) == urls


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("http://pve1:8006", "http://"),
        ("pve1:8006", "https://"),
        ("ftp://pve1", "https://"),
        ("https://pve1/pve", "path"),
        ("https://pve1/?a=hunter2", "?"),
        ("https://pve1/?a=1,hunter2", "?"),
        ("https://pve1/#v1:0:hunter2", "#"),
        ("https://root:hunter2@pve1", "password"),
        ("https://root:hun,ter2@pve1", "password"),
        ("https://root:hunter2/x@pve1", "password"),
        ("https://pve1:0", "port"),
        ("https://pve1:99999", "port"),
        ("https://pve1:x", "port"),
        ("https://", "https://"),
        ("https://p ve1", "host"),
        ("https://<host>", "host"),
        ("https://[::1", "URL"),
        ("https://[::1]x:8006", "which"),  # how it is told depends on the version of Python
        ("https://[10.0.0.1]", "which"),
    ],
)
def test_a_wrong_address_is_told_and_never_its_password(given: str, told: str) -> None:
    of_pve = mistakes({**PVE, "PVE_API_URL": given})
    of_pbs = mistakes({**PVE, **PBS, "PBS01_API_URL": given})
    assert told in of_pve[0]
    assert told in of_pbs[0]
    for mistake in of_pve + of_pbs:
        assert mistake.startswith(("PVE_API_URL ", "PBS01_API_URL "))
        assert "; give https://HOST:800" in mistake
        assert "hun" not in mistake
        assert "ter2" not in mistake


def test_a_list_of_no_address_is_told() -> None:
    assert "no address" in mistakes({**PVE, "PVE_API_URL": " , "})[0]


def test_each_wrong_address_of_several_is_told() -> None:
    first, second = mistakes({**PVE, "PVE_API_URL": "http://a, https://b, https://c/d"})
    assert "'http://a'" in first
    assert "'https://c/d'" in second


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("PVE_API_TOKEN_ID", "root@pam", "form user@realm!name"),
        ("PVE_API_TOKEN_ID", "root@pam!x=hunter2", "form user@realm!name"),
        ("PVE_API_TOKEN_ID", f"root@pam!x={CANARY}", "not shown"),
        ("PVE_API_TOKEN_ID", CANARY, "not shown"),
        ("PVE_API_TOKEN_ID", "user@realm!name", "placeholder"),
        ("PVE_API_TOKEN_SECRET", f"root@pam!x={CANARY}", "still has"),
        ("PVE_API_TOKEN_SECRET", f"PBSAPIToken=root@pam!x:{CANARY}", "still has"),
        ("PVE_API_TOKEN_SECRET", "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx", "placeholder"),
        ("PVE_API_TOKEN_SECRET", "<secret>", "placeholder"),
        ("PVE_API_TOKEN_SECRET", f"{CANARY} ", "blank"),
        ("PVE_API_TOKEN_SECRET", f"{CANARY}é", "letter"),
        ("PVE_API_TOKEN_SECRET", f"{CANARY}\r\nX-Header: 1", "control character"),
        ("PVE_VERIFY_TLS", "maybe", "'maybe'"),
        ("PVE_CA_BUNDLE", "/nowhere/ca.pem", "No such file"),
        ("PVE_CA_BUNDLE", "/", "'/'"),
        ("PVE_CA_BUNDLE", "~nobody-of-that-name/ca.pem", "home"),
        ("PVE_CA_BUNDLE", __file__, "no certificate"),
        ("PVE_TLS_FINGERPRINT", ":".join(["ab"] * 20), "SHA-256"),
        ("PVE_TLS_FINGERPRINT", PRINT + ":", "SHA-256"),
        ("PVE_TIMEOUT", "0.5", "not from 1 to 3600"),
        ("PVE_TIMEOUT", "3601", "not from 1 to 3600"),
        ("PVE_TIMEOUT", "nan", "'nan'"),
        ("PVE_TIMEOUT", "1e3", "'1e3'"),
        ("PVE_CONCURRENCY", "0", "not from 1 to 64"),
        ("PVE_CONCURRENCY", "65", "not from 1 to 64"),
        ("PVE_CONCURRENCY", "1_0", "'1_0'"),
        ("PVE_CONCURRENCY", "٣", "whole number"),
        ("PVE_TASK_HISTORY_LIMIT", "0", "not from 1"),
        ("PVE_TASK_LOG_LIMIT", "-1", "'-1'"),
        ("PVE_BACKUP_JOBS_ENDPOINT", "cluster/backup", "not a path"),
        ("PVE_BACKUP_JOBS_ENDPOINT", "/api2/json/cluster/backup", "not a path"),
        ("PVE_BACKUP_JOBS_ENDPOINT", "/a/../b", "not a path"),
        ("PVE_BACKUP_JOBS_ENDPOINT", "/a?b", "not a path"),
        ("REPORT_FORMATS", "html,pdf", "'pdf'"),
        ("REPORT_FORMATS", ",", "names nothing"),
        ("REPORT_OFFSITE", " , ", "names nothing"),
        ("EXEMPT_TAGS", ",", "names nothing"),
        ("REPORT_LANGUAGE", "de", "give en or fr"),
        ("REPORT_TIMEZONE", "Europe/Pariss", "time zone"),
        ("REPORT_TIMEZONE", "Europe", "time zone"),
        ("REPORT_TIMEZONE", "/etc/localtime", "time zone"),
        ("REPORT_DIR", "a\x00b", "control character"),
        ("LOG_LEVEL", "LOUD", "'LOUD'"),
        ("SMTP_PORT", "65536", "65535"),
        ("SMTP_SECURITY", "ssl", "starttls, tls or none"),
        ("SMTP_HOST", "mail.lan:25", "without a port"),
        ("SMTP_USERNAME", "me\n", "control character"),
        ("MAIL_FROM", "a@b, c@d", "more than one"),
        ("MAIL_FROM", "pve", "mail address"),
        ("MAIL_FROM", "x <a@b", "mail address"),
        ("MAIL_FROM", "a@b>", "mail address"),
        ("MAIL_TO", "a@b; c@d", "mail address"),
        ("MAIL_TO", "a@b, c", "'c'"),
        ("MAIL_TO", "a@b\nBcc: x@y", "control character"),
        ("MAIL_TO", "a@b\u2028Bcc: x@y", "control character"),
        ("PBS01_NAME", "<name>", "placeholder"),
    ],
)
def test_a_wrong_value_is_told_by_name_with_the_fix(name: str, text: str, told: str) -> None:
    login = {"SMTP_USERNAME": "me", "SMTP_PASSWORD": CANARY}
    (mistake,) = mistakes({**PVE, **PBS, **MAIL, **login, name: text})
    assert mistake.startswith(f"{name} ")
    assert told in mistake
    assert "; give " in mistake
    assert mistake.endswith(".")
    assert "hunter2" not in mistake


def test_all_mistakes_are_told_at_once() -> None:
    wrong = {"PVE_TIMEOUT": "x", "REPORT_FORMATS": "pdf,doc", "PBS02_NAME": "b", "MAIL_TO": "a@b"}
    told = mistakes({"PVE_API_TOKEN_SECRET": PVE["PVE_API_TOKEN_SECRET"], **wrong})
    assert [mistake.split()[0] for mistake in told] == [
        *["PVE_API_URL", "PVE_API_TOKEN_ID", "PVE_TIMEOUT"],
        *["PBS02_API_URL", "PBS02_API_TOKEN_ID", "PBS02_API_TOKEN_SECRET"],
        *["REPORT_FORMATS", "REPORT_FORMATS", "SMTP_HOST", "MAIL_FROM"],
    ]
    assert "but PBS02_NAME is" in told[3]


def test_backup_servers_can_be_asked_alone() -> None:
    settings = read(PBS)
    assert settings.pve is None
    assert [server.name for server in settings.pbs] == ["vault"]
    assert mistakes({**PBS, "PVE_API_URL": "https://pve:8006"})  # half a cluster is a mistake


def test_defaults_are_those_of_the_contract() -> None:
    settings = read({**PVE, **PBS, **MAIL, "TZ": "Europe/Paris"})
    assert settings.pve is not None
    assert settings.mail is not None
    assert dataclasses.astuple(settings.pve)[3:] == (
        True,
        None,
        None,
        30.0,
        8,
        3,
        1800.0,
        True,
        False,
        "/cluster/backup",
        5000,
        100_000,
        *NO_LOGIN,
    )
    assert dataclasses.astuple(settings.pbs[0])[:3] == ("01", "vault", "https://pbs.lan:8007/api2/json")
    report = dataclasses.astuple(settings.report)
    assert report[:8] == (Path("reports"), ("html", "md", "json"), "en", "Europe/Paris", None, (), None, None)
    assert report[8:] == (("", ()), None, "", "", None, (), None, True, False, (None, (), (), ()), ())
    assert (settings.mail.security, settings.mail.port, settings.mail.password) == ("starttls", 587, None)
    assert settings.log_level == "WARNING"


def test_every_given_value_arrives(tmp_path: Path) -> None:
    trustme.CA().cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    (tmp_path / "report.css").write_text("body {}")
    (tmp_path / "policy.toml").write_text("# empty")
    (tmp_path / "r.toml").write_text("[[restore]]\ndate = 1970-01-02\nguest = 7\nresult = 'ok'\n")
    (tmp_path / "logo").write_bytes(b"\xff\xd8\xff")
    values = {
        "PVE_VERIFY_TLS": "On",
        "PVE_CA_BUNDLE": str(tmp_path / "ca.pem"),
        "PVE_TLS_FINGERPRINT": PRINT,
        "PVE_TIMEOUT": "2.5",
        "PVE_CONCURRENCY": "64",
        "PVE_CONCURRENCY_PER_NODE": "5",
        "PVE_TOTAL_TIMEOUT": "60",
        "PVE_COLLECT_NOTES": "no",
        "PVE_NODE_ADDRESSES": "yes",
        "PVE_BACKUP_JOBS_ENDPOINT": "/x/y",
        "PVE_TASK_HISTORY_LIMIT": "1",
        "PVE_TASK_LOG_LIMIT": "2",
        "REPORT_DIR": "~/r",
        "REPORT_FORMATS": "MD, html,md",
        "REPORT_LANGUAGE": "FR",
        "REPORT_TIMEZONE": "UTC",
        "REPORT_MAX_AGE": "36h",
        "REPORT_OFFSITE": "nas, vault:main,nas",
        "REPORT_RESTORE_TESTS": str(tmp_path / "r.toml"),
        "REPORT_RESTORE_TEST_AGE": "365d",
        "REPORT_TEMPLATE_DIR": str(tmp_path),
        "REPORT_LOGO": str(tmp_path / "logo"),
        "REPORT_TITLE": "Our backups",
        "REPORT_FOOTER": "Call 555",
        "REPORT_POLICY": str(tmp_path / "policy.toml"),
        "EXEMPT_TAGS": "no-backup, Lab,no-backup",
        "REPORT_KEEP": "30, 90d",
        "REPORT_LATEST": "no",
        "LOG_LEVEL": "debug",
        "SMTP_SECURITY": "TLS",
        "SMTP_USERNAME": "me",
        "SMTP_PASSWORD": " p ss ",
        "MAIL_TO": '"Ops, night" <a@b>, Zoé <c@d.example>, e@f',
    }
    settings = read({**PVE, **MAIL, **values})
    assert settings.pve is not None
    assert settings.mail is not None
    tail = dataclasses.astuple(settings.pve)[3:]
    assert tail == (True, tmp_path / "ca.pem", "ab" * 32, 2.5, 64, 5, 60.0, False, True, "/x/y", 1, 2, *NO_LOGIN)
    report = (
        Path.home() / "r",
        ("md", "html"),
        "fr",
        "UTC",
        36 * 3600,
        ("nas", "vault:main"),
        tmp_path / "r.toml",
        365 * 86400,
        (str(tmp_path), (("report.css", "body {}"),)),
        ("image/jpeg", b"\xff\xd8\xff"),
        "Our backups",
        "Call 555",
        tmp_path / "policy.toml",
        ("no-backup", "Lab"),
        (30, 90 * 86400),
        False,
        True,
    )
    assert dataclasses.astuple(settings.report)[:-2] == report
    assert [(restore.vmid, restore.at) for restore in settings.report.restores] == [(7, 86400)]
    assert settings.report.policy.file == "policy.toml"
    assert [entry.selector.tags for entry in settings.report.policy.exemptions] == [("no-backup",), ("Lab",)]
    assert settings.log_level == "DEBUG"
    assert (settings.mail.security, settings.mail.port, settings.mail.username) == ("tls", 465, "me")
    assert settings.mail.password == Secret(" p ss ")
    assert settings.mail.mail_to == ('"Ops, night" <a@b>', "Zoé <c@d.example>", "e@f")


@pytest.mark.parametrize("text", ["true", "1", "YES", "on"])
def test_a_yes_is_read(text: str) -> None:
    pve = read({**PVE, "PVE_VERIFY_TLS": text}).pve
    assert pve is not None
    assert pve.verify_tls is True


@pytest.mark.parametrize("text", ["false", "0", "no", "Off"])
def test_a_no_is_read(text: str) -> None:
    (server,) = read({**PVE, **PBS, "PBS01_VERIFY_TLS": text}).pbs
    assert server.verify_tls is False


@pytest.mark.parametrize(("security", "port"), [("starttls", 587), ("tls", 465), ("none", 25)])
def test_the_port_of_the_mail_server_follows_its_security(security: str, port: int) -> None:
    mail = read({**PVE, **MAIL, "SMTP_SECURITY": security}).mail
    assert mail is not None
    assert mail.port == port
    mail = read({**PVE, **MAIL, "SMTP_SECURITY": security, "SMTP_PORT": "2525"}).mail
    assert mail is not None
    assert mail.port == 2525


@pytest.mark.parametrize("host", ["mail.lan", "10.0.0.1", "2001:db8::1", "[2001:db8::1]"])
def test_a_mail_server_is_a_name_or_an_address(host: str) -> None:
    mail = read({**PVE, **MAIL, "SMTP_HOST": host}).mail
    assert mail is not None
    assert mail.host == host.strip("[]")


def test_a_fingerprint_without_colons_is_read() -> None:
    pve = read({**PVE, "PVE_TLS_FINGERPRINT": "0F" * 32}).pve
    assert pve is not None
    assert pve.tls_fingerprint == "0f" * 32
