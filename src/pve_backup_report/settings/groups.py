"""All settings: one frozen dataclass for each group, one line for each setting, its key beside it.

A field without a default is required as soon as its group is in use.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from pve_backup_report.model.dress import SHIPPED, Dress, Logo, Overrides
from pve_backup_report.model.keep import Keep
from pve_backup_report.model.policy import NO_POLICY, Policy
from pve_backup_report.model.restore import Restore
from pve_backup_report.settings import kinds
from pve_backup_report.settings.addresses import api_url, api_urls, host, mailbox, mailboxes
from pve_backup_report.settings.channel_groups import (
    ALWAYS,
    OCCASIONS,
    USUAL,
    WHEN,
    DeliverySettings,
    NotifySettings,
    PingSettings,
    WebhookSettings,
)
from pve_backup_report.settings.dress_files import logo_file, template_folder
from pve_backup_report.settings.key import Key
from pve_backup_report.settings.secret import Secret

LANGUAGES = ("en", "fr")
FORMATS = ("html", "md", "json")
TRANSPORTS = ("api", "pvesh")
SMTP_PORTS = {"starttls": 587, "tls": 465, "none": 25}

_PVE_PORT = 8006
_PBS_PORT = 8007
_MANY = 999_999_999

_PVE_URL = "https://HOST:8006 of a node (several, comma separated, are tried in order)"
_PBS_URL = "https://HOST:8007 of the PBS server"
_TOKEN_ID = "the id of an API token as Proxmox shows it: user@realm!name"  # noqa: S105 - says what to give, is none
_SECRET = "the secret alone, as Proxmox showed it once when the token was made"  # noqa: S105 - the same
_USER = "a user as Proxmox shows it: user@realm"
_LOGIN_PASSWORD = "the password of that user, or better an API token in place of both"  # noqa: S105 - the same
_COMMAND = "a command such as pvesh or sudo -n pvesh"
_YES_NO = "true or false"
_CA_FILE = "the path of a PEM file with the certificate of the authority that signed the server's"
_FINGERPRINT = "the SHA-256 fingerprint of the server's certificate as Proxmox shows it"
_PASSWORD = "the password of SMTP_USERNAME"  # noqa: S105 - the same
_OFFSITE = "names of storages, backup servers or SERVER:DATASTORE pairs, comma separated"
_TEMPLATES = "the path of a folder with templates of your own"
_KEEP = "a number of runs such as 30, an age such as 90d, or both, comma separated"
_LOGO = "the path of a PNG, JPEG, SVG or WebP file of at most 512 KiB"
_DATABASE = "a URL such as postgresql://user:password@host/database"
_ATTACH = "none, or formats that are written, comma separated"
_TAGS = "tags as Proxmox VE knows them, comma separated"
_SITE = "the name of a site: letters, digits, dots, dashes"
_COUNT = f"a whole number from 1 to {_MANY}"


@dataclass(frozen=True, slots=True)
class PveSettings:
    """How to ask the Proxmox VE cluster: with a token, with a user and a password, or through pvesh on a node.

    Attributes:
        urls: addresses of the API, ``https://host:8006/api2/json``, to be tried in order; empty for pvesh.
        token_id: ``user@realm!name``; None when something else lets us in.
        token_secret: its secret.
        verify_tls: check the certificate against authorities.
        ca_bundle: authorities to trust in place of the machine's.
        tls_fingerprint: SHA-256 of the one certificate to trust, 64 lower-case hexadecimal digits.
        timeout: seconds for one request.
        concurrency: requests at a time.
        concurrency_per_node: requests at a time that one node's workers answer.
        total_timeout: seconds after which nothing more is asked, neither of the cluster nor of backup servers.
        collect_notes: ask each guest's configuration, with its notes, snapshots and disks.
        node_addresses: ask each node at its own address, where that can be trusted.
        backup_jobs_endpoint: path of the list of backup jobs.
        task_history_limit: vzdump tasks looked at per node.
        task_log_limit: lines read per task log.
        username: ``user@realm``; None when something else lets us in.
        password: of that user.
        transport: ``api`` or ``pvesh``.
        pvesh_command: what is run for pvesh; empty for the usual one.
    """

    urls: Annotated[tuple[str, ...], Key("PVE_API_URL", api_urls(_PVE_PORT), _PVE_URL)] = ()
    token_id: Annotated[str | None, Key("PVE_API_TOKEN_ID", kinds.token_id, _TOKEN_ID)] = None
    token_secret: Annotated[Secret | None, Key("PVE_API_TOKEN_SECRET", kinds.token_secret, _SECRET, secret=True)] = None
    verify_tls: Annotated[bool, Key("PVE_VERIFY_TLS", kinds.flag, _YES_NO)] = True
    ca_bundle: Annotated[Path | None, Key("PVE_CA_BUNDLE", kinds.ca_file, _CA_FILE)] = None
    tls_fingerprint: Annotated[str | None, Key("PVE_TLS_FINGERPRINT", kinds.fingerprint, _FINGERPRINT)] = None
    timeout: Annotated[float, Key("PVE_TIMEOUT", kinds.seconds(1, 3600), "seconds from 1 to 3600")] = 30.0
    concurrency: Annotated[int, Key("PVE_CONCURRENCY", kinds.number(1, 64), "a whole number from 1 to 64")] = 8
    concurrency_per_node: Annotated[
        int, Key("PVE_CONCURRENCY_PER_NODE", kinds.number(1, 64), "a whole number from 1 to 64")
    ] = 3
    total_timeout: Annotated[float, Key("PVE_TOTAL_TIMEOUT", kinds.seconds(1, 86400), "seconds from 1 to 86400")] = (
        1800.0
    )
    collect_notes: Annotated[bool, Key("PVE_COLLECT_NOTES", kinds.flag, _YES_NO)] = True
    node_addresses: Annotated[bool, Key("PVE_NODE_ADDRESSES", kinds.flag, _YES_NO)] = False
    backup_jobs_endpoint: Annotated[
        str, Key("PVE_BACKUP_JOBS_ENDPOINT", kinds.api_path, "a path such as /cluster/backup")
    ] = "/cluster/backup"
    task_history_limit: Annotated[int, Key("PVE_TASK_HISTORY_LIMIT", kinds.number(1, _MANY), _COUNT)] = 5000
    task_log_limit: Annotated[int, Key("PVE_TASK_LOG_LIMIT", kinds.number(1, _MANY), _COUNT)] = 100_000
    username: Annotated[str | None, Key("PVE_USERNAME", kinds.user_id, _USER)] = None
    password: Annotated[Secret | None, Key("PVE_PASSWORD", kinds.password, _LOGIN_PASSWORD, secret=True)] = None
    transport: Annotated[str, Key("PVE_TRANSPORT", kinds.choice(*TRANSPORTS), " or ".join(TRANSPORTS))] = "api"
    pvesh_command: Annotated[tuple[str, ...], Key("PVE_PVESH_COMMAND", kinds.command, _COMMAND)] = ()


@dataclass(frozen=True, slots=True)
class PbsSettings:
    """How to ask one Proxmox Backup Server.

    Attributes:
        number: digits of its settings' prefix, such as ``01``.
        name: what reports call it; no other server has it.
        url: address of the API, ``https://host:8007/api2/json``.
        token_id: ``user@realm!name``; None when a password lets us in.
        token_secret: its secret.
        verify_tls: check the certificate against authorities.
        ca_bundle: authorities to trust in place of the machine's.
        tls_fingerprint: SHA-256 of the one certificate to trust, 64 lower-case hexadecimal digits.
        username: ``user@realm``; None when a token lets us in.
        password: of that user.
    """

    number: str
    name: Annotated[str, Key("PBSnn_NAME", kinds.label, "a name for the server in reports")]
    url: Annotated[str, Key("PBSnn_API_URL", api_url(_PBS_PORT), _PBS_URL)]
    token_id: Annotated[str | None, Key("PBSnn_API_TOKEN_ID", kinds.token_id, _TOKEN_ID)] = None
    token_secret: Annotated[Secret | None, Key("PBSnn_API_TOKEN_SECRET", kinds.token_secret, _SECRET, secret=True)] = (
        None
    )
    verify_tls: Annotated[bool, Key("PBSnn_VERIFY_TLS", kinds.flag, _YES_NO)] = True
    ca_bundle: Annotated[Path | None, Key("PBSnn_CA_BUNDLE", kinds.ca_file, _CA_FILE)] = None
    tls_fingerprint: Annotated[str | None, Key("PBSnn_TLS_FINGERPRINT", kinds.fingerprint, _FINGERPRINT)] = None
    username: Annotated[str | None, Key("PBSnn_USERNAME", kinds.user_id, _USER)] = None
    password: Annotated[Secret | None, Key("PBSnn_PASSWORD", kinds.password, _LOGIN_PASSWORD, secret=True)] = None


@dataclass(frozen=True, slots=True)
class ReportSettings:
    """What is written, and where.

    Attributes:
        directory: where the reports go; made when it is absent.
        formats: what is written, in order.
        language: of the reports for people.
        timezone: name of the zone that reports for people use, and that stands in for a node's own where it was not
            seen.
        max_age_s: seconds after which the newest good backup of a covered guest is too old, whatever its schedule;
            None for no such limit.
        offsite: storages, backup servers and ``server:datastore`` pairs that are away from the cluster.
        restore_tests: a register of restore tests that people keep, in TOML; None for none.
        restore_test_age_s: seconds after which a guest's last good restore test is too old; None when nobody asks.
        overrides: templates and styles of the administrator, read already.
        logo: a picture for the head of the pages, read already; None for none.
        title: instead of the usual title; empty for that.
        footer: one more line at the end of the pages; empty for none.
        policy_file: exemptions, rules and acknowledgements, in TOML; None for none.
        exempt_tags: tags that exempt a guest from backup.
        keep: what of the old reports is kept; None removes none.
        latest: let the names in the folder ``latest`` lead to the newest reports.
        timezone_given: it was set, and is not just the machine's.
        policy: what both of them say, read already.
        restores: what the register of restore tests says, read already.
    """

    directory: Annotated[Path, Key("REPORT_DIR", kinds.path, "the path of a directory")] = Path("reports")
    formats: Annotated[tuple[str, ...], Key("REPORT_FORMATS", kinds.words, "known formats, comma separated")] = FORMATS
    language: Annotated[str, Key("REPORT_LANGUAGE", kinds.choice(*LANGUAGES), " or ".join(LANGUAGES))] = "en"
    timezone: Annotated[str, Key("REPORT_TIMEZONE", kinds.time_zone, "a name such as Europe/Paris or UTC")] = "UTC"
    max_age_s: Annotated[int | None, Key("REPORT_MAX_AGE", kinds.age, "hours or days, such as 36h or 8d")] = None
    offsite: Annotated[tuple[str, ...], Key("REPORT_OFFSITE", kinds.labels, _OFFSITE)] = ()
    restore_tests: Annotated[Path | None, Key("REPORT_RESTORE_TESTS", kinds.path, "the path of a TOML file")] = None
    restore_test_age_s: Annotated[int | None, Key("REPORT_RESTORE_TEST_AGE", kinds.age, "days such as 365d")] = None
    overrides: Annotated[Overrides, Key("REPORT_TEMPLATE_DIR", template_folder, _TEMPLATES)] = SHIPPED
    logo: Annotated[Logo | None, Key("REPORT_LOGO", logo_file, _LOGO)] = None
    title: Annotated[str, Key("REPORT_TITLE", kinds.label, "a title for the pages")] = ""
    footer: Annotated[str, Key("REPORT_FOOTER", kinds.label, "a line for the end of the pages")] = ""
    policy_file: Annotated[Path | None, Key("REPORT_POLICY", kinds.path, "the path of a TOML file")] = None
    exempt_tags: Annotated[tuple[str, ...], Key("EXEMPT_TAGS", kinds.tags, _TAGS)] = ()
    keep: Annotated[Keep | None, Key("REPORT_KEEP", kinds.keep, _KEEP)] = None
    latest: Annotated[bool, Key("REPORT_LATEST", kinds.flag, _YES_NO)] = True
    timezone_given: bool = False
    policy: Policy = NO_POLICY
    restores: tuple[Restore, ...] = ()

    @property
    def dress(self) -> Dress:
        """How the pages look."""
        return Dress(self.overrides, self.logo, self.title, self.footer)


@dataclass(frozen=True, slots=True)
class MailSettings:
    """How reports go out by mail.

    Attributes:
        host: name or IP address of the mail server.
        mail_from: the sender, ``user@domain`` or ``Name <user@domain>``.
        mail_to: those who get it, the same way.
        security: ``starttls``, ``tls`` or ``none``.
        port: the usual one of the security when none is given.
        username: None when the server asks for no authentication.
        password: None in the same case.
        ca_bundle: authorities to trust in place of the machine's.
        on: when it is sent.
        attach: formats of the reports that go with it; None for all that are written, ``none`` for none.
    """

    host: Annotated[str, Key("SMTP_HOST", host, "the name or the IP address of a mail server, without a port")]
    mail_from: Annotated[str, Key("MAIL_FROM", mailbox, "the sender's mail address")]
    mail_to: Annotated[tuple[str, ...], Key("MAIL_TO", mailboxes, "mail addresses, comma separated")]
    security: Annotated[str, Key("SMTP_SECURITY", kinds.choice(*SMTP_PORTS), "starttls, tls or none")] = "starttls"
    port: Annotated[int, Key("SMTP_PORT", kinds.number(1, 65535), "a port from 1 to 65535")] = SMTP_PORTS["starttls"]
    username: Annotated[str | None, Key("SMTP_USERNAME", kinds.label, "the user's name, or leave both out")] = None
    password: Annotated[Secret | None, Key("SMTP_PASSWORD", kinds.password, _PASSWORD, secret=True)] = None
    ca_bundle: Annotated[Path | None, Key("SMTP_CA_BUNDLE", kinds.ca_file, _CA_FILE)] = None
    on: Annotated[str, Key("MAIL_ON", kinds.choice(*OCCASIONS), WHEN)] = ALWAYS
    attach: Annotated[tuple[str, ...] | None, Key("MAIL_ATTACH", kinds.words, _ATTACH)] = None


@dataclass(frozen=True, slots=True)
class HistorySettings:
    """Where earlier runs are remembered.

    Attributes:
        directory: the folder of the SQLite database; None for no history there.
        url: a PostgreSQL database instead, ``postgresql://user:password@host/database``.
        cluster: what the history calls the cluster; empty for the address of its API.
        keep_s: seconds after which a run is forgotten.
    """

    directory: Annotated[Path | None, Key("STATE_DIR", kinds.path, "the path of a directory")] = None
    url: Annotated[Secret | None, Key("HISTORY_URL", kinds.postgresql_url, _DATABASE, secret=True)] = None
    cluster: Annotated[str, Key("HISTORY_CLUSTER", kinds.label, "a name for the cluster in the history")] = ""
    keep_s: Annotated[int, Key("HISTORY_KEEP", kinds.age, "days such as 400d")] = 400 * 86_400


_LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of one run.

    Attributes:
        pve: the cluster to ask; None when none is needed and none is given in full.
        pbs: the PBS servers to ask, by number.
        report: what is written.
        mail: None when no mail is to be sent.
        history: where earlier runs are remembered.
        secret_sources: the name of each secret given, and where it is from; never the secret.
        log_level: a level of the logging module, in capitals.
        webhook: None when none is to be called.
        notify: None when no chat or phone is to be told.
        ping: None when nobody watches the runs.
        delivery: how patiently all that is done.
        site: where workers can reach the cluster from; None for anywhere.
    """

    pve: PveSettings | None
    pbs: tuple[PbsSettings, ...]
    report: ReportSettings
    mail: MailSettings | None
    history: HistorySettings
    log_level: Annotated[str, Key("LOG_LEVEL", kinds.choice(*_LOG_LEVELS), f"one of {', '.join(_LOG_LEVELS)}")] = (
        "WARNING"
    )
    webhook: WebhookSettings | None = None
    notify: NotifySettings | None = None
    ping: PingSettings | None = None
    delivery: DeliverySettings = USUAL
    site: Annotated[str | None, Key("FLEET_SITE", kinds.site, _SITE)] = None
    secret_sources: tuple[tuple[str, str], ...] = field(default=(), compare=False)
