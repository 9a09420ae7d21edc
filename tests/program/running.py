"""Running the program as a user does: its main function, a folder of its own, an environment of its own."""

import io
import json
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from fake_proxmox import FakeProxmox
from pve_backup_report.cli import main


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run left behind: its exit code and what it said."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> dict[str, Any]:
        """Stdout as JSON."""
        parsed: dict[str, Any] = json.loads(self.out)
        return parsed


def settings_of(fake: FakeProxmox, **more: str) -> dict[str, str]:
    """The environment that lets the program in."""
    return {
        "PVE_API_URL": fake.url,
        "PVE_API_TOKEN_ID": fake.token_id,
        "PVE_API_TOKEN_SECRET": fake.secret,
        "PVE_CA_BUNDLE": str(fake.ca_bundle),
        "REPORT_TIMEZONE": "UTC",
        **more,
    }


def run(folder: Path, *argv: str, environ: Mapping[str, str] | None = None) -> Outcome:
    """Run the program in a folder, with no environment but the one given; only reports, and no names for the newest."""
    out, err = io.StringIO(), io.StringIO()
    given = {"REPORT_LATEST": "false", **(environ or {})}
    with _standing_in(folder), patch.dict("os.environ", given, clear=True):
        with redirect_stdout(out), redirect_stderr(err):
            try:
                code = main(argv)
            except SystemExit as stop:  # argparse ends the process itself
                code = int(stop.code or 0)
        logging.getLogger().handlers.clear()
        logging.getLogger("pve_backup_report").setLevel(logging.NOTSET)
    assert "Traceback" not in err.getvalue()
    return Outcome(code, out.getvalue(), err.getvalue())


@contextmanager
def _standing_in(folder: Path) -> Iterator[None]:
    import os  # noqa: PLC0415 -- only here

    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)
