"""Whole runs against a cluster that fails at everything, or in the middle: a report or exit 3, and always soon.

``EVERY_CELL=1`` tries every way of failing.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from fake_proxmox import FakeProxmox, Reply, refused
from matrix.faults import ALL, HUGE, SLOW
from matrix.scene import SEES_ALL
from program.running import run, settings_of

_STILL_ANSWERED = {"null", "a string", "a number", "wrong types", "one wrong type", "only nulls", "null entries"}
_FORMATS = "html,md,json,csv,xlsx,prometheus,junit,sarif"
_CLAIMS = ('"verdict": "covered"', '"verdict": "uncovered"', '"freshness": "fresh"', '"freshness": "never"')


@contextmanager
def _failing(fault: str) -> Iterator[dict[str, str]]:
    """Serve a cluster and a backup server that destroy every answer in one way; yield the settings."""
    destroy = ALL[fault]
    with ExitStack() as stack:
        cluster = stack.enter_context(FakeProxmox(lambda path, query: destroy(Reply.of(SEES_ALL.cluster(path, query)))))
        server = stack.enter_context(
            FakeProxmox(lambda path, query: destroy(Reply.of(SEES_ALL.server(path, query))), product="PBS")
        )
        yield settings_of(
            cluster,
            PVE_TIMEOUT="1" if fault in SLOW else "30",
            REPORT_FORMATS=_FORMATS,
            PBS1_NAME="vault",
            PBS1_API_URL=server.url,
            PBS1_API_TOKEN_ID=server.token_id,
            PBS1_API_TOKEN_SECRET=server.secret,
            PBS1_CA_BUNDLE=str(server.ca_bundle),
        )


# What is changed in one entry leaves the rest whole: the cells of the matrix judge that.
_WHOLE = sorted(ALL.keys() - {"one wrong type", "null entries"})
_USUAL = [
    "401",
    "500",
    "reset",
    "TLS garbled",
    "another certificate",
    "HTML",
    "no data",
    "wrong types",
    "only nulls",
    "100 MB",
]


@pytest.mark.parametrize("fault", _WHOLE if "EVERY_CELL" in os.environ else _USUAL)
def test_a_cluster_that_fails_at_everything_gets_exit_3_or_a_report_without_a_claim(tmp_path: Path, fault: str) -> None:
    with _failing(fault) as settings:
        outcome = run(tmp_path, environ={**settings, "STATE_DIR": str(tmp_path / "state")})
    assert outcome.code == (0 if fault in _STILL_ANSWERED else 3), outcome.err
    reports = list(tmp_path.glob("reports/*.json"))
    assert len(reports) == (outcome.code == 0)
    for report in reports:
        text = report.read_text("utf-8")
        assert not [claim for claim in _CLAIMS if claim in text]


@pytest.mark.parametrize(("fault", "code"), [("wrong types", 0), ("500", 3), ("reset", 3), ("timeout", 3)])
def test_a_process_of_its_own_ends_the_same_way(tmp_path: Path, fault: str, code: int) -> None:
    with _failing(fault) as settings:
        began = time.monotonic()
        ended = subprocess.run(
            [sys.executable, "-m", "pve_backup_report"],
            cwd=tmp_path,
            env={**settings, "PATH": os.environ["PATH"]},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert (ended.returncode, "Traceback" in ended.stderr) == (code, False), ended.stderr
    assert time.monotonic() - began < 60


def test_answers_of_100_mb_fill_no_memory(tmp_path: Path) -> None:
    # not ru_maxrss, which begins with what the process had in memory that this one was made from
    code = "import sys; from pve_backup_report.cli import main; code = main(['--quiet']); "
    code += (
        "print(next(line for line in open('/proc/self/status') if line.startswith('VmHWM')).split()[1]); sys.exit(code)"
    )
    bomb = Reply.bomb(HUGE)
    with FakeProxmox(lambda path, query: bomb if "content" in path else SEES_ALL.cluster(path, query)) as fake:
        ended = subprocess.run(
            [sys.executable, "-c", code],
            cwd=tmp_path,
            env={**settings_of(fake, REPORT_FORMATS="json"), "PATH": os.environ["PATH"]},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert ended.returncode == 0, ended.stderr
    # what is too large is counted in pieces and kept nowhere
    assert int(ended.stdout.split()[-1]) < 200 * 1024
    (report,) = tmp_path.glob("reports/*.json")
    assert "the answer is larger than 94371840 bytes" in report.read_text("utf-8")


def test_a_node_that_dies_is_asked_a_few_times_and_the_report_says_so(tmp_path: Path) -> None:
    gone = refused(595, "No route to host")

    def answer(path: str, query: dict[str, str]) -> object:
        return gone if path.startswith("/nodes/pve2/") else SEES_ALL.cluster(path, query)

    with FakeProxmox(answer) as fake:
        outcome = run(tmp_path, environ=settings_of(fake, PVE_CONCURRENCY="1", REPORT_FORMATS="json"))
        asked = [request.path for request in fake.requests if request.path.startswith("/nodes/pve2/")]
    assert outcome.code == 0
    assert len(asked) == 6  # three questions, each asked again once
    (report,) = tmp_path.glob("reports/*.json")
    assert "not asked any more after 3 failures in a row: HTTP 595 No route to host" in report.read_text("utf-8")


def test_no_redirect_takes_the_token_anywhere(tmp_path: Path) -> None:
    with FakeProxmox() as elsewhere:
        redirect = Reply.redirect(f"{elsewhere.url}/api2/json/version")
        with FakeProxmox(lambda _path, _query: redirect) as fake:
            outcome = run(tmp_path, environ=settings_of(fake, REPORT_FORMATS="json"))
        assert elsewhere.connections == 0
    assert outcome.code == 3
    assert "not one of 10 questions was answered: HTTP 302 Found (it redirects to 127.0.0.1" in outcome.err
