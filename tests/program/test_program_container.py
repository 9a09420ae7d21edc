"""The Dockerfile, read line by line: there is no engine to build it with here."""

import re
from pathlib import Path

import pytest

from pve_backup_report.settings import KNOWN_NAMES

ROOT = Path(__file__).resolve().parents[2]
SECRETS = {name for name in KNOWN_NAMES if name.endswith("_FILE")}


def instructions() -> list[tuple[str, str]]:
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines))
    return [(word, rest) for word, _, rest in (line.partition(" ") for line in joined.splitlines())]


def last_stage() -> list[tuple[str, str]]:
    told = instructions()
    start = max(place for place, (word, _) in enumerate(told) if word == "FROM")
    return told[start:]


def test_it_is_built_on_one_slim_python_of_a_named_version_that_the_project_takes() -> None:
    bases = {rest.partition(" ")[0] for word, rest in instructions() if word == "FROM"}
    (base,) = bases
    found = re.fullmatch(r"python:3\.(\d+)-slim-[a-z]+", base)
    assert found is not None
    assert f"Programming Language :: Python :: 3.{found[1]}" in (ROOT / "pyproject.toml").read_text(encoding="utf-8")


def test_it_runs_as_a_user_who_is_not_root() -> None:
    users = [rest for word, rest in last_stage() if word == "USER"]
    assert [re.fullmatch(r"[1-9]\d*:[1-9]\d*", user) is not None for user in users] == [True]
    assert dict(last_stage())["ENTRYPOINT"] == '["pve-backup-report"]'


def test_no_secret_and_no_tool_to_build_with_gets_into_it() -> None:
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert not [name for name in SECRETS if name.removesuffix("_FILE") in text]
    assert not [rest for word, rest in last_stage() if word == "RUN" and re.search(r"\b(?:pip|apt-get|gcc)\b", rest)]
    copied = [rest for word, rest in last_stage() if word in ("COPY", "ADD")]
    assert all(rest.startswith("--from=build ") for rest in copied)
    assert not [word for word, _ in instructions() if word in ("ADD", "ARG")]


def test_what_it_copies_exists_and_reaches_the_builder() -> None:
    let_in = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = [rest.split()[:-1] for word, rest in instructions() if word == "COPY" and "--from" not in rest]
    names = {name for part in copied for name in part}
    assert names == let_in
    assert all((ROOT / name).exists() for name in names)
    assert "*" in (ROOT / ".dockerignore").read_text().splitlines()


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_compose_file_in_the_documentation_is_the_one_beside_it(language: str) -> None:
    page = (ROOT / "docs" / language / "docker.md").read_text(encoding="utf-8")
    assert (ROOT / "compose.yaml").read_text(encoding="utf-8").partition("\n")[2] in page


def test_the_compose_file_locks_the_container_down() -> None:
    text = (ROOT / "compose.yaml").read_text(encoding="utf-8")
    for line in ("read_only: true", "cap_drop: [ALL]", "no-new-privileges:true", "PVE_API_TOKEN_SECRET_FILE:"):
        assert line in text
    assert not re.search(r"PVE_API_TOKEN_SECRET:", text)
