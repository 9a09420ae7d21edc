"""The JSON Schema of the JSON report, as it is shipped."""

from importlib.resources import files

_FILE = "pve-backup-report-1.schema.json"


def schema_text() -> str:
    """Return the schema (JSON Schema, draft 2020-12) as JSON."""
    return (files("pve_backup_report") / "schema" / _FILE).read_text(encoding="utf-8")
