"""The names that settings know are those of the formats there are."""

from pve_backup_report.model.format_names import FORMAT_NAMES
from pve_backup_report.render.formats import FORMATS


def test_the_names_are_those_of_the_formats() -> None:
    assert tuple(FORMATS) == FORMAT_NAMES
