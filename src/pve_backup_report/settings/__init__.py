"""The settings room: the environment and a ``.env`` file become one frozen ``Settings``."""

from pve_backup_report.settings.channel_groups import (
    DeliverySettings,
    NotifySettings,
    PingSettings,
    WebhookSettings,
)
from pve_backup_report.settings.groups import (
    FORMATS,
    LANGUAGES,
    HistorySettings,
    MailSettings,
    PbsSettings,
    PveSettings,
    ReportSettings,
    Settings,
)
from pve_backup_report.settings.names import KNOWN_NAMES
from pve_backup_report.settings.read import read_settings
from pve_backup_report.settings.secret import Secret

__all__ = [
    "FORMATS",
    "KNOWN_NAMES",
    "LANGUAGES",
    "DeliverySettings",
    "HistorySettings",
    "MailSettings",
    "NotifySettings",
    "PbsSettings",
    "PingSettings",
    "PveSettings",
    "ReportSettings",
    "Secret",
    "Settings",
    "WebhookSettings",
    "read_settings",
]
