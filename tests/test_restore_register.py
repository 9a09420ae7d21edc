"""The register of restore tests: what people write down, and what is said of what they got wrong."""

from pathlib import Path

import pytest

from pve_backup_report.errors import SettingsError
from pve_backup_report.model.restore import Restore
from pve_backup_report.settings import read_settings
from pve_backup_report.settings.restore_register import read_register

GOOD = """
[[restore]]
date = 2026-02-01
guest = 100
result = "ok"
who = "Ana"
note = "started, logged in"

[[restore]]
date = 2026-03-01
guest = 101
result = "failed"
"""


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "restores.toml"
    path.write_text(text)
    return path


def mistakes_of(path: Path, **more: str) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as caught:
        read_settings({"REPORT_RESTORE_TESTS": str(path), **more}, None, need_connection=False)
    return caught.value.mistakes


def test_what_is_written_is_read_newest_first(tmp_path: Path) -> None:
    restores, mistakes = read_register(written(tmp_path, GOOD))
    assert restores == (
        Restore(101, 1772323200, ok=False, who=None, note=None, upid=None),
        Restore(100, 1769904000, ok=True, who="Ana", note="started, logged in", upid=None),
    )
    assert mistakes == ()


def test_an_empty_register_is_one(tmp_path: Path) -> None:
    assert read_register(written(tmp_path, "")) == ((), ())


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[[restore]\n", "this is no TOML"),
        ("restore = 1\n", "number 1 is no table"),
        ('[[restore]]\nguest = 1\nresult = "ok"\n', "has no date"),
        ('[[restore]]\ndate = "2026-01-01"\nguest = 1\nresult = "ok"\n', "without quotes"),
        ('[[restore]]\ndate = 2026-01-01\nguest = "web"\nresult = "ok"\n', "has no guest"),
        ("[[restore]]\ndate = 2026-01-01\nguest = 1\n", "has no result"),
    ],
)
def test_a_mistake_is_told_with_the_file_and_the_place(tmp_path: Path, text: str, says: str) -> None:
    path = written(tmp_path, text)
    (mistake,) = mistakes_of(path)
    assert mistake.startswith(f"REPORT_RESTORE_TESTS {path}: ")
    assert says in mistake


def test_a_file_that_is_not_there_is_told_with_the_other_mistakes_of_the_settings(tmp_path: Path) -> None:
    path = tmp_path / "none.toml"
    told = mistakes_of(path, REPORT_LANGUAGE="de")
    assert f"REPORT_RESTORE_TESTS {path}: No such file or directory; give the path of a TOML file." in told
    assert len(told) == 2
