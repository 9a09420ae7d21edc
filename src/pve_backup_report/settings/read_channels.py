"""Reading where a report is sent to: what goes together, and what is worth a warning."""

from collections.abc import Collection
from typing import Any

from pve_backup_report.settings.channel_groups import NotifySettings, PingSettings, WebhookSettings
from pve_backup_report.settings.groups import MailSettings
from pve_backup_report.settings.key import shown
from pve_backup_report.settings.reading import Reading, build
from pve_backup_report.settings.web_addresses import in_clear

NONE = "none"


def read_webhook(reading: Reading) -> WebhookSettings | None:
    """Read where the webhook is; any setting of it makes it a wish that must be given in full."""
    values = _wished(reading, WebhookSettings)
    if not values.get("verify_tls", True):
        if reading.is_set("WEBHOOK_CA_BUNDLE"):
            reading.mistakes.append(
                "WEBHOOK_CA_BUNDLE is set, but WEBHOOK_VERIFY_TLS is false and no authority is asked; "
                "give one of the two."
            )
        else:
            reading.warnings.append(
                "WEBHOOK_VERIFY_TLS is false: any machine in between can read what is sent; "
                "give WEBHOOK_CA_BUNDLE instead."
            )
    settings = build(WebhookSettings, values)
    if settings is not None and in_clear(settings.url):
        reading.warnings.append(
            "WEBHOOK_URL starts with http://: any machine in between can read and change what is sent; give https://."
        )
    return settings


def read_notify(reading: Reading) -> NotifySettings | None:
    """Read which chats and phones are told."""
    return build(NotifySettings, _wished(reading, NotifySettings))


def read_ping(reading: Reading) -> PingSettings | None:
    """Read who watches the runs."""
    settings = build(PingSettings, _wished(reading, PingSettings))
    if settings is not None and in_clear(settings.url):
        reading.warnings.append(
            "PING_URL starts with http://: whoever reads it on its way can ping in our place; give https://."
        )
    return settings


def check_attached(
    reading: Reading, mail: MailSettings | None, written: Collection[str], known: Collection[str]
) -> None:
    """Check that what is to be attached can be.

    Args:
        reading: where mistakes and warnings go.
        mail: the settings of mail.
        written: formats of the reports.
        known: all formats.
    """
    if mail is None or mail.attach is None:
        return
    for name in mail.attach:
        if name not in known and name != NONE:
            give = f"{NONE}, or some of {', '.join(known)}"
            reading.tell("MAIL_ATTACH", give, f"names {shown(name)}, which is not a known format")
        elif name == NONE and len(mail.attach) > 1:
            reading.tell("MAIL_ATTACH", f"{NONE} alone, or formats", "names formats and none")
        elif name in known and name not in written:
            reading.warnings.append(
                f"MAIL_ATTACH names {name}, which is not written and so not attached; name it in REPORT_FORMATS too."
            )


def _wished(reading: Reading, group: type) -> dict[str, Any]:
    """Return the values of a group that is needed as soon as one of its settings is given; else nothing."""
    first = reading.first_set(group)
    if first is None:
        return {}
    reading.require(group, but_set=first)
    return reading.group(group)
