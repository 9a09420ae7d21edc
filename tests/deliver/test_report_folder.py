"""The folder of reports: nothing half-written, old reports removed, ``latest`` names that never dangle."""

import os
import tempfile
from pathlib import Path

import pytest

from nobody import as_somebody_else
from pve_backup_report.deliver.files import prepare_directory, write_file, write_files
from pve_backup_report.deliver.keep import remove_old
from pve_backup_report.deliver.latest import link_latest
from pve_backup_report.errors import OutputError
from pve_backup_report.model.keep import Keep
from pve_backup_report.model.report_name import ReportName, read_report_name

SUFFIXES = (".html", ".json", ".summary.md")
DAYS = [f"2026-03-{day:02}_060000Z" for day in range(1, 11)]


def report(folder: Path, stamp: str, cluster: str = "lab", suffix: str = ".html") -> Path:
    path = folder / str(ReportName(cluster, stamp, suffix))
    path.write_text(f"{cluster} {stamp} {suffix}")
    return path


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


# --- writing


def test_files_are_written_together_or_not_at_all(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    with pytest.raises(OutputError, match="b/none/c: cannot be written"):
        write_files([(tmp_path / "a", b"1"), (tmp_path / "b" / "none" / "c", b"2")])
    assert names(tmp_path) == {"b"}


def test_what_killed_runs_left_is_swept_away_and_what_living_ones_write_is_not(tmp_path: Path) -> None:
    fcntl = pytest.importorskip("fcntl")
    left = tmp_path / f".pve-backup-report_lab_{DAYS[0]}.html-abcd_123"
    alive = tmp_path / f".pve-backup-report_lab_{DAYS[1]}.html-abcd_124"
    others = [tmp_path / ".hidden-abcd_123", tmp_path / f"pve-backup-report_lab_{DAYS[0]}.html", tmp_path / ".env"]
    for path in (left, alive, tmp_path / ".probe-abcdefgh", *others):
        path.write_text("x")
    with alive.open() as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        prepare_directory(tmp_path)
    assert names(tmp_path) == {alive.name, *(path.name for path in others)}


def test_writing_a_file_again_takes_away_what_a_killed_run_left_of_it(tmp_path: Path) -> None:
    for name in (".tape[1].gz-abcd_123", ".tape1.gz-abcd_123"):
        (tmp_path / name).write_text("half")
    write_file(tmp_path / "tape[1].gz", b"whole")
    assert names(tmp_path) == {"tape[1].gz", ".tape1.gz-abcd_123"}


# --- what is kept


@pytest.mark.parametrize(
    ("keep", "left"),
    [
        (Keep(runs=3), DAYS[-3:]),
        (Keep(runs=1), DAYS[-1:]),
        (Keep(runs=99), DAYS),
        (Keep(age_s=2 * 86400), DAYS[-3:]),
        (Keep(runs=5, age_s=2 * 86400), DAYS[-5:]),
        (Keep(runs=1, age_s=86400), DAYS[-2:]),
    ],
)
def test_old_runs_are_removed_with_all_their_files(tmp_path: Path, keep: Keep, left: list[str]) -> None:
    written = [report(tmp_path, stamp, suffix=suffix) for stamp in DAYS for suffix in SUFFIXES][-3:]
    assert remove_old(written, keep, SUFFIXES) == ()
    assert names(tmp_path) == {str(ReportName("lab", stamp, suffix)) for stamp in left for suffix in SUFFIXES}


def test_nothing_else_in_the_folder_is_touched(tmp_path: Path) -> None:
    old, mine = report(tmp_path, DAYS[0]), report(tmp_path, DAYS[9])
    others = [
        report(tmp_path, DAYS[0], "lab_2"),
        report(tmp_path, DAYS[0], "other"),
        report(tmp_path, DAYS[0], suffix=".zip"),
        tmp_path / f"{old.name}.bak",
        tmp_path / f"my-{old.name}",
        tmp_path / "pve-backup-report_lab_yesterday.html",
    ]
    for path in others:
        path.write_text("theirs")
    target = tmp_path / "elsewhere.html"
    target.write_text("theirs")
    link = tmp_path / str(ReportName("lab", DAYS[1], ".html"))
    link.symlink_to(target)
    (tmp_path / str(ReportName("lab", DAYS[2], ".html"))).mkdir()
    before = names(tmp_path)
    assert remove_old([mine], Keep(runs=1), SUFFIXES) == ()
    assert before - names(tmp_path) == {old.name}


def test_the_run_itself_stays_when_it_is_older_than_all_that_is_kept(tmp_path: Path) -> None:
    mine = report(tmp_path, DAYS[0])
    for stamp in DAYS[1:]:
        report(tmp_path, stamp)
    remove_old([mine], Keep(runs=2), SUFFIXES)
    assert names(tmp_path) == {str(ReportName("lab", stamp, ".html")) for stamp in (DAYS[0], *DAYS[-2:])}


def test_what_cannot_be_removed_is_warned_about() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        old, mine = report(folder, DAYS[0]), report(folder, DAYS[1])
        folder.chmod(0o555)
        with as_somebody_else():
            (warning,) = remove_old([mine], Keep(runs=1), SUFFIXES)
        folder.chmod(0o700)
        assert old.exists()
    assert f"{old}: this old report cannot be removed (Permission denied)" in warning


# --- the newest ones


def test_latest_leads_to_each_format_and_to_each_cluster(tmp_path: Path) -> None:
    link_latest([report(tmp_path, DAYS[0], "lab", suffix) for suffix in SUFFIXES])
    link_latest([report(tmp_path, DAYS[1], "office")])
    assert str((tmp_path / "latest/report.html").readlink()) == f"../{ReportName('office', DAYS[1], '.html')}"
    assert str((tmp_path / "latest/report_lab.html").readlink()) == f"../{ReportName('lab', DAYS[0], '.html')}"
    assert str((tmp_path / "latest/report.summary.md").readlink()) == f"../{ReportName('lab', DAYS[0], '.summary.md')}"
    assert (tmp_path / "latest/report_office.html").read_text() == f"office {DAYS[1]} .html"


def test_metrics_have_one_name_for_each_cluster_alone(tmp_path: Path) -> None:
    link_latest([report(tmp_path, DAYS[0], "lab", ".prom")])
    assert names(tmp_path / "latest") == {"report_lab.prom"}


def test_reports_of_a_fleet_have_a_name_and_an_end_of_their_own(tmp_path: Path) -> None:
    ofs = [tmp_path / str(ReportName(None, day, ".html")) for day in DAYS[:3]]
    other = report(tmp_path, DAYS[0], "fleet")
    for path in ofs:
        path.write_text(path.name)
        link_latest([path])
    remove_old([ofs[-1]], Keep(runs=2), SUFFIXES)
    assert names(tmp_path) == {*(path.name for path in ofs[1:]), other.name, "latest"}
    assert (tmp_path / "latest/fleet.html").read_text() == ofs[-1].name


def test_a_file_in_the_place_of_the_folder_is_warned_about(tmp_path: Path) -> None:
    (tmp_path / "latest").write_text("mine")
    assert len(link_latest([report(tmp_path, DAYS[0])])) == 2
    assert (tmp_path / "latest").read_text() == "mine"


def test_latest_never_goes_back(tmp_path: Path) -> None:
    link_latest([report(tmp_path, DAYS[5])])
    link_latest([report(tmp_path, DAYS[4])])
    assert str((tmp_path / "latest/report.html").readlink()) == f"../{ReportName('lab', DAYS[5], '.html')}"


def test_latest_takes_what_a_killed_run_left(tmp_path: Path) -> None:
    (tmp_path / "latest").mkdir()
    (tmp_path / "latest/.report.html-new").symlink_to("nowhere")
    (tmp_path / "latest/report.html").symlink_to("nowhere")
    assert link_latest([report(tmp_path, DAYS[0])]) == ()
    assert (tmp_path / "latest/report.html").exists()
    assert not list(tmp_path.glob("latest/.*"))


def test_a_report_that_latest_leads_to_is_removed_with_the_name(tmp_path: Path) -> None:
    link_latest([report(tmp_path, DAYS[0], suffix=suffix) for suffix in SUFFIXES])
    mine = report(tmp_path, DAYS[1])
    link_latest([mine])
    remove_old([mine], Keep(runs=1), SUFFIXES)
    assert names(tmp_path) == {mine.name, "latest"}
    assert names(tmp_path / "latest") == {"report.html", "report_lab.html"}


def test_a_folder_in_the_place_of_latest_is_warned_about(tmp_path: Path) -> None:
    (tmp_path / "latest/report.html").mkdir(parents=True)
    (warning,) = link_latest([report(tmp_path, DAYS[0])])
    assert "report.html: cannot be made to lead" in warning
    assert not list(tmp_path.glob(".*"))


def test_a_copy_takes_the_place_of_a_link_where_there_are_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "symlink", refuse)  # as a FAT or some network file systems answer
    first, second = report(tmp_path, DAYS[0]), report(tmp_path, DAYS[1])
    for path in (first, second):
        assert link_latest([path]) == ()
        assert not (tmp_path / "latest/report.html").is_symlink()
        assert (tmp_path / "latest/report.html").read_text() == path.read_text()


@pytest.mark.parametrize("name", ["pve-backup-report_a_b.html", "report.html", f"pve-backup-report_{DAYS[0]}.html"])
def test_names_that_are_no_reports(name: str) -> None:
    assert read_report_name(name) is None


def test_what_is_no_plain_file_is_never_replaced(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OutputError, match=r"no plain file.*--record"):
        write_file(tmp_path / "pipe", b"tape", "--record")
    assert (tmp_path / "pipe").is_fifo()
    assert names(tmp_path) == {"pipe"}
