"""The wheel, not the tree: built, installed into an empty environment outside the tree, and run."""

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
    venv.create(home, with_pip=True)
    python = home / "bin" / "python"
    install = [str(python), "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", str(wheel)]
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


def link_libraries(site: Path) -> None:
    """Make the libraries of this environment importable in the other one, but not this checkout."""
    for entry in Path(sysconfig.get_path("purelib")).iterdir():
        if entry.suffix != ".pth" and "pve_backup_report" not in entry.name and not (site / entry.name).exists():
            (site / entry.name).symlink_to(entry)
