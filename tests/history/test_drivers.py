"""What a history in PostgreSQL needs is asked for by name."""

import sys

import pytest

from pve_backup_report.history.database import Database
from pve_backup_report.history.trouble import HistoryTroubleError


@pytest.mark.parametrize("absent", ["sqlalchemy", "psycopg"])
def test_a_missing_driver_is_told_with_what_to_install(absent: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, absent, None)
    monkeypatch.delitem(sys.modules, "pve_backup_report.history.postgresql", raising=False)
    with pytest.raises(HistoryTroubleError, match=r"pip install 'pve-backup-report\[postgresql\]'") as told:
        Database("postgresql://someone:canary@127.0.0.1/history")
    assert "canary" not in str(told.value)
