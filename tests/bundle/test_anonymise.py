"""No name of a cluster is left, and what is concluded about it stays the same."""

import json
import re
from pathlib import Path

import pytest

from bundle.canaries import DEMO, MARK, RECORDED, TAPES, facts, marked
from fake_proxmox import FakeProxmox
from program.running import run, settings_of
from pve_backup_report.bundle.anonymise import anonymise
from pve_backup_report.bundle.fields import PBS_QUESTIONS, PVE_QUESTIONS, field_of
from pve_backup_report.collect.tape_file import read_tape, tape_text
from pve_backup_report.pipeline import report_of
from pve_backup_report.render.formats import FORMATS
from pve_backup_report.render.json_text import json_text
from pve_backup_report.render.language import load_language
from pve_backup_report.render.report_data import report_data
from simulator import PRESETS, random_world
from tape_from_simulator import record

tapes = pytest.mark.parametrize("path", TAPES, ids=lambda path: path.name.partition(".")[0])


@tapes
def test_the_conclusions_stay_the_same(path: Path) -> None:
    tape = read_tape(path)
    renamed = anonymise(tape).tape
    assert facts(renamed) == facts(tape)
    assert len(renamed.answers) == len(tape.answers)
    assert [len(server.answers) for server in renamed.pbs] == [len(server.answers) for server in tape.pbs]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("token", sorted(PRESETS))
def test_the_conclusions_stay_the_same_on_clusters_with_every_trap(seed: int, token: str) -> None:
    tape = record(random_world(seed), PRESETS[token])
    assert facts(anonymise(tape).tape) == facts(tape)


@tapes
def test_no_name_is_left_in_the_tape_nor_in_any_report(path: Path) -> None:
    tape = marked(path)
    before = tape_text(tape)
    assert before.count(MARK) > 50
    renamed = anonymise(tape).tape
    assert facts(renamed) == facts(tape)
    assert MARK not in tape_text(renamed).lower()
    report = report_of(renamed)
    for language in ("en", "fr"):
        for name, output in FORMATS.items():
            if name != "pdf":  # made of the same HTML
                assert MARK not in output.render(report, load_language(language)).lower(), name


def test_the_addresses_notes_and_tokens_of_the_demo_are_gone() -> None:
    text = tape_text(anonymise(read_tape(DEMO)).tape)
    for word in (
        "192.0.2",
        "Rack 2",
        "Every night",
        "Production",
        "reporter",
        "coverage",
        "nextcloud",
        "pve1",
        "5f:1e",
    ):
        assert word not in text, word


def test_the_same_tape_gives_the_same_bytes() -> None:
    tape = read_tape(DEMO)
    assert tape_text(anonymise(tape).tape) == tape_text(anonymise(tape).tape)


def test_vmids_times_sizes_and_what_every_proxmox_has_stay() -> None:
    tape, renamed = read_tape(DEMO), anonymise(read_tape(DEMO)).tape
    data = [json.loads(json_text(report_data(report_of(one), load_language("en")))) for one in (tape, renamed)]
    for key in ("vmid", "last_due", "next_due", "backups"):
        assert [guest[key] for guest in data[0]["guests"]] == [guest[key] for guest in data[1]["guests"]]
    sizes = [[volume["size"] for guest in one["guests"] for volume in guest["volumes"] or ()] for one in data]
    assert sizes[0] == sizes[1]
    assert '"local"' in tape_text(renamed)
    assert "root@pam" in tape_text(renamed)


def test_every_field_that_a_tape_keeps_is_known() -> None:
    for question in (*PVE_QUESTIONS, *PBS_QUESTIONS):
        for name in question.keeps:
            assert name == "t" or field_of(question, name) is not None, (question.name, name)


def test_a_field_that_is_not_known_does_not_get_through() -> None:
    tape = read_tape(DEMO)
    rows = tape.answers["/storage"].data
    assert isinstance(rows, list)
    rows[0]["secret-field"] = "zqxsecret"
    assert "zqxsecret" not in tape_text(anonymise(tape).tape)


@pytest.mark.skipif(not RECORDED, reason="the recordings lie beside the project, not in it")
@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.name.partition(".")[0])
def test_a_real_cluster_keeps_its_conclusions_and_loses_its_names(path: Path, tmp_path: Path) -> None:
    with FakeProxmox.from_recording(path) as fake:
        environ = settings_of(fake, REPORT_FORMATS="html,md,md-summary,json")
        run(tmp_path, "-q", "--record", "named.json", "--dump-coverage", environ=environ)
        outcome = run(tmp_path, "--anonymise", "--record", "kept.json.gz", "--bundle", "b.zip", environ=environ)
    assert outcome.code == 0, outcome.err
    named, renamed = read_tape(tmp_path / "named.json"), read_tape(tmp_path / "kept.json.gz")
    assert facts(renamed) == facts(named)
    guests = {guest.guest.name for guest in report_of(named).analysis.guests if guest.guest.name}
    written = [tape_text(renamed), *(file.read_text() for file in (tmp_path / "reports").glob("*"))]
    for name in guests:
        assert not [text for text in written if re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text)], name
    assert run(tmp_path, "--verify-bundle", "b.zip").code == 0
