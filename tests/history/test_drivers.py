"""What a history in a file does not need is not even imported; what one in PostgreSQL needs is asked for by name."""

import subprocess
import sys
from pathlib import Path

import pytest

from history.lab import Keeper, lab
from pve_backup_report.history.database import Database
from pve_backup_report.history.trouble import HistoryTroubleError


@pytest.mark.parametrize("absent", ["sqlalchemy", "psycopg"])
def test_a_missing_driver_is_told_with_what_to_install(absent: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, absent, None)
    monkeypatch.delitem(sys.modules, "pve_backup_report.history.postgresql", raising=False)
    with pytest.raises(HistoryTroubleError, match=r"pip install 'pve-backup-report\[postgresql\]'") as told:
        Database("postgresql://someone:canary@127.0.0.1/history")
    assert "canary" not in str(told.value)


def test_a_history_in_a_file_wants_nothing_but_the_standard_library(tmp_path: Path) -> None:
    Keeper(tmp_path).run(lab())
    code = (
        "import sys; from pve_backup_report.cli import main; code = main(['--history']); "
        "print('sqlalchemy' in sys.modules); sys.exit(code)"
    )
    environ = {"STATE_DIR": str(tmp_path), "HISTORY_CLUSTER": "lab"}
    done = subprocess.run([sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=True)
    assert done.stdout.rstrip().endswith("False")
