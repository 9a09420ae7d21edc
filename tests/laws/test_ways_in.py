"""The way in changes nothing: the same cluster gives the same report to a token, to a user and to pvesh."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fake_proxmox import FakeProxmox, TicketDesk
from fake_pvesh import FakePvesh, recorded_api
from fake_pvesh.api import Api
from pve_backup_report.collect.run import collect_tape
from pve_backup_report.collect.tape_file import parse_tape, tape_text
from pve_backup_report.model.tape import Entrance, Tape
from pve_backup_report.normalize.check import check_api
from pve_backup_report.pipeline import report_of
from pve_backup_report.render.language import load_language
from pve_backup_report.render.report_data import report_data
from pve_backup_report.settings import read_settings
from simulator import PRESETS, ProxmoxApi, World, demo_world, random_world

RECORDED = Path(__file__).resolve().parents[3] / "shared" / "recorded"
OF_ROOT = sorted(RECORDED.glob("*root-pam-full.json.gz"))
USER, PASSWORD = "root@pam", "canary-password-of-root"
TEXTS = ("anomalies", "gaps")  # HTTP and pvesh use words of their own for what went wrong

WORLDS: dict[str, Callable[[], World]] = {
    "demo": demo_world,
    "random 3": lambda: random_world(3, guests=6),
    "random 11": lambda: random_world(11, guests=6, nodes=4),
}


def tapes(api: Api, fake: FakeProxmox, now: int, **more: str) -> dict[str, Tape]:
    """The tapes of the three ways into the same cluster, and that nothing but the login was posted."""
    plain = {"REPORT_TIMEZONE": "UTC", **more}
    https = {**plain, "PVE_API_URL": fake.url, "PVE_CA_BUNDLE": str(fake.ca_bundle)}
    found = {
        "token": tape_of({**https, "PVE_API_TOKEN_ID": fake.token_id, "PVE_API_TOKEN_SECRET": fake.secret}, now),
        "ticket": tape_of({**https, "PVE_USERNAME": USER, "PVE_PASSWORD": PASSWORD}, now),
    }
    posts = [(request.method, request.path) for request in fake.requests if request.method != "GET"]
    assert posts == [("POST", "/access/ticket")]
    with FakePvesh(api) as pvesh:
        found["pvesh"] = tape_of({**plain, "PVE_TRANSPORT": "pvesh", "PVE_PVESH_COMMAND": str(pvesh.command)}, now)
        assert pvesh.wrong == []
        assert pvesh.peak <= 4
    return found


def tape_of(environ: dict[str, str], now: int) -> Tape:
    return collect_tape(read_settings(environ, None)[0], now)


def facts(tape: Tape) -> dict[str, Any]:
    """All that a report says but its sentences; of gaps and anomalies, which there are."""
    # the clocks of the worlds stand still, while ours goes on
    timeless = replace(tape, answers={path: replace(answer, after_s=0) for path, answer in tape.answers.items()})
    data = report_data(report_of(timeless), load_language("en"))
    told = json.loads(json.dumps(data))
    gaps = sorted((gap["endpoint"], gap["blinds"]) for gap in told["gaps"])
    anomalies = sorted((anomaly["code"], anomaly["subject"] or "") for anomaly in told["anomalies"])
    return {**{key: value for key, value in told.items() if key not in TEXTS}, "gaps": gaps, "anomalies": anomalies}


def assert_same(found: dict[str, Tape]) -> None:
    token = facts(found["token"])
    assert token["guests"]
    for way in ("ticket", "pvesh"):
        assert facts(found[way]) == token, way
    assert [tape.entrance for tape in found.values()] == list(Entrance)
    assert len({check_api(tape).proves for tape in found.values()}) == 1


@pytest.mark.parametrize(
    ("name", "limits"),
    [
        *((name, {}) for name in WORLDS),
        (min(WORLDS), {"PVE_TASK_HISTORY_LIMIT": "3", "PVE_TASK_LOG_LIMIT": "20"}),
    ],
    ids=[*WORLDS, "short"],
)
def test_the_same_world_gives_the_same_report_to_each_way_in(name: str, limits: dict[str, str]) -> None:
    world = WORLDS[name]()
    api = ProxmoxApi(world, PRESETS["root_full"])
    with FakeProxmox(api, desk=TicketDesk({USER: PASSWORD})) as fake:
        found = tapes(api, fake, world.now, **limits)
    assert_same(found)
    if limits:
        assert any("limit" in str(gap.kind) for gap in report_of(found["pvesh"]).analysis.cluster.gaps)


@pytest.mark.skipif(not OF_ROOT, reason="the recordings lie beside the project, not in it")
@pytest.mark.parametrize("path", OF_ROOT, ids=lambda path: path.name.partition("__")[0])
def test_a_real_cluster_gives_the_same_report_to_each_way_in(path: Path) -> None:
    now = 1_772_619_630
    with FakeProxmox.from_recording(path, desk=TicketDesk({USER: PASSWORD})) as fake:
        assert_same(tapes(recorded_api(path), fake, now))


def test_a_tape_is_replayed_as_what_it_was() -> None:
    world = demo_world()
    api = ProxmoxApi(world, PRESETS["root_full"])
    with FakeProxmox(api, desk=TicketDesk({USER: PASSWORD})) as fake:
        for tape in tapes(api, fake, world.now).values():
            kept = tape_text(tape)
            again = parse_tape(json.loads(kept))
            assert again == tape
            assert tape_text(again) == kept
            assert PASSWORD not in kept
            assert not any(ticket in kept for ticket in (*fake.desk.tickets, *fake.desk.csrf)) if fake.desk else True
