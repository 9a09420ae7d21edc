"""The recorded answers of a running Proxmox VE 9.2.11, served over real HTTPS, to every token."""

from pathlib import Path
from typing import Any

import pytest

from fake_proxmox import CANARY, FakeProxmox
from program.running import run, settings_of

RECORDED = Path(__file__).resolve().parents[3] / "shared" / "recorded"
TAPES = sorted(RECORDED.glob("*.json.gz"))
pytestmark = pytest.mark.skipif(not TAPES, reason="the recordings lie beside the project, not in it")


def names(path: Path) -> str:
    return path.name.removesuffix(".json.gz")


@pytest.mark.parametrize("path", TAPES, ids=names)
def test_each_token_gets_a_report_and_nothing_is_claimed_without_ground(path: Path, tmp_path: Path) -> None:
    with FakeProxmox.from_recording(path) as fake:
        outcome = run(tmp_path, "--record", "tape.json", environ=settings_of(fake))
        asked = [(request.path, *sorted(request.query.items())) for request in fake.requests]
    assert outcome.code == 0, outcome.err
    assert len(asked) == len(set(asked))
    data = run(tmp_path, "--replay", "tape.json", "--dump-report-data", "--format", "json").data
    if "nopriv" in path.name:
        assert data["guests"] == []
        assert {"/cluster/backup", "/cluster/resources"} <= {gap["endpoint"] for gap in data["gaps"]}
    else:
        verdicts = {guest["vmid"]: (guest["verdict"], guest["reason"]) for guest in data["guests"]}
        assert verdicts == VERDICTS


VERDICTS = {
    100: ("partial", "volume-left-out"),
    101: ("covered", "selected-by-job"),
    102: ("covered", "selected-by-job"),
    103: ("uncovered", "job-disabled"),
    104: ("covered", "selected-by-job"),
    200: ("partial", "volume-left-out"),
    201: ("covered", "selected-by-job"),
    202: ("covered", "selected-by-job"),
    300: ("uncovered", "job-disabled"),
    301: ("covered", "selected-by-job"),
}


@pytest.mark.parametrize("path", TAPES, ids=names)
def test_the_same_tape_gives_the_same_report_to_the_byte(path: Path, tmp_path: Path) -> None:
    with FakeProxmox.from_recording(path) as fake:
        run(tmp_path, "--record", "tape.json", "--output-dir", "live", environ=settings_of(fake))
    for folder in ("one", "two"):
        assert run(tmp_path, "--replay", "tape.json", "--output-dir", folder).code == 0
    contents = [
        {path.name: path.read_bytes() for path in (tmp_path / folder).iterdir()} for folder in ("live", "one", "two")
    ]
    assert len(contents[0]) == 3
    assert contents[0] == contents[1] == contents[2]


@pytest.mark.parametrize("path", TAPES, ids=names)
def test_no_secret_of_the_token_gets_anywhere(path: Path, tmp_path: Path) -> None:
    with FakeProxmox.from_recording(path) as fake:
        outcome = run(tmp_path, "-vv", "--record", "tape.json", environ=settings_of(fake))
    everything: list[Any] = [outcome.out, outcome.err]
    everything += [file.read_text(errors="replace") for file in tmp_path.rglob("*") if file.is_file()]
    assert not [text for text in everything if CANARY in text]
