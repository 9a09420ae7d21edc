"""The program beside real HTTPS servers: a cluster and its backup server, each answering or failing by itself."""

from pathlib import Path

import pytest

from fake_proxmox import CANARY, FakeProxmox
from program.running import run, settings_of
from simulator import PRESETS, ProxmoxApi, demo_world
from simulator_pbs import PRESETS as PBS_PRESETS
from simulator_pbs import PbsApi, PbsRights
from simulator_pbs.demo import demo_server


def cluster() -> FakeProxmox:
    return FakeProxmox(ProxmoxApi(demo_world(), PRESETS["auditor"]))


def backup_server(rights: PbsRights = PBS_PRESETS["root_full"]) -> FakeProxmox:
    return FakeProxmox(PbsApi(demo_server(demo_world()), rights), token_id=rights.authid, product="PBS")


def pbs_settings(fake: FakeProxmox, **more: str) -> dict[str, str]:
    return {
        "PBS01_NAME": "vault",
        "PBS01_API_URL": fake.url,
        "PBS01_API_TOKEN_ID": fake.token_id,
        "PBS01_API_TOKEN_SECRET": fake.secret,
        "PBS01_TLS_FINGERPRINT": fake.fingerprint,
        "REPORT_TIMEZONE": "UTC",
        **more,
    }


def test_both_are_asked_and_what_the_server_holds_is_in_every_output(tmp_path: Path) -> None:
    with cluster() as pve, backup_server() as pbs:
        environ = {**settings_of(pve), **pbs_settings(pbs)}
        outcome = run(tmp_path, "-vv", "--record", "tape.json", environ=environ)
        asked = [(request.path, *sorted(request.query.items())) for request in pbs.requests]
    assert outcome.code == 0, outcome.err
    assert len(asked) == len(set(asked))
    assert sum("/snapshots" in path for path, *_ in asked) == 1
    data = run(tmp_path, "--replay", "tape.json", "--dump-report-data", "--format", "json").data
    assert [(server["name"], [store["name"] for store in server["datastores"]]) for server in data["pbs"]] == [
        ("vault", ["main"])
    ]
    for suffix in ("html", "md", "json"):
        (report,) = (tmp_path / "reports").glob(f"*.{suffix}")
        assert "p-nightly" in report.read_text()
    everything = [outcome.out, outcome.err]
    everything += [file.read_text(errors="replace") for file in tmp_path.rglob("*") if file.is_file()]
    assert not [text for text in everything if CANARY in text]


def test_a_backup_server_that_is_down_leaves_a_gap_and_the_rest_stands(tmp_path: Path) -> None:
    with backup_server() as gone:
        address = pbs_settings(gone)
    with cluster() as pve:
        data = run(tmp_path, "--dump-report-data", "--format", "json", environ={**settings_of(pve), **address}).data
    assert len(data["guests"]) == len(demo_world().guests)
    assert [gap["endpoint"] for gap in data["gaps"] if gap["endpoint"].startswith("vault:")] == ["vault:/version"]
    assert data["pbs"][0]["datastores"] == []


def test_a_token_that_the_server_refuses_leaves_a_gap(tmp_path: Path) -> None:
    with cluster() as pve, backup_server() as pbs:
        wrong = pbs_settings(pbs, PBS01_API_TOKEN_SECRET="wrong-secret")
        outcome = run(tmp_path, "--dump-report-data", "--format", "json", environ={**settings_of(pve), **wrong})
    assert outcome.code == 0
    assert "wrong-secret" not in outcome.out + outcome.err
    assert any(gap["endpoint"].startswith("vault:") for gap in outcome.data["gaps"])


def test_backup_servers_alone_list_what_is_there(tmp_path: Path) -> None:
    with backup_server() as pbs:
        outcome = run(tmp_path, "--lang", "en", environ=pbs_settings(pbs))
    assert outcome.code == 0, outcome.err
    assert "No cluster was asked." in outcome.out
    (report,) = (tmp_path / "reports").glob("*.md")
    text = report.read_text()
    assert "## Backup servers" in text
    assert "## Guests" not in text


def test_backup_servers_alone_that_do_not_answer_stop_the_run(tmp_path: Path) -> None:
    with backup_server() as gone:
        address = pbs_settings(gone)
    assert run(tmp_path, environ=address).code == 3


@pytest.mark.parametrize("mode", ["--check-api", "--dump-inventory"])
def test_the_other_modes_tell_of_it_too(tmp_path: Path, mode: str) -> None:
    with cluster() as pve, backup_server(PBS_PRESETS["auditor"]) as pbs:
        environ = {**settings_of(pve), **pbs_settings(pbs)}
        shown = run(tmp_path, mode, environ=environ)
        data = run(tmp_path, mode, "--format", "json", environ=environ).data
    assert "vault" in shown.out
    assert [server["name"] for server in data["pbs"]] == ["vault"]
    if mode == "--check-api":
        assert data["pbs"][0]["cannot_prove"] == ["pbs-sync"]
