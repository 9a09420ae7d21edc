"""The whole program with a user and a password, and through pvesh: checks, reports, refusals, secrets."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from fake_proxmox import FakeProxmox, TicketDesk
from fake_pvesh import FakePvesh, Words
from program.running import Outcome, run
from pve_backup_report.endpoints.pve import ALL_ENDPOINTS
from pve_backup_report.render.setup_pvesh import gate_text
from simulator import PRESETS, ProxmoxApi, demo_world
from simulator_pbs import PRESETS as PBS_PRESETS
from simulator_pbs import PbsApi
from simulator_pbs.demo import demo_server

USER, PASSWORD = "report@pve", "canary-5ec2e7-passw0rd"
WORLD = demo_world()


def cluster(preset: str = "auditor", **desk: Any) -> FakeProxmox:  # noqa: ANN401 -- fields of TicketDesk
    return FakeProxmox(ProxmoxApi(WORLD, PRESETS[preset]), desk=TicketDesk({USER: PASSWORD}, **desk))


def login(fake: FakeProxmox, **more: str) -> dict[str, str]:
    return {
        "PVE_API_URL": fake.url,
        "PVE_USERNAME": USER,
        "PVE_PASSWORD": PASSWORD,
        "PVE_CA_BUNDLE": str(fake.ca_bundle),
        "REPORT_TIMEZONE": "UTC",
        **more,
    }


def through(pvesh: FakePvesh | Path, **more: str) -> dict[str, str]:
    command = pvesh.command if isinstance(pvesh, FakePvesh) else pvesh
    return {"PVE_TRANSPORT": "pvesh", "PVE_PVESH_COMMAND": str(command), "REPORT_TIMEZONE": "UTC", **more}


def node(preset: str = "root_full") -> FakePvesh:
    return FakePvesh(ProxmoxApi(WORLD, PRESETS[preset]))


def assert_kept(secrets: tuple[str, ...], outcome: Outcome, folder: Path) -> None:
    """No secret is in what was said or in any file."""
    everything = [outcome.out, outcome.err]
    everything += [file.read_text(errors="replace") for file in folder.rglob("*") if file.is_file()]
    assert [(secret, text) for secret in secrets for text in everything if secret in text] == []


def test_a_user_gets_a_report_with_one_post_and_leaves_no_secret(tmp_path: Path) -> None:
    with cluster() as fake:
        outcome = run(tmp_path, "-vv", "--record", "tape.json", environ=login(fake))
        posts = [(request.method, request.path) for request in fake.requests if request.method != "GET"]
        assert fake.desk is not None
        secrets = (PASSWORD, *fake.desk.tickets, *fake.desk.csrf)
    assert outcome.code == 0, outcome.err
    assert posts == [("POST", "/access/ticket")]
    assert json.loads((tmp_path / "tape.json").read_text())["entrance"] == "ticket"
    assert_kept(secrets, outcome, tmp_path)


def test_a_password_can_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "password").write_text(f"{PASSWORD}\n")
    with cluster() as fake:
        environ = {**login(fake), "PVE_PASSWORD_FILE": str(tmp_path / "password")}
        del environ["PVE_PASSWORD"]
        assert run(tmp_path, "--dump-coverage", environ=environ).code == 0


def test_the_check_tells_what_the_user_can_prove(tmp_path: Path) -> None:
    with cluster() as fake:
        outcome = run(tmp_path, "--check-api", environ=login(fake))
        checked = run(tmp_path, "--check-api", "--format", "json", environ=login(fake)).data
    assert outcome.code == 0, outcome.err
    assert "This user can be shown to see all backup jobs" in outcome.out
    assert checked["entrance"] == "ticket"
    assert {row["status"] for row in checked["endpoints"] if row["asked"]} == {200}


@pytest.mark.parametrize(
    ("desk", "told"),
    [({}, "the login failed: HTTP 401"), ({"second_factor": frozenset({USER})}, "for a second factor")],
)
def test_a_user_who_is_not_let_in_ends_with_3_and_is_asked_once(desk: Any, told: str, tmp_path: Path) -> None:  # noqa: ANN401 -- fields of TicketDesk
    with cluster(**desk) as fake:
        environ = login(fake) if desk else login(fake, PVE_PASSWORD="canary-wrong-word")
        outcome = run(tmp_path, environ=environ)
        assert len(fake.requests) == 1
    assert outcome.code == 3
    assert told in outcome.err
    assert "canary" not in outcome.err
    assert not list(tmp_path.glob("reports/*"))


def test_backup_servers_take_a_user_too(tmp_path: Path) -> None:
    desk = TicketDesk({"report@pbs": PASSWORD}, product="PBS")
    api = PbsApi(demo_server(WORLD), PBS_PRESETS["root_full"])
    with FakeProxmox(api, product="PBS", desk=desk) as fake:
        environ = {
            "PBS01_NAME": "vault",
            "PBS01_API_URL": fake.url,
            "PBS01_USERNAME": "report@pbs",
            "PBS01_PASSWORD": PASSWORD,
            "PBS01_TLS_FINGERPRINT": fake.fingerprint,
        }
        outcome = run(tmp_path, "--check-api", "--format", "json", "--record", "tape.json", environ=environ)
        posts = [request.path for request in fake.requests if request.method != "GET"]
    assert outcome.code == 0, outcome.err
    assert posts == ["/access/ticket"]
    (server,) = outcome.data["pbs"]
    assert (server["entrance"], server["cannot_prove"]) == ("ticket", [])
    assert_kept((PASSWORD, *desk.tickets, *desk.csrf), outcome, tmp_path)


def test_pvesh_gets_a_report_and_the_check_tells_that_root_sees_all(tmp_path: Path) -> None:
    with node() as pvesh:
        outcome = run(tmp_path, "--record", "tape.json", environ=through(pvesh))
        checked = run(tmp_path, "--check-api", environ=through(pvesh))
        as_json = run(tmp_path, "--check-api", "--format", "json", environ=through(pvesh)).data
        assert pvesh.wrong == []
        assert pvesh.peak <= 4
    assert outcome.code == 0, outcome.err
    assert (as_json["entrance"], as_json["cannot_prove"]) == ("pvesh", [])
    assert "HTTP" not in checked.out
    assert "answered, 2 items" in checked.out
    assert "pvesh, as root, can be shown to see all backup jobs" in checked.out
    replayed = run(tmp_path, "--replay", "tape.json", "--check-api", "--format", "json").data
    assert replayed["entrance"] == "pvesh"


def test_pvesh_and_a_backup_server_over_https_go_together(tmp_path: Path) -> None:
    rights = PBS_PRESETS["root_full"]
    with (
        node() as pvesh,
        FakeProxmox(PbsApi(demo_server(WORLD), rights), token_id=rights.authid, product="PBS") as server,
    ):
        environ = {
            "PBS01_NAME": "vault",
            "PBS01_API_URL": server.url,
            "PBS01_API_TOKEN_ID": server.token_id,
            "PBS01_API_TOKEN_SECRET": server.secret,
            "PBS01_TLS_FINGERPRINT": server.fingerprint,
        }
        data = run(tmp_path, "--dump-report-data", "--format", "json", environ=through(pvesh, **environ)).data
    assert data["guests"]
    assert [found["name"] for found in data["pbs"]] == ["vault"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (Words(err="please run as root\n", code=255), "run this program as root"),
        (Words(err="sudo: a password is required\n", code=1), "--print-setup pvesh"),
        (Words(err="ipcc_send_rec[1] failed: Connection refused\n", code=255), "pve-cluster"),
    ],
)
def test_a_pvesh_that_lets_nobody_in_ends_with_3(words: Words, told: str, tmp_path: Path) -> None:
    with FakePvesh(lambda _path, _query: words) as pvesh:
        outcome = run(tmp_path, environ=through(pvesh))
    assert outcome.code == 3
    assert told in outcome.err


def test_a_machine_without_pvesh_ends_with_3(tmp_path: Path) -> None:
    outcome = run(tmp_path, environ=through(tmp_path / "pvesh"))
    assert outcome.code == 3
    assert "run this on a node" in outcome.err


def test_a_node_that_cannot_be_reached_leaves_gaps_and_no_claim(tmp_path: Path) -> None:
    api = ProxmoxApi(WORLD, PRESETS["root_full"])
    ssh = "ssh: connect to host 10.0.0.2 port 22: No route to host\nproxy handler failed: command 'ssh' failed\n"
    with FakePvesh(
        lambda path, query: Words(err=ssh, code=255) if path.startswith("/nodes/pve2/") else api(path, query)
    ) as pvesh:
        data = run(tmp_path, "--dump-report-data", "--format", "json", environ=through(pvesh)).data
    gaps = {gap["endpoint"]: gap["reason"] for gap in data["gaps"]}
    assert "No route to host" in gaps["/nodes/pve2/tasks"]


# --- the gate that sudo runs for one who is not root


@pytest.fixture
def gate(tmp_path: Path) -> Path:
    """The gate as it is printed, but for where it looks for pvesh."""
    tools = tmp_path / "tools"
    tools.mkdir()
    file = tmp_path / "gate"
    file.write_text(gate_text().replace("PATH=/usr/sbin", f"PATH={tools}:/usr/sbin"))
    file.chmod(0o755)
    return file


def test_the_program_gets_through_the_gate_with_every_question(gate: Path, tmp_path: Path) -> None:
    with node() as pvesh:
        (tmp_path / "tools" / "pvesh").symlink_to(pvesh.command)
        direct = run(tmp_path, "--dump-report-data", "--format", "json", environ=through(pvesh))
        asked = sorted(map(repr, pvesh.asked))
        pvesh.asked.clear()
        gated = run(tmp_path, "--dump-report-data", "--format", "json", environ=through(gate))
        assert sorted(map(repr, pvesh.asked)) == asked
    assert direct.code == gated.code == 0
    assert direct.data["summary"] == gated.data["summary"]


def test_the_gate_lets_nothing_else_pass(gate: Path, tmp_path: Path) -> None:
    (tmp_path / "tools" / "pvesh").write_text(f'#!/bin/sh\necho "$@" >> {tmp_path}/passed\n')
    (tmp_path / "tools" / "pvesh").chmod(0o755)
    json_out = ("--output-format", "json")
    for call in (
        (),
        ("get",),
        ("get", "/version"),
        ("create", "/version", *json_out),
        ("delete", "/nodes/pve1/qemu/100/config", *json_out),
        ("get", "/nodes/pve1/qemu/100/agent/info", *json_out),
        ("get", "/nodes/pve1/qemu/100/cloudinit/dump", *json_out),
        ("get", "/access/users", *json_out),
        ("get", "/nodes/pve1/tasks/x;reboot/log", *json_out),
        ("get", "/nodes/pve1/tasks/$(id)/log", *json_out),
        ("get", "/nodes/pve1/tasks/`id`/log", *json_out),
        ("get", "/nodes/pve1/tasks/a\nb/log", *json_out),
        ("get", "/nodes/pve1/tasks/a b/log", *json_out),
        ("get", "/nodes/-oProxyCommand=x/time", *json_out),
        ("get", "/version", "--output-format", "yaml"),
        ("get", "/version", *json_out, "--x", "$(id)"),
        ("get", "/version", *json_out, "--x", "a\nb"),
        ("--noproxy", "get", "/version", *json_out),
    ):
        done = subprocess.run([gate, *call], capture_output=True, text=True, check=False, timeout=30)
        assert (done.returncode, done.stderr[:27]) == (77, "403 Permission check failed"), call
    assert not (tmp_path / "passed").exists()
    assert subprocess.run([gate, "get", "/version", *json_out], check=False, timeout=30).returncode == 0
    assert (tmp_path / "passed").read_text() == "get /version --output-format json\n"


def test_the_gate_knows_every_endpoint() -> None:
    text = gate_text()
    for endpoint in ALL_ENDPOINTS:
        assert endpoint.path.partition("{")[0] in text, endpoint.name


@pytest.mark.parametrize("what", ["pve", "pbs", "user", "pvesh"])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_what_is_printed_can_be_pasted_into_a_shell(what: str, language: str, tmp_path: Path) -> None:
    outcome = run(tmp_path, "--print-setup", what, "--lang", language)
    assert outcome.code == 0
    done = subprocess.run(["/bin/sh", "-n"], input=outcome.out, capture_output=True, text=True, check=False, timeout=30)
    assert (done.returncode, done.stderr) == (0, "")
