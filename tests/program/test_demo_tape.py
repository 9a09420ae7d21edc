"""The sample cluster in the package is what the simulator gives today, and holds no secret."""

import importlib.util
import json
from pathlib import Path
from types import ModuleType

from pve_backup_report.collect.tape_file import parse_tape

ROOT = Path(__file__).resolve().parents[2]


def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_demo_tape", ROOT / "tools" / "make_demo_tape.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_shipped_tape_is_up_to_date() -> None:
    made = tool()
    assert made.TAPE.read_bytes() == made.demo_bytes(), "run .venv/bin/python tools/make_demo_tape.py"


def test_the_shipped_tape_holds_only_what_is_used() -> None:
    import gzip  # noqa: PLC0415 -- only here

    body = json.loads(gzip.decompress(tool().TAPE.read_bytes()))
    text = json.dumps(body)
    assert parse_tape(body).answers
    for word in ("password", "sshkeys", "PVEAPIToken", "net0"):
        assert word not in text
