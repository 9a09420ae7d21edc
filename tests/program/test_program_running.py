"""A run among others: the lock, the folder of reports, units, signals, where secrets are from."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from configparser import ConfigParser
from pathlib import Path

import pytest

from fake_proxmox import CANARY, FakeProxmox
from laws.trap_worlds import world
from program.running import run, settings_of
from pve_backup_report.deliver.lock import alone, lock_file
from pve_backup_report.render.language import load_language
from pve_backup_report.render.units_text import units_text
from simulator import PRESETS, ProxmoxApi

ANSWERS = {"/version": {"version": "9.2.11"}, "/nodes": []}
PROGRAM = "/opt/pve-backup-report/.venv/bin/pve-backup-report"


def started(folder: Path, environ: dict[str, str], *argv: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "pve_backup_report", *argv]
    return subprocess.Popen(
        command, cwd=folder, env={**environ, "PATH": "/usr/bin:/bin"}, stderr=subprocess.PIPE, text=True
    )


@pytest.fixture
def slow() -> Iterator[FakeProxmox]:
    with FakeProxmox(ANSWERS, latency_s=30) as fake:
        yield fake
        fake.over.set()


def wait_for(path: Path, pattern: str) -> None:
    until = time.monotonic() + 30
    while not [found for found in path.glob(pattern) if found.stat().st_size]:
        assert time.monotonic() < until, f"no {pattern} in {path}"
        time.sleep(0.02)


# --- the lock


def test_a_second_run_says_so_asks_nothing_and_is_no_failure(tmp_path: Path) -> None:
    with FakeProxmox(ANSWERS) as fake:
        environ = settings_of(fake)
        (tmp_path / "reports").mkdir()
        with alone(lock_file(tmp_path / "reports", f"{fake.url}/api2/json"), 0):
            second = run(tmp_path, environ=environ)
            quiet = run(tmp_path, "-q", environ=environ)
            waited = run(tmp_path, "--lock-wait", "0.3", environ=environ)
            dumped = run(tmp_path, "--dump-coverage", environ=environ)
    assert (second.code, second.out) == (0, "")
    assert re.fullmatch(r"WARNING: Another run for this cluster is at work \(process \d+ on .*\n", second.err)
    assert (quiet.code, quiet.err) == (0, "")
    assert "after 0.3 s of waiting" in waited.err
    assert dumped.code == 0
    assert dumped.out
    assert not list((tmp_path / "reports").glob("*.html"))


def test_a_run_leaves_no_lock_and_another_may_follow(tmp_path: Path) -> None:
    with FakeProxmox(ANSWERS) as fake:
        for _ in range(2):
            assert run(tmp_path, "-q", environ=settings_of(fake)).code == 0
    assert not list((tmp_path / "reports").glob(".*"))


def test_the_demo_waits_for_nobody_and_is_nobodys_newest_report(tmp_path: Path) -> None:
    (tmp_path / "reports").mkdir()
    with alone(lock_file(tmp_path / "reports", ""), 0):
        assert run(tmp_path, "--demo", "-q", environ={"REPORT_LATEST": "true"}).code == 0
    assert not list((tmp_path / "reports").glob("latest*"))


@pytest.mark.parametrize("text", ["-1", "x", "nan", "inf", "1e9"])
def test_a_wait_that_is_no_number_of_seconds_is_refused(tmp_path: Path, text: str) -> None:
    assert run(tmp_path, "--demo", f"--lock-wait={text}").code == 2


# --- the folder of reports


def test_old_reports_go_and_latest_leads_to_the_newest(tmp_path: Path) -> None:
    old = [tmp_path / f"pve-backup-report_cluster_2020-01-0{day}_000000Z.html" for day in range(1, 6)]
    for path in old:
        path.write_text("old")
    with FakeProxmox(ANSWERS) as fake:
        environ = settings_of(fake, REPORT_DIR=str(tmp_path), REPORT_KEEP="3", REPORT_LATEST="true")
        assert run(tmp_path, "-q", environ={**environ, "REPORT_FORMATS": "html"}).code == 0
    (written,) = [path for path in tmp_path.glob("pve-*.html") if path not in old]
    assert sorted(tmp_path.glob("pve-*.html")) == [*old[-2:], written]
    assert (tmp_path / "latest/report.html").resolve() == written.resolve()
    assert (tmp_path / "latest/report_cluster.html").resolve() == written.resolve()


def test_a_replayed_run_is_the_newest_only_where_it_is(tmp_path: Path) -> None:
    run(tmp_path, "--demo", "--dump-coverage", "--record", "kept.json.gz")
    newer = tmp_path / "reports" / "pve-backup-report_lab_2030-01-01_000000Z.html"
    newer.parent.mkdir()
    newer.write_text("newer")
    (newer.parent / "latest").mkdir()
    (newer.parent / "latest/report.html").symlink_to(f"../{newer.name}")
    assert run(tmp_path, "--replay", "kept.json.gz", "-q", environ={"REPORT_LATEST": "true"}).code == 0
    assert (newer.parent / "latest/report.html").resolve() == newer.resolve()
    assert str((newer.parent / "latest/report_lab.md").readlink()) == "../pve-backup-report_lab_2026-03-04_060000Z.md"


def test_without_the_settings_nothing_is_removed_or_linked(tmp_path: Path) -> None:
    old = tmp_path / "pve-backup-report_cluster_2020-01-01_000000Z.html"
    old.write_text("old")
    with FakeProxmox(ANSWERS) as fake:
        run(tmp_path, "-q", environ=settings_of(fake, REPORT_DIR=str(tmp_path), REPORT_LATEST="false"))
    assert old.exists()
    assert not list(tmp_path.glob("latest*"))


@pytest.mark.parametrize("text", ["0", "x", "-3", "30,40", "90d,1d", "d", ",", "30 90d"])
def test_what_cannot_be_kept_is_told(tmp_path: Path, text: str) -> None:
    outcome = run(tmp_path, "--replay", "x", environ={"REPORT_KEEP": text})
    assert outcome.code == 2
    assert "REPORT_KEEP" in outcome.err


# --- signals


def test_a_run_that_is_asked_to_stop_cleans_up_and_says_so(tmp_path: Path, slow: FakeProxmox) -> None:
    process = started(tmp_path, settings_of(slow))
    wait_for(tmp_path / "reports", ".*.lock")
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 143
    assert err == "ERROR: stopped by SIGTERM\n"
    assert not list((tmp_path / "reports").iterdir())


def test_a_run_that_is_asked_to_stop_at_any_moment_shows_no_traceback(tmp_path: Path) -> None:
    with FakeProxmox(ProxmoxApi(world(), PRESETS["seer"])) as fake:
        for number in range(8):
            process = started(tmp_path, settings_of(fake), "-q")
            time.sleep(0.1 + 0.25 * number)
            process.send_signal(signal.SIGTERM)
            _, err = process.communicate(timeout=60)
            assert process.returncode in (143, -signal.SIGTERM, 0)
            assert "Traceback" not in err
    assert not [path for path in (tmp_path / "reports").glob(".*") if not path.name.endswith(".lock")]


# --- secrets


def test_verbose_says_where_a_secret_is_from_and_not_what_it_is(tmp_path: Path) -> None:
    (tmp_path / "PVE_API_TOKEN_SECRET").write_text(f"{CANARY}\n")
    with FakeProxmox(ANSWERS) as fake:
        environ = settings_of(fake, CREDENTIALS_DIRECTORY=str(tmp_path))
        del environ["PVE_API_TOKEN_SECRET"]
        outcome = run(tmp_path, "-v", "--dump-coverage", environ=environ)
    assert outcome.code == 0
    assert "INFO: PVE_API_TOKEN_SECRET is from the systemd credential PVE_API_TOKEN_SECRET\n" in outcome.err
    assert CANARY not in outcome.err


# --- units


def units(part: str, language: str = "en") -> str:
    return units_text(part, PROGRAM, load_language(language))


def read(part: str, language: str = "en") -> ConfigParser:
    parser = ConfigParser(strict=False, delimiters=("=",), interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # names of systemd have capitals
    parser.read_string(units(part, language))
    return parser


def test_the_service_is_shut_in_and_gets_its_secrets_as_credentials() -> None:
    service = read("service")["Service"]
    assert service["ExecStart"] == f"{PROGRAM} -q"
    assert service["LoadCredential"].startswith("PVE_API_TOKEN_SECRET:/")
    for name, value in (
        ("DynamicUser", "yes"),
        ("ProtectSystem", "strict"),
        ("NoNewPrivileges", "yes"),
        ("PrivateTmp", "yes"),
        ("CapabilityBoundingSet", ""),
        ("SuccessExitStatus", "143"),
    ):
        assert service[name] == value
    assert service["StateDirectory"] in service["Environment"]
    assert read("timer")["Timer"]["Persistent"] == "true"


@pytest.mark.parametrize("language", ["en", "fr"])
def test_all_units_are_each_one_after_the_other_and_commented(language: str) -> None:
    parts = [units(part, language) for part in ("service", "timer", "cron")]
    assert units("all", language) == "\n".join(parts)
    assert all(text.startswith("# /etc/") for text in parts)
    assert sum(line.startswith("# ") for line in units("all", language).splitlines()) > 12
    assert (units("all", "fr") != units("all", "en")) is True


def test_the_line_for_cron_has_five_fields_a_user_and_a_command() -> None:
    line = units("cron").splitlines()[-1].split(maxsplit=6)
    assert line[:6] == ["30", "6", "*", "*", "*", "backup-report"]
    assert f"&& {PROGRAM} -q " in line[6]


def test_a_program_in_a_home_is_warned_about_and_may_be_read() -> None:
    text = units_text("service", "/home/me/a%b/pve-backup-report", load_language("en"))
    assert "better install it in /opt" in text.replace("\n# ", " ")
    assert "ProtectHome=read-only" in text
    assert "ExecStart=/home/me/a%%b/pve-backup-report -q" in text
    assert r"a\%b" in units_text("cron", "/home/me/a%b/pve-backup-report", load_language("en"))


def test_print_units_needs_no_settings(tmp_path: Path) -> None:
    outcome = run(tmp_path, "--print-units", "timer", environ={"PVE_API_URL": "nonsense"})
    assert (outcome.code, outcome.err) == (0, "")
    assert "OnCalendar=" in outcome.out
    assert run(tmp_path, "--print-units").out.count("# /etc/") == 3
    assert run(tmp_path, "--print-units", "--lang", "xx").code == 2


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd here")
@pytest.mark.parametrize("language", ["en", "fr"])
def test_systemd_finds_nothing_wrong_with_the_units_and_little_exposed(tmp_path: Path, language: str) -> None:
    for part in ("service", "timer"):
        text = units_text(part, sys.executable, load_language(language))
        (tmp_path / f"pve-backup-report.{part}").write_text(text)
    names = [str(tmp_path / f"pve-backup-report.{part}") for part in ("service", "timer")]
    environ = {**os.environ, "LC_ALL": "C.UTF-8"}
    checked = subprocess.run(
        ["systemd-analyze", "verify", *names], check=False, capture_output=True, text=True, env=environ  # noqa: S607
    )  # fmt: skip
    assert (checked.returncode, checked.stderr.strip()) == (0, "")
    weighed = subprocess.run(
        ["systemd-analyze", "security", "--offline=yes", "--threshold=15", names[0]],  # noqa: S607
        check=False, capture_output=True, text=True, env=environ,
    )  # fmt: skip
    if "unrecognized option" in weighed.stderr:
        pytest.skip("this systemd cannot weigh files")
    assert weighed.returncode == 0, weighed.stdout[-400:]
