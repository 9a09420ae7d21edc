"""The settings of what a report is sent to beside a mailbox: a webhook, chats and phones, and who watches the runs."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pve_backup_report.model.dress import SHIPPED, Overrides
from pve_backup_report.settings import kinds
from pve_backup_report.settings.dress_files import template_file
from pve_backup_report.settings.key import Key
from pve_backup_report.settings.secret import Secret
from pve_backup_report.settings.web_addresses import notify_addresses, proxy_address, web_address

ALWAYS, PROBLEMS, CHANGE = "always", "problems", "change"
OCCASIONS = (ALWAYS, PROBLEMS, CHANGE)
"""When a channel is used: after each run, when something is wrong or unseen, when something is new."""

WHEN = "always, problems or change"
PROXY_OF_ENVIRONMENT = "environment"
_PROXY = f"{PROXY_OF_ENVIRONMENT}, or an address such as http://proxy.example:3128"
_YES_NO = "true or false"
_CA_FILE = "the path of a PEM file with the certificate of the authority that signed the server's"
_WEBHOOK_URL = "an address such as https://HOST/path"
_PING_URL = "an address such as https://hc-ping.com/UUID"
_NOTIFY = "addresses as Apprise takes them, SERVICE://..., separated by commas or line ends"
_TEMPLATE = "the path of a Jinja2 file"
_SECRET = "a secret that the receiver knows too"  # noqa: S105 - says what to give, is none


@dataclass(frozen=True, slots=True)
class DeliverySettings:
    """How patiently everything is sent.

    Attributes:
        timeout: seconds that a server may take for each step.
        attempts: tries in all for what fails in passing.
        proxy: its address, which may hold a login, or ``environment``; None for none.
    """

    timeout: Annotated[float, Key("DELIVERY_TIMEOUT", kinds.seconds(1, 600), "seconds from 1 to 600")] = 30.0
    attempts: Annotated[int, Key("DELIVERY_ATTEMPTS", kinds.number(1, 10), "a whole number from 1 to 10")] = 4
    proxy: Annotated[Secret | None, Key("DELIVERY_PROXY", proxy_address, _PROXY, secret=True)] = None


USUAL = DeliverySettings()
"""As it is when nothing is set."""


@dataclass(frozen=True, slots=True)
class WebhookSettings:
    """Where the summary goes as a signed message for machines.

    Attributes:
        url: the address; a secret, since many hold one.
        secret: the key of the signature; None for none.
        template: the administrator's own body; the shipped one when it holds no text.
        on: when it is sent.
        verify_tls: check the certificate against authorities.
        ca_bundle: authorities to trust in place of the public ones.
    """

    url: Annotated[Secret, Key("WEBHOOK_URL", web_address, _WEBHOOK_URL, secret=True)]
    secret: Annotated[Secret | None, Key("WEBHOOK_SECRET", kinds.password, _SECRET, secret=True)] = None
    template: Annotated[Overrides, Key("WEBHOOK_TEMPLATE", template_file, _TEMPLATE)] = SHIPPED
    on: Annotated[str, Key("WEBHOOK_ON", kinds.choice(*OCCASIONS), WHEN)] = ALWAYS
    verify_tls: Annotated[bool, Key("WEBHOOK_VERIFY_TLS", kinds.flag, _YES_NO)] = True
    ca_bundle: Annotated[Path | None, Key("WEBHOOK_CA_BUNDLE", kinds.ca_file, _CA_FILE)] = None


@dataclass(frozen=True, slots=True)
class NotifySettings:
    """Chats and phones, through Apprise.

    Attributes:
        urls: one for each receiver; secrets, since nearly all hold one.
        on: when they are used.
    """

    urls: Annotated[tuple[Secret, ...], Key("NOTIFY_URLS", notify_addresses, _NOTIFY, secret=True, lines=True)]
    on: Annotated[str, Key("NOTIFY_ON", kinds.choice(*OCCASIONS), WHEN)] = ALWAYS


@dataclass(frozen=True, slots=True)
class PingSettings:
    """Who watches that the runs take place, as Healthchecks does.

    Attributes:
        url: the address of a success; a secret, since whoever knows it can ping.
        start: say when a run begins, too.
        ca_bundle: authorities to trust in place of the public ones.
    """

    url: Annotated[Secret, Key("PING_URL", web_address, _PING_URL, secret=True)]
    start: Annotated[bool, Key("PING_START", kinds.flag, _YES_NO)] = False
    ca_bundle: Annotated[Path | None, Key("PING_CA_BUNDLE", kinds.ca_file, _CA_FILE)] = None
