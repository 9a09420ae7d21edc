"""What is said of known holes: a database that could not be asked is never good news."""

from audit_packages import audit_of, told_of

HOLE = {"id": "PYSEC-1", "fix_versions": ["2.1"], "aliases": []}


def test_when_nothing_was_looked_at_nothing_is_called_good() -> None:
    audit = audit_of({"dependencies": [{"name": name, "skip_reason": "not found"} for name in ("jinja2", "rich")]})
    assert list(told_of(audit)) == ["The database of known holes could not be asked: none of 2 packages was looked at."]
    assert audit.mended == ()


def test_what_was_not_looked_at_is_named() -> None:
    seen, unseen = {"name": "jinja2", "version": "3", "vulns": []}, {"name": "x", "skip_reason": "not found"}
    audit = audit_of({"dependencies": [seen, unseen]})
    assert list(told_of(audit)) == ["Packages looked at for known holes: 1.", "Not looked at: x."]


def test_a_hole_is_a_failure_as_soon_as_a_version_without_it_is_there() -> None:
    open_ = {**HOLE, "id": "PYSEC-2", "fix_versions": []}
    audit = audit_of({"dependencies": [{"name": "jinja2", "version": "2.0", "vulns": [HOLE, open_]}]})
    assert audit.mended == ("jinja2 2.0: PYSEC-1, mended in 2.1",)
    assert audit.open == ("jinja2 2.0: PYSEC-2, not mended yet",)
    assert list(told_of(audit))[1:] == [*audit.mended, *audit.open]
