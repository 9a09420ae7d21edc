"""Facts in words: one reader's language, time zone and point in time, put together."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from pve_backup_report.model.anomaly import Severity
from pve_backup_report.model.conclusion import Freshness, Reason, Verdict
from pve_backup_report.model.day import DayState
from pve_backup_report.model.gap import Blind, Gap, GapKind
from pve_backup_report.model.guest import GuestType, VolumeWhy
from pve_backup_report.model.task import RunResult
from pve_backup_report.render import words
from pve_backup_report.render.fill import fill
from pve_backup_report.render.language import Language
from pve_backup_report.render.moment import Moment, calendar_shows, rfc3339, zone_named

if TYPE_CHECKING:
    from pve_backup_report.model.report import Report

_SAID_BY_DETAIL = (GapKind.REFUSED, GapKind.FAILED)  # the server's own words tell what happened


@dataclass(frozen=True, slots=True, eq=False)
class Wording:
    """How one report speaks to its reader.

    Attributes:
        language: the reader's.
        zone: the zone in which times are shown.
        now: epoch of the run; ages are counted from it.
    """

    language: Language
    zone: ZoneInfo
    now: int

    @classmethod
    def of(cls, report: "Report", language: Language) -> "Wording":
        """Return the wording for ``report``."""
        cluster = report.analysis.cluster
        return cls(language, zone_named(cluster.timezone), cluster.asked_at)

    def say(self, message: str, **values: object) -> str:
        """Translate ``message`` and put ``values`` into its ``{names}``."""
        return fill(self.language.gettext(message), values)

    def plural(self, one: str, many: str, number: int, **values: object) -> str:
        """Translate the form that fits ``number``, which is ``{n}``, and put ``values`` into its ``{names}``."""
        return fill(self.language.ngettext(one, many, number), {"n": self.language.number(number), **values})

    def verdict(self, verdict: Verdict) -> str:
        """Word of a verdict."""
        return self.language.gettext(words.VERDICTS[verdict])

    def reason(self, reason: Reason) -> str:
        """Clause of a reason."""
        return self.language.gettext(words.REASONS[reason])

    def freshness(self, freshness: Freshness | None) -> str:
        """Word of a freshness; None means that nothing is due."""
        return self.language.gettext(words.NOTHING_DUE if freshness is None else words.FRESHNESS[freshness])

    def result(self, result: RunResult) -> str:
        """Word of a run's result."""
        return self.language.gettext(words.RESULTS[result])

    def day_state(self, state: DayState) -> str:
        """Word of how a day went."""
        return self.language.gettext(words.DAY_STATES[state])

    def day(self, day: date) -> str:
        """Date, such as ``4 Mar``, with its year when that is not the run's."""
        this_year = datetime.fromtimestamp(self.now, self.zone).year
        return self.language.day(day) if day.year == this_year else self.language.date(day)

    def date_of(self, epoch: int) -> date | None:
        """Date in the report's zone; None for what no calendar can show."""
        return datetime.fromtimestamp(epoch, self.zone).date() if calendar_shows(epoch) else None

    def clock(self, epoch: int) -> str:
        """Time of day in the report's zone, such as ``02:00``."""
        return self.language.clock(datetime.fromtimestamp(epoch, self.zone))

    def severity(self, severity: Severity) -> str:
        """Word of a severity."""
        return self.language.gettext(words.SEVERITIES[severity])

    def guest_type(self, kind: GuestType) -> str:
        """Word of a guest type."""
        return self.language.gettext(words.GUEST_TYPES[kind])

    def volume_why(self, why: VolumeWhy) -> str:
        """Clause of why a volume is taken or not."""
        return self.language.gettext(words.VOLUME_WHYS[why])

    def blinds(self, blinds: tuple[Blind, ...]) -> str:
        """What a gap hides, in words."""
        return self.listed([self.language.gettext(words.BLINDS[blind]) for blind in sorted(blinds)])

    def open_code(self, table: Mapping[str, str], code: str) -> str:
        """Word of a code that other rooms may add to; an unknown one stands for itself."""
        return self.language.gettext(table[code]) if code in table else code

    def gap_reason(self, gap: Gap) -> str:
        """One line on why an answer is missing or short, such as ``HTTP 595 No route to host``.

        Our own words are translated; those of a server match no key and stay as they are.
        """
        detail = self.language.gettext(gap.detail)
        kind = self.language.gettext(words.GAP_KINDS[gap.kind])
        if not detail:
            return kind
        return detail if gap.kind in _SAID_BY_DETAIL else self.say("{what}: {detail}", what=kind, detail=detail)

    def listed(self, items: list[str] | tuple[str, ...]) -> str:
        """Join items with commas."""
        return ", ".join(items)

    def moment(self, epoch: int | None) -> Moment | None:
        """Return the point in time, ready to print; None for none, and for one no calendar can show."""
        return None if epoch is None else _moment(epoch, self.now, self.language, self.zone)

    def unspecified(self) -> str:
        """Say that a fact is not told."""
        return self.language.gettext("not specified")


@lru_cache(maxsize=4096)  # what is due tonight is due for a thousand guests
def _moment(epoch: int, now: int, language: Language, zone: ZoneInfo) -> Moment | None:
    if not calendar_shows(epoch):
        return None
    return Moment(rfc3339(epoch) or "", language.date_time(epoch, zone), language.age(epoch, now))
