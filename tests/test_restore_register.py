"""The register of restore tests: what people write down, and what is said of what they got wrong."""

from pathlib import Path

import pytest

from pve_backup_report.errors import SettingsError
from pve_backup_report.model.restore import Restore
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


def test_what_is_written_is_read_newest_first(tmp_path: Path) -> None:
    assert read_register(written(tmp_path, GOOD)) == (
        Restore(101, 1772323200, ok=False, who=None, note=None, upid=None),
        Restore(100, 1769904000, ok=True, who="Ana", note="started, logged in", upid=None),
    )


def test_an_empty_register_is_one(tmp_path: Path) -> None:
    assert read_register(written(tmp_path, "")) == ()


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
    with pytest.raises(SettingsError) as caught:
        read_register(path)
    assert str(path) in caught.value.mistakes[0]
    assert says in caught.value.mistakes[0]


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        read_register(tmp_path / "none.toml")
    assert "No such file" in caught.value.mistakes[0]
