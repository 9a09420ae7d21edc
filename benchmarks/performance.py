"""Requests and time against a model of a cluster, beside the lower bound and beside prometheus-pve-exporter.

With ``--write`` the figures go into docs/en/performance.md and its French twin.
"""

import argparse
import multiprocessing
import os
import platform
import re
import subprocess
import sys
import tempfile
import time
import timeit
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from multiprocessing.connection import Connection
from operator import itemgetter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "benchmarks")]

from analysis import SIZES, row_of  # noqa: E402 -- lies beside this file
from model_server import HOP_S, Journal, serve  # noqa: E402 -- lies beside this file
from model_world import SECRET, TOKEN_ID, Answers, address_of, answers_of  # noqa: E402 -- same
from pve_backup_report.collect.authorization import Authorization  # noqa: E402 -- after the path is set
from pve_backup_report.collect.client import ApiClient, ApiServer  # noqa: E402 -- same
from pve_backup_report.collect.crew import Crew, Limits  # noqa: E402 -- same
from pve_backup_report.collect.tls import Trust  # noqa: E402 -- same

NODES, NIGHTS, WORKERS = 10, 30, 3
CONCURRENCY = 8
GUESTS = (500, 1000)
SERVICE_MS = (5, 20, 80)
# runs, of which the quickest counts, as in analysis.py: other work on the machine only makes one slower, most of all
# where the processor has as much to do as the cluster; these are made at the beginning, and as many at the end
TRIES = {5: 8}
TRIES_ELSE = 3
_TIME, _TIMES_BESIDE = 4, (3, 5)  # columns of the two tables
_ASKING = re.compile(r"Asking: ([0-9.]+) s")
_WAVES = re.compile(r"before: ([0-9]+)")


@dataclass(frozen=True, slots=True)
class Model:
    """A model server at work: where it is, and the pipe on which it tells what it was asked."""

    port: int
    ca_file: Path
    pipe: Connection
    service_s: float

    @property
    def tries(self) -> int:
        """How many runs are made against it."""
        return TRIES.get(round(self.service_s * 1000), TRIES_ELSE)

    def journal(self) -> Journal:
        """Return what was asked since the last time."""
        self.pipe.send("tell")
        told: Journal = self.pipe.recv()
        return told


@contextmanager
def model_of(answers: Answers, service_s: float, folder: Path) -> Iterator[Model]:
    """Serve answers from a process of its own."""
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.Process(target=serve, args=(theirs, answers, service_s), daemon=True)
    server.start()
    port, authority = ours.recv()
    ca_file = folder / "ca.pem"
    ca_file.write_bytes(authority)
    try:
        yield Model(port, ca_file, ours, service_s)
    finally:
        ours.send("stop")
        server.join()


def bound_s(journal: Journal, waves: int, service_s: float) -> float:
    """Return the least time that those questions need: the longest chain, or all that they take over those at once."""
    asked = sum(journal.asked.values())
    passed_on = asked - next(iter(journal.per_node.values()))  # the first node is the one that is contacted
    busiest = max(journal.per_node.values())
    return max(
        waves * service_s,
        (asked * service_s + passed_on * HOP_S) / min(CONCURRENCY, WORKERS * NODES),
        busiest * service_s / WORKERS,
    )


def whole_runs(guests: int, model: Model, folder: Path) -> list[str]:
    """Run the program as a user does, some times, and return the cells of the row of the quickest."""
    rows = (_whole_run(guests, model, folder) for _ in range(model.tries))
    return min(rows, key=lambda row: _seconds(row[_TIME]))


def _whole_run(guests: int, model: Model, folder: Path) -> list[str]:
    environ = {
        **os.environ,
        "PVE_API_URL": f"https://{address_of(0)}:{model.port}",
        "PVE_API_TOKEN_ID": TOKEN_ID,
        "PVE_API_TOKEN_SECRET": SECRET,
        "PVE_CA_BUNDLE": str(model.ca_file),
        "REPORT_DIR": str(folder / "reports"),
    }
    command = [sys.executable, "-m", "pve_backup_report", "--stats", "-q"]
    began = time.perf_counter()
    told = subprocess.run(command, env=environ, check=True, cwd=folder, capture_output=True, text=True).stderr
    whole = time.perf_counter() - began
    asking, waves = _ASKING.search(told), _WAVES.search(told)
    assert asking is not None, told
    assert waves is not None, told
    journal = model.journal()
    assert set(journal.asked.values()) == {1}, "something was asked twice"
    bound = bound_s(journal, int(waves[1]), model.service_s)
    return [
        f"{guests:,}",
        f"{model.service_s * 1000:.0f} ms",
        f"{len(journal.asked):,}",
        f"{bound:.2f} s",
        f"{float(asking[1]):.2f} s",
        f"{float(asking[1]) / bound:.2f}",
        f"{journal.peak} / {journal.peak_of_a_node}",
        f"{whole:.2f} s",
    ]


def beside_the_exporter(guests: int, model: Model, nodes: int) -> list[str]:
    """Ask for what both ask for, as the exporter does and as this program does, and return the cells of their row."""
    theirs, asked = min((_scraped(model, nodes) for _ in range(model.tries)), key=itemgetter(0))
    paths = [path for path in asked.asked if path.endswith("/config")]
    ours, asked_by_us = min((_asked(model, paths) for _ in range(model.tries)), key=itemgetter(0))
    return [
        f"{guests:,}",
        f"{model.service_s * 1000:.0f} ms",
        f"{sum(asked.asked.values()):,}",
        f"{theirs:.2f} s",
        f"{sum(asked_by_us.asked.values()):,}",
        f"{ours:.2f} s",
    ]


def _scraped(model: Model, nodes: int) -> tuple[float, Journal]:
    """Have the exporter scrape each node at its own address, all at once; return the seconds and what was asked."""
    from pve_exporter.collector import CollectorsOptions, collect_pve  # noqa: PLC0415 -- an extra

    wanted = CollectorsOptions(
        status=True,
        version=True,
        subscription=False,
        node=True,
        cluster=True,
        resources=True,
        backup_info=True,
        config=True,
        replication=False,
        qdevice=False,
    )
    user, _, name = TOKEN_ID.partition("!")
    config = {"user": user, "token_name": name, "token_value": SECRET, "verify_ssl": str(model.ca_file)}
    began = time.perf_counter()
    with ThreadPoolExecutor(nodes) as scrapes:
        for scraped in [
            scrapes.submit(
                collect_pve, {**config, "port": model.port}, address_of(at), cluster=at == 0, node=True, options=wanted
            )
            for at in range(nodes)
        ]:
            scraped.result()
    return time.perf_counter() - began, model.journal()


def _asked(model: Model, paths: list[str]) -> tuple[float, Journal]:
    """Ask the same as this program does; return the seconds and what was asked."""
    of_cluster = ["/version", "/cluster/status", "/cluster/resources", "/cluster/backup-info/not-backed-up"]
    began = time.perf_counter()
    client = ApiClient(
        ApiServer(
            (f"https://{address_of(0)}:{model.port}",),
            Authorization.for_pve(TOKEN_ID, SECRET),
            trust=Trust(ca_bundle=model.ca_file),
        )
    )
    with client, Crew(client.get, Limits(CONCURRENCY, WORKERS)) as crew:
        for path in of_cluster + paths:
            crew.send(path, 0)
        assert all(answer.ok for _, answer in crew.answers())
    return time.perf_counter() - began, model.journal()


HEADS = {
    "en": (
        ("guests", "an answer", "requests", "bound", "asking", "ratio", "at once / a node", "whole run"),
        ("guests", "an answer", "its requests", "its time", "our requests", "our time"),
        ("guests", "backups", "judging", "all outputs", "together", "peak memory", "µs / (n log₂ n)"),
    ),
    "fr": (
        ("invités", "une réponse", "requêtes", "borne", "interrogation", "rapport", "à la fois / un nœud", "en tout"),
        ("invités", "une réponse", "ses requêtes", "sa durée", "nos requêtes", "notre durée"),
        ("invités", "sauvegardes", "jugement", "toutes les sorties", "ensemble", "mémoire", "µs / (n log₂ n)"),
    ),
}


def pace_s() -> float:
    """Return what three million additions in a loop take: by that the figures of two machines, or days, compare."""
    return min(timeit.repeat("for number in range(3_000_000): total += number", "total = 0", number=1, repeat=5))


def table(head: tuple[str, ...], rows: list[list[str]]) -> str:
    """Return a table of Markdown."""
    lines = [head, tuple("---" for _ in head), *map(tuple, rows)]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def in_french(cell: str) -> str:
    """Return a figure as French writes it."""
    return re.sub(r"(\d)\.(\d)", r"\1,\2", re.sub(r"(\d),(\d{3})", "\\1\u202f\\2", cell))


def write(pace: str, tables: tuple[list[list[str]], ...]) -> None:
    """Put the figures where the pages keep them."""
    for language, heads in HEADS.items():
        page = ROOT / "docs" / language / "performance.md"
        shown = [
            table(head, rows if language == "en" else [[in_french(cell) for cell in row] for row in rows])
            for head, rows in zip(heads, tables, strict=True)
        ]
        text = page.read_text(encoding="utf-8")
        python = f"Python {platform.python_version()}, {pace if language == 'en' else in_french(pace)}\n"
        for number, figures in enumerate([python, *shown]):
            place = re.compile(rf"(<!-- figures {number} -->\n).*?(?=<!-- end -->)", re.DOTALL)
            text = place.sub(rf"\g<1>{figures}", text)
        page.write_text(text, encoding="utf-8")


@cache
def _answers(guests: int) -> Answers:
    return answers_of(guests, NODES, NIGHTS)


def _rows(guests: int, service_ms: int) -> tuple[list[str], list[str]]:
    """Return the rows of both tables for one cluster."""
    answers = _answers(guests)
    with tempfile.TemporaryDirectory() as folder, model_of(answers, service_ms / 1000, Path(folder)) as model:
        rows = whole_runs(guests, model, Path(folder)), beside_the_exporter(guests, model, NODES)
    for row in rows:
        print(*row, sep=" | ", flush=True)
    return rows


def _quickest(first: tuple[list[str], list[str]], later: tuple[list[str], list[str]]) -> tuple[list[str], list[str]]:
    """Return the row of the quicker whole run, and beside the exporter the shorter time of each of the two."""
    beside = [
        min(cells, key=_seconds) if column in _TIMES_BESIDE else cells[0]
        for column, cells in enumerate(zip(first[1], later[1], strict=True))
    ]
    return min(first[0], later[0], key=lambda row: _seconds(row[_TIME])), beside


def _seconds(cell: str) -> float:
    return float(cell.split(maxsplit=1)[0])


def main() -> None:
    """Measure, print, and write where that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="put the figures into the pages")
    parser.add_argument("--guests", type=int, nargs="*", default=GUESTS)
    parser.add_argument("--service-ms", type=int, nargs="*", default=SERVICE_MS)
    parser.add_argument("--own", type=int, nargs="*", default=SIZES, help="guests for our own code")
    given = parser.parse_args()
    before_s = pace_s()
    asked = [(guests, service_ms) for guests in given.guests for service_ms in given.service_ms]
    rows = {which: _rows(*which) for which in asked}
    own: list[list[str]] = []
    for guests in given.own:
        own.append(row_of(guests))
        print(*own[-1], sep=" | ", flush=True)
    for which in asked:
        if which[1] in TRIES:
            rows[which] = _quickest(rows[which], _rows(*which))
    pace = f"{before_s:.2f} s … {pace_s():.2f} s"
    print(pace)
    if given.write:
        write(pace, ([row for row, _ in rows.values()], [row for _, row in rows.values()], own))


if __name__ == "__main__":
    main()
