"""A reader's language: its translations, and how it writes numbers, sizes, durations and ages."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files
from zoneinfo import ZoneInfo

from babel.dates import get_month_names

LANGUAGES = ("en", "fr")
DOMAIN = "pve_backup_report"

_NO_BREAK = "\u00a0"
_NARROW = "\u202f"  # French: before % : ; ! ? and between thousands
_BINARY = {  # as Proxmox's own interface writes them in each language
    "en": ("B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"),
    "fr": ("o", "Kio", "Mio", "Gio", "Tio", "Pio", "Eio"),
}
_KIB = 1024
_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_HOURS_SHOWN = 2 * _DAY  # ages below are told in hours


@dataclass(frozen=True, slots=True, eq=False)
class Language:
    """One language of the reports.

    Attributes:
        code: ``en`` or ``fr``; also the ``lang`` attribute of a page.
        translations: the catalogue; English is the source and needs none.
        decimal: decimal sign.
        thousands: what stands between groups of three digits.
        months: short names, January first.
        first: how the first day of a month is written.
    """

    code: str
    translations: NullTranslations
    decimal: str
    thousands: str
    months: tuple[str, ...]
    first: str = "1"

    def gettext(self, message: str) -> str:
        """Return the translation of ``message``; an empty one stays empty (gettext keeps its header there)."""
        return self.translations.gettext(message) if message else ""

    def ngettext(self, one: str, many: str, count: int) -> str:
        """Return the translation that fits ``count``."""
        return self.translations.ngettext(one, many, count)

    def pgettext(self, context: str, message: str) -> str:
        """Return the translation of ``message`` in ``context``."""
        return self.translations.pgettext(context, message)

    def number(self, value: int) -> str:
        """Write a whole number, such as ``1,234`` or ``1 234``."""
        return f"{value:,}".replace(",", self.thousands)

    def day(self, day: date) -> str:
        """Write a date without its year, such as ``4 Mar``."""
        return f"{self.first if day.day == 1 else day.day}{_NO_BREAK}{self.months[day.month - 1]}"

    def date(self, day: date) -> str:
        """Write a date, such as ``4 Mar 2026``."""
        return f"{self.day(day)}{_NO_BREAK}{day.year}"

    def date_time(self, epoch: int, zone: ZoneInfo) -> str:
        """Write a time as a clock in the zone shows it, such as ``4 Mar 2026 02:00``."""
        local = datetime.fromtimestamp(epoch, zone)
        return f"{self.date(local)}{_NO_BREAK}{self.clock(local)}"

    def clock(self, local: datetime) -> str:
        """Write a time of day, such as ``02:00``."""
        return f"{local.hour:02}:{local.minute:02}"  # strftime takes four times as long

    def decimal_number(self, value: float) -> str:
        """Write a number with one decimal, none when it is zero or the number is 100 or more."""
        text = f"{value:.0f}" if value >= 100 else f"{value:.1f}".removesuffix(".0")  # noqa: PLR2004 - three digits
        return text.replace(".", self.decimal)

    def percent(self, part: int, whole: int) -> str:
        """Write a share in whole percent, rounded down: 100 % only when all, 0 % only when none.

        Args:
            part: how many of ``whole``.
            whole: at least 1.
        """
        value = 100 * part // whole
        text = f"<{_NO_BREAK}1" if part and not value else str(value)
        return f"{text}{_NARROW if self.code == 'fr' else _NO_BREAK}%"

    def size(self, size: int) -> str:
        """Write bytes in binary units, such as ``1.5 GiB`` or ``1,5 Gio``."""
        units = _BINARY[self.code]
        value, unit = float(size), 0
        while round(value, 1) >= _KIB and unit < len(units) - 1:
            value, unit = value / _KIB, unit + 1
        return f"{self.decimal_number(value)}{_NO_BREAK}{units[unit]}"

    def right(self, needs: str) -> str:
        """Write a right, such as ``Sys.Audit on /``; its name and its path stay as Proxmox writes them."""
        words = {
            " on /": self.gettext(" on /"),
            ", or ": self.gettext(", or "),
            " or ": self.gettext(" or "),
            " there and ": self.gettext(" there and "),
            ", and ": self.gettext(", and "),
            " to prove it": self.gettext(" to prove it"),
            ", propagated": self.gettext(", propagated"),
        }
        for english, own in words.items():
            needs = needs.replace(english, own)
        return needs

    def duration(self, seconds: int) -> str:
        """Write a duration in its two largest units, such as ``1 h 12 min``."""
        if seconds < _MINUTE:
            return self._amount(self.pgettext("duration", "{n} s"), max(seconds, 0))
        large, small = (_DAY, _HOUR) if seconds >= _DAY else (_HOUR, _MINUTE) if seconds >= _HOUR else (_MINUTE, 1)
        words = {
            _DAY: self.pgettext("duration", "{n} d"),
            _HOUR: self.pgettext("duration", "{n} h"),
            _MINUTE: self.pgettext("duration", "{n} min"),
            1: self.pgettext("duration", "{n} s"),
        }
        rest = seconds % large // small
        text = self._amount(words[large], seconds // large)
        return f"{text}{_NO_BREAK}{self._amount(words[small], rest)}" if rest else text

    def age(self, at: int, now: int) -> str:
        """Write how long ago ``at`` was, or how far ahead it is, in one unit.

        Args:
            at: epoch.
            now: epoch of the run.
        """
        apart = abs(now - at)
        if apart < _MINUTE:
            return self.gettext("just now") if at <= now else self.gettext("at once")
        if apart < _HOUR:
            text = self._amount(self.pgettext("duration", "{n} min"), apart // _MINUTE)
        elif apart < _HOURS_SHOWN:
            text = self._amount(self.pgettext("duration", "{n} h"), apart // _HOUR)
        else:
            text = self._amount(self.pgettext("duration", "{n} d"), apart // _DAY)
        words = self.gettext("{duration} ago") if at <= now else self.gettext("in {duration}")
        return words.replace("{duration}", text)

    def _amount(self, words: str, value: int) -> str:
        return words.replace("{n}", self.number(value)).replace(" ", _NO_BREAK)


@lru_cache
def load_language(code: str) -> Language:
    """Return the language of ``code``.

    Args:
        code: one of ``LANGUAGES``.

    Raises:
        ValueError: when there is no such language.
    """
    if code not in LANGUAGES:
        raise ValueError(f"no language {code!r}; there are {', '.join(LANGUAGES)}")
    names = get_month_names("abbreviated", "format", locale=code)
    months = tuple(names[month] for month in range(1, 13))
    if code == "en":
        return Language("en", NullTranslations(), ".", ",", months)
    catalogue = files("pve_backup_report") / "locale" / code / "LC_MESSAGES" / f"{DOMAIN}.mo"
    with catalogue.open("rb") as file:
        return Language(code, GNUTranslations(file), ",", _NARROW, months, first="1er")
