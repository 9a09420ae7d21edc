"""A fleet from tapes: folders, buckets and other places; old, damaged and doubled tapes are never green."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from program.fleet_running import fleet_json, put_tape, states, tape
from program.running import run
from pve_backup_report.collect.tape_file import tape_bytes
from pve_backup_report.fleet.tapes import newest

HOUR = 3600
warned = pytest.mark.filterwarnings("default")  # libraries of others warn of each other


def an_hour_ago() -> int:
    return int(time.time()) - HOUR


def test_a_folder_of_tapes_gives_a_fleet(tmp_path: Path) -> None:
    put_tape(tmp_path / "tapes" / "paris.json.gz", tape("paris", asked_at=an_hour_ago()))
    put_tape(tmp_path / "tapes" / "lyon" / "2026-11-20.json", tape("lyon", asked_at=an_hour_ago() - 600))
    outcome = run(tmp_path, "--replay", "tapes")

    assert (outcome.code, outcome.err) == (0, "")
    data = fleet_json(tmp_path / "reports")
    assert states(data) == {"lyon": "well", "paris": "well"}
    ages = {cluster["label"]: cluster["age_s"] for cluster in data["clusters"]}
    assert 0 <= ages["paris"] - HOUR < 300
    assert 0 <= ages["lyon"] - HOUR - 600 < 300


def test_old_damaged_and_early_tapes_are_red_rows(tmp_path: Path) -> None:
    now = int(time.time())
    whole = put_tape(tmp_path / "tapes" / "good.json.gz", tape("good", asked_at=now)).read_bytes()
    put_tape(tmp_path / "tapes" / "old.json.gz", tape("old", asked_at=now - 27 * HOUR))
    put_tape(tmp_path / "tapes" / "early.json.gz", tape("early", asked_at=now + 3 * HOUR))
    (tmp_path / "tapes" / "short.json.gz").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "tapes" / "bent.json.gz").write_bytes(whole[:400] + b"\x00" * 40 + whole[440:])
    (tmp_path / "tapes" / "empty.json").write_bytes(b"")
    (tmp_path / "tapes" / "other.json").write_text(json.dumps({"format": "something else"}))
    outcome = run(tmp_path, "--replay", "tapes")

    assert outcome.code == 3
    data = fleet_json(tmp_path / "reports")
    damaged = dict.fromkeys(("bent", "empty", "other", "short"), "tape-damaged")
    assert states(data) == {"early": "tape-old", "good": "well", "old": "tape-old", **damaged}
    assert data["summary"]["guests"] == 4
    assert "6 of 7 clusters could not be asked" in outcome.out
    page = next((tmp_path / "reports").glob("*.html")).read_text(encoding="utf-8")
    assert "Recorded 27\u00a0h ago, which says nothing about today." in page
    assert page.index(">old<") < page.index(">good<")


def test_how_old_a_tape_may_be_can_be_said(tmp_path: Path) -> None:
    put_tape(tmp_path / "tapes" / "a.json", tape("a", asked_at=int(time.time()) - 27 * HOUR))
    assert run(tmp_path, "--replay", "tapes", "--tape-max-age", "2d", "-q").code == 0
    assert run(tmp_path, "--replay", "tapes", "--tape-max-age", "20h", "-q").code == 3


def test_the_newest_tape_of_each_cluster_counts(tmp_path: Path) -> None:
    now = an_hour_ago()
    for days in range(3):
        put_tape(tmp_path / "tapes" / f"paris-2026-11-{20 - days}.json", tape("paris", asked_at=now - days * 86400))
    recorded = tape("rome", asked_at=now)
    put_tape(tmp_path / "tapes" / "old-name.json", replace(recorded, asked_at=now - 90000))
    put_tape(tmp_path / "tapes" / "new-name.json", recorded)
    outcome = run(tmp_path, "--replay", "tapes", "--formats", "json")

    assert outcome.code == 0, outcome.err
    data = fleet_json(tmp_path / "reports")
    assert states(data) == {"new-name": "well", "paris": "well"}


def test_names_of_tapes_tell_the_cluster_and_the_time() -> None:
    names = (
        "paris.json", "lyon-2026-11-20.json.gz", "lyon-2026-11-21.json.gz", "lyon_20261119T0200Z.json",
        "rome/2026-11-20_0200.json", "rome/2026-11-21_0100.json", "2026-11-21.json", "nice-2.json", "nice-10.json",
    )  # fmt: skip
    assert newest(names) == {
        "2026-11-21": "2026-11-21.json",
        "lyon": "lyon-2026-11-21.json.gz",
        "nice-10": "nice-10.json",
        "nice-2": "nice-2.json",
        "paris": "paris.json",
        "rome": "rome/2026-11-21_0100.json",
    }


def test_a_place_without_tapes_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "tapes").mkdir()
    outcome = run(tmp_path, "--replay", "tapes")
    assert outcome.code == 2
    assert "--replay tapes holds no tape" in outcome.err


def test_a_wrong_register_is_told_before_any_tape_is_read(tmp_path: Path) -> None:
    put_tape(tmp_path / "tapes" / "a.json", tape("a", asked_at=an_hour_ago()))
    (tmp_path / "restores.toml").write_text("[[restore]]\n")
    outcome = run(tmp_path, "--replay", "tapes", "-q", environ={"REPORT_RESTORE_TESTS": "restores.toml"})
    assert outcome.code == 2
    assert "REPORT_RESTORE_TESTS restores.toml: [[restore]] number 1 has no date" in outcome.err
    assert not (tmp_path / "reports").exists()


@warned
@pytest.mark.parametrize("scheme", ["memory", "file"])
def test_tapes_lie_wherever_fsspec_knows(tmp_path: Path, scheme: str) -> None:
    fsspec = pytest.importorskip("fsspec")
    place = f"{scheme}://{tmp_path}/kept" if scheme == "file" else f"memory://kept-{tmp_path.name}"
    files, root = fsspec.core.url_to_fs(place)
    files.makedirs(root, exist_ok=True)
    for name in ("a", "b"):
        files.pipe_file(f"{root}/{name}.json.gz", tape_bytes(tape(name, asked_at=an_hour_ago()), f"{name}.json.gz"))
    outcome = run(tmp_path, "--replay", place, "--formats", "json")
    assert outcome.code == 0, outcome.err
    assert states(fleet_json(tmp_path / "reports")) == {"a": "well", "b": "well"}


@pytest.fixture
def web(tmp_path: Path) -> Iterator[str]:
    quiet = type("Quiet", (SimpleHTTPRequestHandler,), {"log_message": lambda *_: None})
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(quiet, directory=str(tmp_path / "web")))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


@warned
def test_tapes_are_read_from_a_web_server(tmp_path: Path, web: str) -> None:
    put_tape(tmp_path / "web" / "tapes" / "a.json", tape("a", asked_at=an_hour_ago()))
    outcome = run(tmp_path, "--replay", f"{web}/tapes/", "--formats", "json")
    assert outcome.code == 0, outcome.err
    assert states(fleet_json(tmp_path / "reports")) == {"a": "well"}


@warned
def test_a_login_in_an_address_is_not_shown(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    outcome = run(tmp_path, "--replay", f"http://user:canary-5417@127.0.0.1:{port}/tapes/", "--formats", "json")
    assert outcome.code in (2, 3)
    assert "canary-5417" not in outcome.out + outcome.err
    assert f"127.0.0.1:{port}" in outcome.err


@pytest.fixture
def bucket() -> Iterator[str]:
    """A bucket on a server that speaks S3."""
    moto = pytest.importorskip("moto.server")
    server = moto.ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@warned
def test_tapes_are_read_from_a_bucket_of_s3(tmp_path: Path, bucket: str) -> None:
    boto3 = pytest.importorskip("boto3")
    keys = {"aws_access_key_id": "canary-key", "aws_secret_access_key": "canary-secret"}
    client = boto3.client("s3", endpoint_url=bucket, region_name="us-east-1", **keys)
    client.create_bucket(Bucket="tapes")
    for name in ("paris", "lyon"):
        body = tape_bytes(tape(name, asked_at=an_hour_ago()), "x.json.gz")
        client.put_object(Bucket="tapes", Key=f"sites/{name}-2026-11-21.json.gz", Body=body)
    environ = {
        "AWS_ACCESS_KEY_ID": "canary-key",
        "AWS_SECRET_ACCESS_KEY": "canary-secret",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": bucket,
        "HOME": str(tmp_path),
    }
    outcome = run(tmp_path, "--replay", "s3://tapes/sites", "--formats", "json", environ=environ)
    assert outcome.code == 0, outcome.err
    assert states(fleet_json(tmp_path / "reports")) == {"lyon": "well", "paris": "well"}
    missing = run(tmp_path, "--replay", "s3://nowhere/sites", environ=environ)
    assert missing.code in (2, 3)
    assert "s3://nowhere/sites" in missing.err
    assert "canary-secret" not in outcome.err + missing.err
