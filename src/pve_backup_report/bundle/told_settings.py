"""The settings of a run as they are told in a bundle: names and values, and of a secret only that it is set."""

from dataclasses import fields
from typing import Any

from pve_backup_report.settings import Settings
from pve_backup_report.settings.key import keys_of

_SET = "set"
_HARMLESS = frozenset({"REPORT_LANGUAGE", "REPORT_FORMATS", "REPORT_TIMEZONE", "SMTP_SECURITY", "LOG_LEVEL"})


def told_settings(settings: Settings, *, names: bool) -> dict[str, object]:
    """Return the settings by name; those that are not set in a group in use have their default.

    Args:
        settings: all of them.
        names: tell also those that may name something: addresses, paths, people.
    """
    told: dict[str, object] = {}
    values = (getattr(settings, field.name) for field in fields(Settings))
    parts = (part for value in values for part in (value if isinstance(value, tuple) else (value,)))
    groups: list[Any] = [settings, *(part for part in parts if hasattr(part, "__dataclass_fields__"))]
    for group in groups:
        number = str(getattr(group, "number", ""))
        for attribute, key in keys_of(type(group)).items():
            value = getattr(group, attribute)
            shown = (_SET if value is not None else None) if key.secret else _plain(value)
            if names or key.secret or key.name in _HARMLESS or isinstance(shown, bool | int | float | None):
                told[key.named(number)] = shown
    return dict(sorted(told.items()))


def _plain(value: object) -> object:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, tuple):
        return ",".join(str(item) for item in value)
    if hasattr(value, "__dataclass_fields__"):  # templates, a logo, what is kept: their content is not told
        return _SET
    return str(value)
