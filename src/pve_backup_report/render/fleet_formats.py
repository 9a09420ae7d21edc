"""The kinds of file a fleet's report can be written as."""

from collections.abc import Mapping
from typing import Protocol

from pve_backup_report.model.dress import PLAIN, Dress
from pve_backup_report.model.fleet import Fleet
from pve_backup_report.render.fleet_data import fleet_json
from pve_backup_report.render.fleet_html import fleet_html
from pve_backup_report.render.fleet_markdown import fleet_markdown
from pve_backup_report.render.language import Language


class FleetRender(Protocol):
    """Turns a fleet into text."""

    def __call__(self, fleet: Fleet, language: Language, dress: Dress = PLAIN, *, links: bool = True) -> str:
        """Return the report of a fleet in one language.

        Raises:
            OverrideFault: a template of the administrator fails.
        """


def _json(fleet: Fleet, language: Language, dress: Dress = PLAIN, *, links: bool = True) -> str:
    del dress, links
    return fleet_json(fleet, language)


FLEET_FORMATS: Mapping[str, FleetRender] = {"html": fleet_html, "md": fleet_markdown, "json": _json}
"""By name, which is also the suffix of the file."""


def fleet_formats(asked: tuple[str, ...]) -> tuple[str, ...]:
    """Return the formats of the fleet's report: those of ``REPORT_FORMATS`` that it has, HTML when it has none."""
    return tuple(name for name in asked if name in FLEET_FORMATS) or ("html",)
