"""Two names of one place are told."""

from anomalies.build import conclude, found, only, severity, sight, storage
from pve_backup_report.anomalies.duplicate_places import DUPLICATE_PLACES
from pve_backup_report.model.anomaly import Severity

PLACE = ("pbs", "server=192.0.2.30", "datastore=main")
FIRST = storage("nas", type="pbs", place=PLACE)


def test_loud_with_the_names_of_the_place() -> None:
    finding = only(DUPLICATE_PLACES, conclude(storages=(FIRST, storage("old", type="pbs", place=PLACE))))
    assert finding.subject == "storage/nas"
    assert severity(DUPLICATE_PLACES, finding) is Severity.INFO
    assert finding.details == {"storages": ("nas", "old")}


def test_loud_when_local_storages_meet_on_a_node() -> None:
    path = ("dir", "path=/srv/dump")
    both = (
        storage("a", type="dir", shared=False, nodes=("pve1",), place=path),
        storage("b", type="dir", shared=False, place=path),
    )
    assert only(DUPLICATE_PLACES, conclude(storages=both)).details["storages"] == ("a", "b")


def test_quiet_about_different_places_and_namespaces() -> None:
    assert found(DUPLICATE_PLACES, conclude()) == ()
    apart = storage("old", type="pbs", place=(*PLACE, "namespace=old"))
    assert found(DUPLICATE_PLACES, conclude(storages=(FIRST, apart))) == ()


def test_quiet_about_the_same_path_on_different_nodes() -> None:
    path = ("dir", "path=/srv/dump")
    apart = tuple(
        storage(name, type="dir", shared=False, nodes=(node,), place=path)
        for name, node in (("a", "pve1"), ("b", "pve2"))
    )
    assert found(DUPLICATE_PLACES, conclude(storages=apart)) == ()


def test_quiet_when_one_of_the_names_is_disabled() -> None:
    off = storage("old", type="pbs", place=PLACE, enabled=False)
    assert found(DUPLICATE_PLACES, conclude(storages=(FIRST, off))) == ()


def test_blind_when_nothing_tells_where_the_storages_are() -> None:
    unknown = tuple(storage(name, type="custom", place=("custom",)) for name in ("nas", "other"))
    assert found(DUPLICATE_PLACES, conclude(storages=unknown, sight=sight(storages=False))) == ()


def test_quiet_when_one_of_the_names_takes_no_backups() -> None:
    images = storage("old", type="pbs", place=PLACE, content=("images",))
    assert found(DUPLICATE_PLACES, conclude(storages=(FIRST, images))) == ()
