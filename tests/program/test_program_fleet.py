"""Many clusters in one run: real processes, fakes over real HTTPS, each failing alone."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from fake_proxmox import FakeProxmox, How, Reply
from program.fleet_running import env_text, fake, fleet_json, put, states
from program.running import run

HOSTILE = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def paris() -> Iterator[FakeProxmox]:
    with fake("paris", secret="canary-of-paris") as running:
        yield running


@pytest.fixture(scope="module")
def lyon() -> Iterator[FakeProxmox]:
    with fake("lyon", secret="canary-of-lyon") as running:
        yield running


def test_two_clusters_give_a_report_each_and_one_of_both(tmp_path: Path, paris: FakeProxmox, lyon: FakeProxmox) -> None:
    files = [put(tmp_path / "paris.env", env_text(paris)), put(tmp_path / "lyon.env", env_text(lyon))]
    outcome = run(tmp_path, *(word for file in files for word in ("--env-file", str(file))))

    assert (outcome.code, outcome.err) == (0, "")
    data = fleet_json(tmp_path / "reports")
    assert (data["schema"], data["complete"]) == ("pve-backup-fleet/1", True)
    assert [cluster["label"] for cluster in data["clusters"]] == ["paris", "lyon"]
    assert [cluster["name"] for cluster in data["clusters"]] == ["paris", "lyon"]
    assert data["summary"]["guests"] == 8
    for cluster in data["clusters"]:
        assert len(cluster["reports"]) == 3
        assert all((tmp_path / "reports" / path).is_file() for path in cluster["reports"])
        assert all(path.startswith(f"{cluster['label']}/") for path in cluster["reports"])


def test_a_folder_is_read_in_order_without_hidden_files_and_backups(
    tmp_path: Path, paris: FakeProxmox, lyon: FakeProxmox
) -> None:
    for name in ("b.env", "a.env"):
        put(tmp_path / "sites" / name, env_text(paris if name == "a.env" else lyon))
    for name in (".hidden.env", "a.env~", "a.env.bak", "#a.env#", ".#a.env", "a.env.swp", "readme.txt"):
        put(tmp_path / "sites" / name, "THIS IS NO FILE OF SETTINGS")
    outcome = run(tmp_path, "--env-file", "sites", "--formats", "json")

    assert (outcome.code, outcome.err) == (0, "")
    assert list(states(fleet_json(tmp_path / "reports"))) == ["a", "b"]


def test_an_empty_folder_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "sites").mkdir()
    outcome = run(tmp_path, "--env-file", "sites")
    assert outcome.code == 2
    assert "sites: the folder holds no file *.env" in outcome.err
    assert not list(tmp_path.glob("reports/*"))


def test_one_file_is_one_cluster_as_ever(tmp_path: Path, paris: FakeProxmox) -> None:
    put(tmp_path / "paris.env", env_text(paris))
    outcome = run(tmp_path, "--env-file", "paris.env", "--formats", "json")
    assert outcome.code == 0, outcome.err
    assert [path.name[:24] for path in (tmp_path / "reports").iterdir()] == ["pve-backup-report_paris_"]


def test_each_fails_alone_and_is_a_row_that_says_why(tmp_path: Path, paris: FakeProxmox) -> None:
    with ExitStack() as running:
        refusing = running.enter_context(fake("refusing"))
        cut = running.enter_context(fake("cut"))
        cut.fail(Reply(how=How.CUT, body=b'{"data":[]}'), path="/cluster/backup")
        dead = running.enter_context(fake("dead"))
        unreachable = env_text(dead).replace(f":{dead.port}", ":1")
        put(tmp_path / "sites" / "good.env", env_text(paris))
        put(tmp_path / "sites" / "refused.env", env_text(refusing).replace(refusing.secret, "another-secret"))
        put(tmp_path / "sites" / "cut.env", env_text(cut))
        put(tmp_path / "sites" / "gone.env", unreachable)
        put(tmp_path / "sites" / "wrong.env", "PVE_API_URL=ftp://nowhere\nPVE_CONCURRENCY=many\n")
        outcome = run(tmp_path, "--env-file", "sites")

    assert outcome.code == 3
    data = fleet_json(tmp_path / "reports")
    assert states(data) == {
        "cut": "worth-a-look",
        "gone": "unreachable",
        "good": "well",
        "refused": "unreachable",
        "wrong": "settings",
    }
    told = {cluster["label"]: (cluster["failure"] or {}).get("message", "") for cluster in data["clusters"]}
    assert "connection refused" in told["gone"]
    assert "401" in told["refused"]
    assert all(part in told["wrong"] for part in ("PVE_API_URL", "PVE_CONCURRENCY", "PVE_API_TOKEN_ID is not set"))
    assert data["complete"] is False
    page = next((tmp_path / "reports").glob("pve-backup-fleet_*.html")).read_text(encoding="utf-8")
    assert "3 of 5 clusters could not be asked" in page
    assert page.index(">gone<") < page.index(">cut<") < page.index(">good<")
    for label in told:
        assert label in outcome.out or label == "good"


def test_wrong_files_are_all_told_at_once_and_the_others_are_asked(tmp_path: Path, paris: FakeProxmox) -> None:
    put(tmp_path / "a.env", "PVE_API_URL=ftp://nowhere\n")
    put(tmp_path / "c.env", env_text(paris, PVE_TIMEOUT="soon"))
    put(tmp_path / "b.env", env_text(paris))
    outcome = run(tmp_path, "--env-file", "a.env", "--env-file", "b.env", "--env-file", "c.env", "-q")
    assert outcome.code == 3
    assert "a: PVE_API_URL" in outcome.err
    assert "c: PVE_TIMEOUT" in outcome.err


def test_when_every_file_is_wrong_nothing_is_asked(tmp_path: Path) -> None:
    put(tmp_path / "a.env", "PVE_API_URL=ftp://nowhere\n")
    outcome = run(tmp_path, "--env-file", "a.env", "--env-file", "absent.env")
    assert outcome.code == 2
    assert "a: PVE_API_URL" in outcome.err
    assert "absent: absent.env does not exist" in outcome.err


def test_when_no_cluster_can_be_asked_the_report_says_so(tmp_path: Path, paris: FakeProxmox) -> None:
    gone = env_text(paris).replace(f":{paris.port}", ":1")
    put(tmp_path / "a.env", gone)
    put(tmp_path / "b.env", gone.replace("127.0.0.1", "localhost"))
    outcome = run(tmp_path, "--env-file", "a.env", "--env-file", "b.env", "--formats", "json")
    assert outcome.code == 3
    assert states(fleet_json(tmp_path / "reports")) == {"a": "unreachable", "b": "unreachable"}
    assert "2 of 2 clusters could not be asked" in outcome.err


@pytest.mark.parametrize("name", ["PVE_API_URL", "PVE_API_TOKEN_SECRET", "PVE_TLS_FINGERPRINT", "PBS01_API_TOKEN_ID"])
def test_what_is_of_one_cluster_must_not_be_set_for_all(tmp_path: Path, paris: FakeProxmox, name: str) -> None:
    put(tmp_path / "sites" / "a.env", env_text(paris))
    asked = len(paris.requests)
    outcome = run(tmp_path, "--env-file", "sites", environ={name: "https://pve.example:8006"})
    assert outcome.code == 2
    assert f"{name} in the environment of the process would make all clusters the same" in outcome.err
    assert len(paris.requests) == asked


def test_the_secret_of_one_cluster_never_reaches_another_nor_any_file(
    tmp_path: Path, paris: FakeProxmox, lyon: FakeProxmox
) -> None:
    before = len(paris.requests), len(lyon.requests)
    put(tmp_path / "sites" / "a.env", env_text(paris))
    put(tmp_path / "sites" / "b.env", env_text(lyon))
    outcome = run(tmp_path, "--env-file", "sites", "-vv", "--record", "tapes")
    assert outcome.code == 0
    for cluster, since, other in ((paris, before[0], "canary-of-lyon"), (lyon, before[1], "canary-of-paris")):
        seen = [request.headers for request in cluster.requests[since:]]
        assert len(seen) > 50
        assert not any(other in value for headers in seen for value in headers.values())
    written = [path.read_bytes() for place in ("reports", "tapes") for path in (tmp_path / place).rglob("*.*")]
    assert len(written) == 3 + 2 * 3 + 2
    for secret in ("canary-of-paris", "canary-of-lyon"):
        assert secret not in outcome.out + outcome.err
        assert not any(secret.encode() in content for content in written)


def test_two_clusters_of_one_name_keep_their_own_reports(tmp_path: Path, paris: FakeProxmox) -> None:
    for place in ("north/pve.env", "south/pve.env", "east/.env"):
        put(tmp_path / place, env_text(paris))
    outcome = run(tmp_path, "--env-file", "north/pve.env", "--env-file", "south/pve.env", "--env-file", "east/.env")
    assert outcome.code == 0
    assert "south-pve asks the same address as north-pve" in outcome.err
    found = sorted(path.parent.name for path in (tmp_path / "reports").glob("*/*.html"))
    assert found == ["east", "north-pve", "south-pve"]


def test_fail_on_looks_at_all_clusters(tmp_path: Path, paris: FakeProxmox) -> None:
    with fake("strict") as other:
        put(tmp_path / "sites" / "a.env", env_text(paris))
        fits_nothing = put(
            tmp_path / "policy.toml", '[[exempt]]\nvmid = 999\nreason = "gone"\nowner = "o"\nuntil = 2099-01-01\n'
        )
        put(tmp_path / "sites" / "b.env", env_text(other, REPORT_POLICY=str(fits_nothing)))
        assert run(tmp_path, "--env-file", "sites", "-q", "--fail-on", "error").code == 0
        assert run(tmp_path, "--env-file", "sites", "-q", "--fail-on", "notice").code == 1


def test_names_that_harm_are_harmless_in_every_format(tmp_path: Path) -> None:
    label = "a b;'&$(x)<b>|[x](y)"
    with fake(HOSTILE) as hostile:
        put(tmp_path / "sites" / f"{label}.env", env_text(hostile))
        outcome = run(tmp_path, "--env-file", "sites")
    assert outcome.code == 0, outcome.err
    page = next((tmp_path / "reports").glob("pve-backup-fleet_*.html")).read_text(encoding="utf-8")
    text = next((tmp_path / "reports").glob("pve-backup-fleet_*.md")).read_text(encoding="utf-8")
    assert HOSTILE not in page
    assert "&lt;script&gt;" in page
    drawn = MarkdownIt("gfm-like", {"linkify": False}).render(text)
    assert not any(sign in drawn for sign in ("<b>", "<script>", 'href="y"'))
    assert "&lt;b&gt;" in drawn
    (cluster,) = fleet_json(tmp_path / "reports")["clusters"]
    assert (cluster["label"], cluster["name"]) == (label, HOSTILE)
    assert all((tmp_path / "reports" / path).is_file() for path in cluster["reports"])
    assert {path.split("/")[0] for path in cluster["reports"]} == {"a-b-x-b-x-y"}


def test_the_fleet_has_settings_of_its_own(tmp_path: Path, paris: FakeProxmox) -> None:
    put(tmp_path / "sites" / "a.env", env_text(paris, REPORT_LANGUAGE="en", REPORT_FORMATS="json"))
    put(tmp_path / "fleet.conf", "REPORT_DIR=out\nREPORT_LANGUAGE=fr\nREPORT_FORMATS=md\nREPORT_TITLE=Parc\n")
    outcome = run(tmp_path, "--env-file", "sites", "--fleet-env", "fleet.conf")
    assert outcome.code == 0, outcome.err
    assert sorted(path.suffix for path in (tmp_path / "out").rglob("*.*")) == [".json", ".md"]
    text = next((tmp_path / "out").glob("*.md")).read_text(encoding="utf-8")
    assert text.startswith("# Parc\n")
    assert "Le seul cluster va bien" in text


@pytest.mark.parametrize(
    ("argv", "told"),
    [
        (("--parallel", "2"), "--parallel goes with several"),
        (("--env-file", "a", "--env-file", "b", "--check-api"), "look at one cluster"),
        (("--env-file", "a", "--env-file", "b", "--demo"), "look at one cluster"),
        (("--env-file", "a", "--env-file", "b", "--replay", "tape.json"), "--replay of one file tells of one cluster"),
        (("--env-file", "a", "--env-file", "b", "--parallel", "0"), "no whole number from 1 to 256"),
        (("--env-file", "a", "--env-file", "b", "--worker-wait", "3601"), "no whole number from 1 to 3600"),
        (("--env-file", "a", "--env-file", "b", "--worker-wait", "3600"), "--worker-wait goes with --scheduler"),
        (("--replay", "memory://tapes", "--tape-max-age", "soon"), "is no age"),
        (("--replay", "memory://tapes", "--record", "there"), "asks none"),
        (("--env-file", "a", "--env-file", "b", "--scheduler", "nowhere"), "no address of a Dask scheduler"),
    ],
)
def test_options_that_do_not_go_together_are_told(tmp_path: Path, argv: tuple[str, ...], told: str) -> None:
    outcome = run(tmp_path, *argv)
    assert outcome.code == 2
    assert told in outcome.err


def test_the_whole_fleet_can_be_dumped_for_machines(tmp_path: Path, paris: FakeProxmox) -> None:
    put(tmp_path / "sites" / "a.env", env_text(paris))
    outcome = run(tmp_path, "--env-file", "sites", "--dump-report-data", "--format", "json")
    assert outcome.code == 0, outcome.err
    assert states(outcome.data) == {"a": "well"}
    assert not (tmp_path / "reports").exists()


def test_each_cluster_has_a_history_of_its_own(tmp_path: Path, paris: FakeProxmox, lyon: FakeProxmox) -> None:
    for name, running in (("a.env", paris), ("b.env", lyon)):
        put(tmp_path / "sites" / name, env_text(running))
    for _ in range(2):
        outcome = run(tmp_path, "--env-file", "sites", environ={"STATE_DIR": "state", "REPORT_FORMATS": "json"})
        assert (outcome.code, outcome.err) == (0, "")
    for label in ("a", "b"):
        assert (tmp_path / "state" / label / "history.db").is_file()
        newest = max((tmp_path / "reports" / label).glob("*.json"), key=lambda path: path.stat().st_mtime_ns)
        past = json.loads(newest.read_text())["history"]
        assert (past["fault"], past["runs"], past["changes"]) == (None, 1, [])


def test_a_history_shared_by_name_is_refused(tmp_path: Path, paris: FakeProxmox, lyon: FakeProxmox) -> None:
    for name, running in (("a.env", paris), ("b.env", lyon)):
        put(tmp_path / "sites" / name, env_text(running))
    outcome = run(tmp_path, "--env-file", "sites", environ={"HISTORY_CLUSTER": "one"})
    assert outcome.code == 2
    assert "HISTORY_CLUSTER" in outcome.err


def test_credentials_of_the_service_reach_each_cluster_and_none_goes_to_all(
    tmp_path: Path, paris: FakeProxmox, lyon: FakeProxmox
) -> None:
    for name, running in (("a.env", paris), ("b.env", lyon)):
        put(tmp_path / "sites" / name, env_text(running))
    handed = put(tmp_path / "handed" / "HISTORY_URL", "postgresql://keeper:canary-of-url@127.0.0.1:9/none").parent
    environ = {"CREDENTIALS_DIRECTORY": str(handed), "REPORT_FORMATS": "json"}
    outcome = run(tmp_path, "--env-file", "sites", environ=environ)
    assert outcome.code == 0
    newest = next((tmp_path / "reports" / "a").glob("*.json"))
    assert "cannot be used" in json.loads(newest.read_text())["history"]["fault"]
    assert "canary-of-url" not in newest.read_text() + outcome.err

    put(handed / "PVE_API_TOKEN_SECRET", "canary-of-all")
    outcome = run(tmp_path, "--env-file", "sites", environ=environ)
    assert outcome.code == 2
    assert "credential PVE_API_TOKEN_SECRET would make all clusters the same" in outcome.err


def test_what_only_a_cluster_can_say_is_told_when_the_fleets_file_says_it(
    tmp_path: Path, paris: FakeProxmox, lyon: FakeProxmox
) -> None:
    for name, running in (("a.env", paris), ("b.env", lyon)):
        put(tmp_path / "sites" / name, env_text(running))
    fleet = put(tmp_path / "fleet.env", "STATE_DIR=state\n")
    outcome = run(tmp_path, "--env-file", "sites", "--fleet-env", str(fleet), environ={"REPORT_FORMATS": "json"})
    assert outcome.code == 0
    assert "STATE_DIR" in outcome.err
    assert "does nothing for the clusters" in outcome.err
