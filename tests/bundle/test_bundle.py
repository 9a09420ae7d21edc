"""A bundle holds the evidence, is the same for the same run, and tells what was done to it afterwards."""

import hashlib
import json
import shutil
import subprocess
import tracemalloc
import warnings
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import fields
from pathlib import Path

import pytest

from fake_proxmox import CANARY, FakeProxmox
from program.running import Outcome, run, settings_of
from pve_backup_report.bundle.manifest import MANIFEST, REPORT, SUMS, TAPE, with_lists
from pve_backup_report.bundle.wishes_data import read_wishes, wishes_data
from pve_backup_report.bundle.write import zip_bytes
from pve_backup_report.model.restore import Restore
from pve_backup_report.model.wishes import Wishes

AT = 1772604000
REGISTER = '[[restore]]\ndate = 2026-03-01\nguest = 100\nresult = "ok"\nwho = "Zoe Zqx"\nnote = "zqx rack"\n'


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    assert run(tmp_path, "--demo", "-q", "--bundle", "b.zip").code == 0
    return tmp_path / "b.zip"


def files_of(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def verified(path: Path) -> Outcome:
    return run(path.parent, "--verify-bundle", path.name)


def rewritten(path: Path, change: Callable[[dict[str, bytes]], None], *, listed: bool) -> Path:
    """Write the bundle again with a change; with ``listed`` the lists are made to agree with it."""
    files = files_of(path)
    if listed:
        facts = {
            key: value for key, value in json.loads(files.pop(MANIFEST)).items() if key not in ("files", "versions")
        }
        del files[SUMS]
        change(files)
        files = with_lists(files, facts)
    else:
        change(files)
    path.write_bytes(zip_bytes(files, AT))
    return path


# --- what is in it


def test_a_bundle_holds_tape_reports_settings_and_sums(bundle: Path) -> None:
    files = files_of(bundle)
    assert {TAPE, REPORT, SUMS, MANIFEST, "settings.json"} <= set(files)
    assert len([name for name in files if name.startswith("reports/")]) == 3
    assert bundle.stat().st_mode & 0o777 == 0o600
    told = json.loads(files[MANIFEST])
    assert told["versions"]["python"].startswith("3.")
    assert "requests" in told["versions"]["libraries"]


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="no sha256sum here")
def test_its_sums_are_those_of_sha256sum(bundle: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(bundle).extractall(tmp_path / "out")
    subprocess.run(["sha256sum", "--strict", "-c", SUMS], cwd=tmp_path / "out", check=True, capture_output=True)  # noqa: S607


def test_the_same_run_gives_the_same_bytes(bundle: Path, tmp_path: Path) -> None:
    run(tmp_path, "--demo", "-q", "--bundle", "again.zip")
    assert bundle.read_bytes() == (tmp_path / "again.zip").read_bytes()


def test_a_fresh_bundle_is_whole_offline_and_in_both_languages(bundle: Path) -> None:
    outcome = verified(bundle)
    assert (outcome.code, outcome.err) == (0, "")
    assert len(outcome.out.splitlines()) == 8
    assert all(line.startswith("ok ") for line in outcome.out.splitlines())
    french = run(bundle.parent, "--verify-bundle", bundle.name, "--lang", "fr")
    assert french.code == 0
    assert french.out != outcome.out


def test_a_run_against_a_cluster_tells_its_settings_without_secrets(tmp_path: Path) -> None:
    (tmp_path / "register.toml").write_text(REGISTER)
    with FakeProxmox({"/version": {"version": "9.2.11"}, "/nodes": []}) as fake:
        environ = settings_of(fake, REPORT_RESTORE_TESTS="register.toml", REPORT_OFFSITE="nas", REPORT_MAX_AGE="36h")
        assert run(tmp_path, "-q", "--bundle", "b.zip", environ=environ).code == 0
        address = fake.url.removeprefix("https://")
    files = files_of(tmp_path / "b.zip")
    settings = json.loads(files["settings.json"])
    assert settings["PVE_API_TOKEN_SECRET"] == "set"
    assert address in settings["PVE_API_URL"]
    assert files["restore-tests.toml"].decode() == REGISTER
    assert CANARY not in str(files)
    assert verified(tmp_path / "b.zip").code == 0


def test_an_anonymised_bundle_names_nobody_and_nothing_is_sent(tmp_path: Path) -> None:
    (tmp_path / "register.toml").write_text(REGISTER)
    environ = {
        "REPORT_RESTORE_TESTS": "register.toml",
        "REPORT_RESTORE_TEST_AGE": "365d",
        "REPORT_OFFSITE": "zqx-vault,pbs1",
        "REPORT_LATEST": "true",
        "REPORT_TITLE": "Zqx Ltd",
        "REPORT_FOOTER": "call zqx",
        "SMTP_HOST": "zqx.example",
        "MAIL_FROM": "a@zqx.example",
        "MAIL_TO": "b@zqx.example",
    }
    run(tmp_path, "--demo", "-q", "--record", "demo.json", "--output-dir", "demo")
    outcome = run(tmp_path, "--replay", "demo.json", "-q", "--anonymise", "--bundle", "b.zip", environ=environ)
    assert (outcome.code, outcome.err) == (0, "")
    assert verified(tmp_path / "b.zip").code == 0
    files = files_of(tmp_path / "b.zip")
    assert "restore-tests.toml" not in files
    everything = b"".join(files.values()) + str(sorted(files)).encode()
    assert b"zqx" not in everything.lower()
    assert b"nextcloud" not in everything
    assert not list((tmp_path / "reports").glob("latest*"))


def test_a_bundle_that_cannot_be_written_is_told_and_the_reports_stay(tmp_path: Path) -> None:
    outcome = run(tmp_path, "--demo", "-q", "--bundle", "none/b.zip")
    assert outcome.code == 4
    assert "none/b.zip: cannot be written" in outcome.err
    assert len(list((tmp_path / "reports").iterdir())) == 3


@pytest.mark.parametrize("mode", ["--dump-coverage", "--check-api"])
def test_a_bundle_goes_with_the_report_alone(tmp_path: Path, mode: str) -> None:
    assert run(tmp_path, "--demo", mode, "--bundle", "b.zip").code == 2


# --- what was done to it


@pytest.mark.parametrize("name", [TAPE, REPORT, "settings.json", MANIFEST])
def test_a_changed_file_is_named(bundle: Path, name: str) -> None:
    outcome = verified(rewritten(bundle, lambda files: files.update({name: files[name] + b"\n"}), listed=False))
    assert outcome.code == 1
    assert f"FAIL  Changed after it was written: {name}." in outcome.out


def test_a_missing_and_an_extra_file_are_named(bundle: Path) -> None:
    def change(files: dict[str, bytes]) -> None:
        files["added.txt"] = files.pop("settings.json")

    outcome = verified(rewritten(bundle, change, listed=False))
    assert outcome.code == 1
    assert "FAIL  Listed, and not there: settings.json." in outcome.out
    assert "FAIL  There, and not listed: added.txt." in outcome.out


def test_a_report_that_is_not_of_its_tape_is_found_though_the_sums_agree(bundle: Path) -> None:
    def change(files: dict[str, bytes]) -> None:
        report = json.loads(files[REPORT])
        report["guests"][0]["verdict"] = "uncovered"
        files[REPORT] = json.dumps(report).encode()

    outcome = verified(rewritten(bundle, change, listed=True))
    assert outcome.code == 1
    assert outcome.out.splitlines()[-1] == (
        "FAIL  The report is not the one that the tape gives; these parts differ: guests."
    )


def test_a_report_of_another_version_is_not_compared(bundle: Path) -> None:
    files = files_of(bundle)
    body = json.loads(files[MANIFEST])
    body["versions"]["tool"] = "0.0.1\x1b[31m"
    files[MANIFEST] = json.dumps(body).encode()
    sums = files[SUMS].decode().splitlines()
    digest = hashlib.sha256(files[MANIFEST]).hexdigest()
    files[SUMS] = "".join(f"{digest}  {MANIFEST}\n" if MANIFEST in line else f"{line}\n" for line in sums).encode()
    bundle.write_bytes(zip_bytes(files, AT))
    outcome = verified(bundle)
    assert outcome.code == 0
    assert "0.0.1" in outcome.out.splitlines()[-1]
    assert "\x1b" not in outcome.out


@pytest.mark.parametrize(
    "tape",
    [
        b"",
        b"\x1f\x8b",
        b"not gzip",
        b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\x03\x00\x00\x00\x00\x00\x00\x00\x00\x00",
    ],
)
def test_a_tape_that_is_none_is_told(bundle: Path, tape: bytes) -> None:
    outcome = verified(rewritten(bundle, lambda files: files.update({TAPE: tape}), listed=True))
    assert outcome.code == 1
    assert "FAIL  The tape cannot be read" in outcome.out


@pytest.mark.parametrize("body", [b"[]", b"{}", b"\xff", b'{"format": "other", "files": []}', b"[" * 100_000])
def test_a_manifest_that_is_none_is_told(bundle: Path, body: bytes) -> None:
    outcome = verified(rewritten(bundle, lambda files: files.update({MANIFEST: body}), listed=False))
    assert outcome.code == 1
    assert "FAIL  The lists of its files cannot be read" in outcome.out


@pytest.mark.parametrize(
    "name",
    [
        "../evil",
        "/etc/evil",
        "a/../../evil",
        "C:\\evil",
        "a\\b",
        "evil\x1b[2J",
        "a//b",
        "./a",
        "dir/",
        "nul:x",
        "\u202eevil",
    ],
)
def test_a_name_that_leads_elsewhere_is_refused(bundle: Path, name: str) -> None:
    files = files_of(bundle)
    with zipfile.ZipFile(bundle, "w") as archive:
        for known, content in files.items():
            archive.writestr(known, content)
        archive.writestr(name, b"x")
    outcome = verified(bundle)
    assert outcome.code == 1
    assert outcome.out.startswith("FAIL  Names in the zip that are not plain")
    assert outcome.out.isascii()
    assert outcome.out.count("\n") == 1


@pytest.mark.parametrize("twin", ["report.json", "REPORT.json", "ｒeport.json"])
def test_twins_are_refused(bundle: Path, twin: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # zipfile says what we did
        with zipfile.ZipFile(bundle, "a") as archive:
            archive.writestr(twin, b"{}")
    outcome = verified(bundle)
    assert outcome.code == 1
    assert "FAIL  Names in the zip" in outcome.out


def test_a_link_is_refused(bundle: Path) -> None:
    with zipfile.ZipFile(bundle, "a") as archive:
        entry = zipfile.ZipInfo("link")
        entry.create_system, entry.external_attr = 3, 0o120777 << 16
        archive.writestr(entry, "/etc/passwd")
    assert "FAIL  Names in the zip" in verified(bundle).out


def test_a_bomb_is_not_unpacked(bundle: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pve_backup_report.bundle.verify._LARGEST", 5_000_000)
    with zipfile.ZipFile(bundle, "a") as archive:
        archive.writestr("bomb", b"\0" * 50_000_000, zipfile.ZIP_DEFLATED)
    outcome = verified(bundle)
    assert outcome.code == 1
    assert "FAIL  Too large, or not to be unpacked: bomb." in outcome.out


def test_too_many_entries_are_refused(tmp_path: Path) -> None:
    (tmp_path / "b.zip").write_bytes(zip_bytes({f"f{number}": b"" for number in range(501)}, AT))
    assert "FAIL  Names in the zip" in verified(tmp_path / "b.zip").out


def test_a_list_of_entries_that_fills_the_memory_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "b.zip").write_bytes(zip_bytes({f"f{number}": b"" for number in range(30_000)}, AT))
    told: list[Outcome] = []
    tracemalloc.start()
    told.append(verified(tmp_path / "b.zip"))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "FAIL  Names in the zip" in told[0].out
    assert peak < 5_000_000, "bytes; the list of this one takes some ten times as much, one of millions all there are"


@pytest.mark.parametrize("content", [None, b"", b"PK", b"not a zip", b"PK\x05\x06" + b"\xff" * 18])
def test_what_is_no_zip_is_exit_2(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "b.zip").write_bytes(content)
    outcome = verified(tmp_path / "b.zip")
    assert (outcome.code, outcome.out) == (2, "")
    assert "--verify-bundle b.zip" in outcome.err


def test_a_bundle_cut_or_damaged_anywhere_never_passes_and_never_falls_over(bundle: Path) -> None:
    whole = bundle.read_bytes()
    for place in range(0, len(whole), len(whole) // 60):
        bundle.write_bytes(whole[:place])
        assert verified(bundle).code in (1, 2)
    for place in range(0, len(whole), len(whole) // 60):
        bundle.write_bytes(whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :])
        outcome = verified(bundle)
        assert outcome.code in (0, 1, 2)
        if outcome.code == 0:  # a date, an attribute: nothing that is evidence
            assert set(files_of(bundle).values()) == set(_files(whole, bundle).values())


def _files(whole: bytes, bundle: Path) -> Mapping[str, bytes]:
    path = bundle.with_name("whole.zip")
    path.write_bytes(whole)
    return files_of(path)


# --- what the judgement rested on


def test_every_wish_is_kept_and_comes_back() -> None:
    wishes = Wishes(
        36 * 3600, frozenset({"nas", "vault:main"}), 86400, (Restore(100, AT, ok=True, who="z", note=None, upid=None),)
    )
    assert read_wishes(json.loads(json.dumps(wishes_data(wishes)))) == wishes
    assert set(wishes_data(wishes)) == {field.name for field in fields(Wishes)}
