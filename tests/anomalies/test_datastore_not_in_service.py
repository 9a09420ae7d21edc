"""A datastore that takes no backups now is told, with the storages that are on it."""

from typing import Any

import pytest

from anomalies.build import conclude, datastore, facts, found, only, server, severity, storage
from pve_backup_report.anomalies.datastore_not_in_service import DATASTORE_NOT_IN_SERVICE
from pve_backup_report.model.anomaly import Severity


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({"maintenance": "read-only"}, "read-only"),
        ({"maintenance": "offline", "error": "datastore is offline"}, "offline"),
        ({"mounted": False}, "not mounted"),
        ({"error": "unable to open chunk store"}, "unable to open chunk store"),
    ],
)
def test_loud_with_what_its_server_says(changes: dict[str, Any], state: str) -> None:
    place = ("pbs", "server=vault", "datastore=main", "namespace=a")
    on_it = (storage("pbs", type="pbs", place=place), storage("other", type="pbs", place=(*place[:2], "datastore=x")))
    finding = only(DATASTORE_NOT_IN_SERVICE, conclude(storages=on_it, pbs=(server(datastore(**changes)),)))
    assert severity(DATASTORE_NOT_IN_SERVICE, finding) is Severity.WARNING
    assert facts(finding, "server", "datastore", "state", "storages") == {
        "server": "vault",
        "datastore": "main",
        "state": state,
        "storages": ("pbs",),
    }


def test_quiet_when_it_is_in_service() -> None:
    assert found(DATASTORE_NOT_IN_SERVICE, conclude(pbs=(server(datastore(mounted=True)),))) == ()


def test_blind_when_no_datastore_was_seen() -> None:
    assert found(DATASTORE_NOT_IN_SERVICE, conclude(pbs=(server(datastores_seen=False),))) == ()
