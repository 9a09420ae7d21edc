"""The wheel, not the tree: built, installed into an empty environment outside the tree, and run."""

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_wheel_alone_runs_the_demo(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path / "dist")]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {"pve_backup_report/templates/report.html.j2", "pve_backup_report/demo/lab.json.gz"} <= names
    assert {"pve_backup_report/templates/mail.html.j2", "pve_backup_report/templates/mail.css"} <= names
    assert "pve_backup_report/schema/pve-backup-report-1.schema.json" in names
    assert "pve_backup_report/locale/fr/LC_MESSAGES/pve_backup_report.mo" in names

    home = tmp_path / "venv"
    venv.create(home)
    python = home / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", str(python)]
    install = [*pip, "install", "--quiet", "--no-index", "--no-deps", str(wheel)]
    subprocess.run(install, check=True, capture_output=True)
    # the libraries come from this environment, since there is no network; the program itself must not
    site = Path(subprocess.run([python, "-c", "import site; print(site.getsitepackages()[0])"], check=True,
                               capture_output=True, text=True).stdout.strip())  # fmt: skip
    link_libraries(site)
    outcome = subprocess.run(
        [home / "bin" / "pve-backup-report", "--demo", "--lang", "fr"],
        cwd=tmp_path, check=False, capture_output=True, text=True, env={"PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    assert (outcome.returncode, outcome.stderr) == (0, "")
    assert len(list((tmp_path / "reports").iterdir())) == 3


def test_the_same_tree_gives_the_same_wheel_whenever_wherever_and_by_whom_it_is_built(tmp_path: Path) -> None:
    first, second = tmp_path / "a", tmp_path / "somewhere" / "else" / "b"
    for place, umask, year in ((first, 0o022, 2001), (second, 0o077, 2033)):
        copy_of_the_tree(place, umask, year)
        build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", "dist"]
        outside = {"PATH": os.environ["PATH"], "TZ": f"UTC{umask % 12}", "PYTHONHASHSEED": str(year)}
        subprocess.run(build, cwd=place, check=True, capture_output=True, umask=umask, env=outside)
    one, other = (next((place / "dist").glob("*.whl")) for place in (first, second))
    assert one.name == other.name
    assert one.read_bytes() == other.read_bytes()


def copy_of_the_tree(place: Path, umask: int, year: int) -> None:
    """Lay what the wheel is made of somewhere: files of that year, in an order and with rights of its own."""
    made = [ROOT / name for name in ("pyproject.toml", "README.md", "LICENSE", ".gitignore")]
    made += [path for part in ("src", "templates") for path in sorted((ROOT / part).rglob("*")) if path.is_file()]
    for path in made if umask == 0o022 else reversed(made):
        if "__pycache__" in path.parts:
            continue
        copy = place / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
        copy.chmod(0o666 & ~umask)
        os.utime(copy, (year * 1000, (year - 1970) * 31_556_952))


def link_libraries(site: Path) -> None:
    """Make the libraries of this environment importable in the other one, but not this checkout."""
    for entry in Path(sysconfig.get_path("purelib")).iterdir():
        if entry.suffix != ".pth" and "pve_backup_report" not in entry.name and not (site / entry.name).exists():
            (site / entry.name).symlink_to(entry)
