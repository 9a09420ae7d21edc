"""The example of a file of settings names every setting, with its default, and is safe to copy."""

import itertools
import re
from pathlib import Path

import pytest

from pve_backup_report.settings import KNOWN_NAMES, read_settings

ROOT = Path(__file__).resolve().parents[1]
CONTRACT = ROOT.parent / "shared" / "contract.md"
LINE = re.compile(r"(#?)([A-Z][A-Z0-9_]*)=(.*)")
PVE = {
    "PVE_API_URL": "https://pve1.lan:8006",
    "PVE_API_TOKEN_ID": "report@pve!backup",
    "PVE_API_TOKEN_SECRET": "2b6c1a52-94a9-4a0f-8f2e-3b8a4f1de0c7",
}
FILLED = {
    "PBS01_NAME": "vault",
    "PBS01_API_URL": "https://pbs.lan",
    "PBS01_API_TOKEN_ID": "report@pbs!backup",
    "PBS01_API_TOKEN_SECRET": "s3cret",
    "SMTP_HOST": "mail.lan",
    "MAIL_FROM": "a@b",
    "MAIL_TO": "c@d",
    "REPORT_TIMEZONE": "UTC",
    "WEBHOOK_URL": "https://hooks.lan",
    "NOTIFY_URLS": "ntfy://ntfy.lan/topic",
    "PING_URL": "https://hc.lan/uuid",
}


def example() -> list[str]:
    return (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()


def settings_in_example() -> list[tuple[bool, str, str]]:
    matches = filter(None, map(LINE.fullmatch, example()))
    return [(match[1] == "#", match[2], match[3]) for match in matches]


def written(path: Path, lines: list[str]) -> Path:
    path.write_text("\n".join(lines), encoding="utf-8")
    path.chmod(0o600)
    return path


def test_the_example_and_the_program_know_the_same_names() -> None:
    names = [name for _, name, _ in settings_in_example()]
    assert len(names) == len(set(names))
    assert set(names) == KNOWN_NAMES


def test_every_setting_is_explained_in_the_line_above() -> None:
    lines = example()
    for above, line in itertools.pairwise(lines):
        if LINE.fullmatch(line):
            assert re.fullmatch(r"# [A-Z].*\.|# .*: .*", above), line


def test_the_example_with_the_three_values_of_the_cluster_is_right(tmp_path: Path) -> None:
    lines = [f"{line}{PVE.get(line.removesuffix('='), '')}" for line in example()]
    settings, warnings = read_settings({}, written(tmp_path / ".env", lines), require_file=True)
    assert warnings == ()
    assert settings == read_settings(PVE, None)[0]


def test_only_the_three_values_of_the_cluster_are_to_be_filled_in() -> None:
    assert {name for hidden, name, text in settings_in_example() if not hidden and not text} == set(PVE)
    assert all(hidden for hidden, name, _ in settings_in_example() if name not in PVE)


def test_the_defaults_in_the_example_are_those_of_the_program(tmp_path: Path) -> None:
    lines = [f"{name}={text}" for _, name, text in settings_in_example()]
    told = read_settings({**PVE, **FILLED}, written(tmp_path / ".env", lines))
    assert told == read_settings({**PVE, **FILLED}, None)


def test_the_defaults_in_the_example_are_those_of_the_contract() -> None:
    assert {name: text for _, name, text in settings_in_example() if text} == {
        "PVE_TRANSPORT": "api",
        "PVE_VERIFY_TLS": "true",
        "PVE_TIMEOUT": "30",
        "PVE_CONCURRENCY": "8",
        "PVE_CONCURRENCY_PER_NODE": "3",
        "PVE_TOTAL_TIMEOUT": "1800",
        "PVE_COLLECT_NOTES": "true",
        "PVE_NODE_ADDRESSES": "false",
        "PVE_BACKUP_JOBS_ENDPOINT": "/cluster/backup",
        "PVE_TASK_HISTORY_LIMIT": "5000",
        "PVE_TASK_LOG_LIMIT": "100000",
        "PBS01_VERIFY_TLS": "true",
        "REPORT_DIR": "reports",
        "REPORT_FORMATS": "html,md,json",
        "REPORT_LANGUAGE": "en",
        "REPORT_LATEST": "true",
        "SMTP_PORT": "587",
        "SMTP_SECURITY": "starttls",
        "HISTORY_KEEP": "400d",
        "MAIL_ON": "always",
        "WEBHOOK_ON": "always",
        "WEBHOOK_VERIFY_TLS": "true",
        "NOTIFY_ON": "always",
        "PING_START": "false",
        "DELIVERY_TIMEOUT": "30",
        "DELIVERY_ATTEMPTS": "4",
        "LOG_LEVEL": "WARNING",
    }


@pytest.mark.skipif(not CONTRACT.exists(), reason="the contract lies beside the checkout of its keepers only")
def test_every_name_of_the_contract_is_known() -> None:
    section = CONTRACT.read_text(encoding="utf-8").partition("## Settings")[2].partition("\n## ")[0]
    names = set(re.findall(r"`((?:PVE|PBS01|REPORT|SMTP|MAIL|STATE|HISTORY|LOG)_[A-Z_]+)`", section))
    assert names <= {name for name in KNOWN_NAMES if not name.endswith("_FILE")}
