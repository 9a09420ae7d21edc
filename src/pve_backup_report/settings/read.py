"""From the environment and a ``.env`` file to one frozen ``Settings``; every mistake is told at once."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from pve_backup_report.errors import SettingsError
from pve_backup_report.model.policy import NO_POLICY, Policy
from pve_backup_report.model.restore import Restore
from pve_backup_report.settings.channel_groups import DeliverySettings
from pve_backup_report.settings.env_file import EnvFile, read_env_file
from pve_backup_report.settings.groups import (
    FORMATS,
    SMTP_PORTS,
    HistorySettings,
    MailSettings,
    PbsSettings,
    PveSettings,
    ReportSettings,
    Settings,
)
from pve_backup_report.settings.key import shown
from pve_backup_report.settings.names import keys_by_name, pbs_numbers, plain, unknown_names
from pve_backup_report.settings.policy_file import read_policy, tag_exemptions
from pve_backup_report.settings.read_channels import check_attached, read_notify, read_ping, read_webhook
from pve_backup_report.settings.reading import Reading, build
from pve_backup_report.settings.restore_register import read_register
from pve_backup_report.settings.time_zone import local_time_zone
from pve_backup_report.settings.ways_in import (
    asks_pvesh,
    check_way_in,
    fields_needed,
    is_complete,
    speaks_of_cluster,
)


def read_settings(  # noqa: PLR0913 -- the last four by name
    environ: Mapping[str, str],
    env_file: Path | None,
    *,
    require_file: bool = False,
    need_connection: bool = True,
    known_formats: Collection[str] = FORMATS,
    passed_over: tuple[str, ...] = (),
) -> tuple[Settings, tuple[str, ...]]:
    """Read all settings; neither the environment of the process nor any file is changed.

    Args:
        environ: the environment; what it says wins over the file.
        env_file: a file of ``NAME=value`` lines; None for none.
        require_file: the file must exist.
        need_connection: the cluster will be asked; without it no address and no token is required, but what is given
            of them must still be right.
        known_formats: the formats that reports can be written in.
        passed_over: what the names of settings begin with that are not looked at.

    Returns:
        The settings, and warnings, each one sentence.

    Raises:
        SettingsError: with all mistakes at once.
    """
    file = EnvFile({}) if env_file is None else read_env_file(env_file, require=require_file)
    if file.mistakes and not file.values:  # what it was to say would only be told as missing
        raise SettingsError(file.mistakes)
    # An empty value counts as not set: an empty one in the environment does not hide the file's.
    reading = Reading(
        {
            name: text
            for source in (file.values, environ)
            for name, text in source.items()
            if text.strip() and not name.startswith(passed_over)
        },
        environ,
        str(env_file),
    )
    reading.mistakes.extend(file.mistakes)
    reading.warnings.extend(file.warnings)
    reading.warnings.extend(_open_file(env_file, file))
    reading.warnings.extend(unknown_names({*file.values, *environ}))
    settings = Settings(
        pve=_read_pve(reading, required=need_connection and not _backup_servers_alone(reading)),
        pbs=_read_pbs(reading, required=need_connection),
        report=_read_report(reading, environ, known_formats),
        mail=_read_mail(reading),
        history=HistorySettings(**reading.group(HistorySettings)),
        webhook=read_webhook(reading),
        notify=read_notify(reading),
        ping=read_ping(reading),
        delivery=DeliverySettings(**reading.group(DeliverySettings)),
        secret_sources=tuple(sorted(reading.sources.items())),
        **reading.group(Settings),
    )
    check_attached(reading, settings.mail, settings.report.formats, known_formats)
    warnings = tuple(reading.warnings)
    if reading.mistakes:
        raise SettingsError(tuple(reading.mistakes), warnings)
    return settings, warnings


def _open_file(path: Path | None, file: EnvFile) -> tuple[str, ...]:
    """Warn of a file that holds a secret and that others may read."""
    keys = keys_by_name(pbs_numbers(file.values))
    if file.open_to is None or not any(key.secret and file.values.get(name) for name, key in keys.items()):
        return ()
    return (f"{path} holds a secret and is open to other users (mode {file.open_to:04o}); run chmod 600 on it.",)


def _backup_servers_alone(reading: Reading) -> bool:
    """Whether only backup servers are to be asked: some are given, and nothing of how to reach a cluster."""
    return bool(reading.numbers) and not speaks_of_cluster(reading)


def _read_pve(reading: Reading, *, required: bool) -> PveSettings | None:
    """Read how to ask the cluster."""
    if required and not asks_pvesh(reading):
        reading.require(PveSettings, besides=("urls", *fields_needed(reading, "PVE_")))
    values = reading.group(PveSettings)
    check_way_in(reading, "PVE_")
    _check_tls(reading, "PVE_", values)
    return build(PveSettings, values) if is_complete(values) else None


def _read_pbs(reading: Reading, *, required: bool) -> tuple[PbsSettings, ...]:
    """Read how to ask each PBS server; any name with a server's prefix makes it one that must be given in full."""
    servers: list[PbsSettings] = []
    seen: dict[str, str] = {}
    for number in reading.numbers:
        prefix = f"PBS{number}_"
        if required:
            first = min(name for name in reading.given if name.startswith(prefix))
            reading.require(PbsSettings, number, but_set=plain(first), besides=fields_needed(reading, prefix))
        values = reading.group(PbsSettings, number)
        check_way_in(reading, prefix)
        _check_tls(reading, prefix, values)
        name = values.get("name")
        if name is not None and seen.setdefault(name.casefold(), prefix) != prefix:
            other = seen[name.casefold()]
            reading.tell(f"{prefix}NAME", "each server its own", f"is {shown(name)}, as {other}NAME is")
        server = build(PbsSettings, {"number": number, **values}) if is_complete(values) else None
        if server is not None:
            servers.append(server)
    return tuple(servers)


def _check_tls(reading: Reading, prefix: str, values: Mapping[str, Any]) -> None:
    """Check that what is said of TLS goes together; ``values`` are those of the server with the prefix."""
    if values.get("verify_tls", True):
        return
    if reading.is_set(f"{prefix}CA_BUNDLE"):
        reading.mistakes.append(
            f"{prefix}CA_BUNDLE is set, but {prefix}VERIFY_TLS is false and no authority is asked; give one of the two."
        )
    elif not reading.is_set(f"{prefix}TLS_FINGERPRINT"):
        reading.warnings.append(
            f"{prefix}VERIFY_TLS is false: any machine in between can take what lets this program in; "
            f"give {prefix}TLS_FINGERPRINT or {prefix}CA_BUNDLE instead."
        )


def _read_report(reading: Reading, environ: Mapping[str, str], known_formats: Collection[str]) -> ReportSettings:
    """Read what is written; in the machine's time zone when none is given."""
    values = reading.group(ReportSettings)
    for name in values.get("formats", ()):
        if name not in known_formats:
            fault = f"names {shown(name)}, which is not a known format"
            reading.tell("REPORT_FORMATS", f"some of {', '.join(known_formats)}", fault)
    given = {
        "timezone_given": "timezone" in values,
        "policy": _read_policy(reading, values),
        "restores": _read_restores(reading, values),
    }
    return ReportSettings(**{"timezone": local_time_zone(environ), **values, **given})


def _read_policy(reading: Reading, values: Mapping[str, Any]) -> Policy:
    """Read the file of the policy, and add the tags that exempt."""
    file = values.get("policy_file")
    policy, mistakes = (NO_POLICY, ()) if file is None else read_policy(file)
    reading.tell_of_file("REPORT_POLICY", mistakes)
    return replace(policy, exemptions=(*policy.exemptions, *tag_exemptions(values.get("exempt_tags", ()))))


def _read_restores(reading: Reading, values: Mapping[str, Any]) -> tuple[Restore, ...]:
    """Read the register of restore tests."""
    file = values.get("restore_tests")
    restores, mistakes = ((), ()) if file is None else read_register(file)
    reading.tell_of_file("REPORT_RESTORE_TESTS", mistakes)
    return restores


def _read_mail(reading: Reading) -> MailSettings | None:
    """Read how mail goes out; any setting of mail makes it a wish that must be given in full."""
    first = reading.first_set(MailSettings)
    if first is None:
        return None
    reading.require(MailSettings, but_set=first)
    values = reading.group(MailSettings)
    has_user = reading.is_set("SMTP_USERNAME")
    has_password = reading.is_given("SMTP_PASSWORD")
    if has_user != has_password:
        there, absent = ("SMTP_USERNAME", "SMTP_PASSWORD") if has_user else ("SMTP_PASSWORD", "SMTP_USERNAME")
        reading.mistakes.append(f"{absent} is not set, but {there} is; give both or neither.")
    security = values.get("security", "starttls")
    if security == "none" and has_password:
        reading.warnings.append(
            "SMTP_SECURITY is none: the password can be read on its way; give starttls or tls instead."
        )
    return build(MailSettings, {"port": SMTP_PORTS[security], **values})
