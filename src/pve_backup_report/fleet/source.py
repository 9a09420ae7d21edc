"""From files of settings to errands: which clusters there are, and what each needs to be asked."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from pve_backup_report.errors import SettingsError
from pve_backup_report.fleet.errand import Errand, Given
from pve_backup_report.fleet.labels import folders_of, labels_of
from pve_backup_report.model.fleet import Failure, FailureKind, Member
from pve_backup_report.model.fleet_wish import FleetWish
from pve_backup_report.settings import KNOWN_NAMES, Settings, read_settings
from pve_backup_report.settings.credentials import credentials
from pve_backup_report.settings.env_file import read_env_file
from pve_backup_report.settings.names import keys_by_name, pbs_numbers

_SUFFIX = ".env"
_PBS = re.compile(r"PBS[0-9]+_")
_OF_ONE = re.compile(r"PVE_API_|PVE_TLS_FINGERPRINT|PVE_(?:USER|PASSWORD|TRANSPORT|PVESH)|HISTORY_CLUSTER|PBS[0-9]+_")
_OF_DELIVERY = ("SMTP_", "MAIL_", "NOTIFY_", "WEBHOOK_", "PING_", "DELIVERY_")
_UNUSED_MAIL = "its mail settings are not used; one mail goes out for all, as --fleet-env or the environment says."
_TELL = "set it in the file of its cluster instead"


@dataclass(frozen=True, slots=True)
class Sources:
    """The clusters of a fleet.

    Attributes:
        errands: of those that can be asked, in order.
        lost: those whose settings are wrong.
        order: all labels.
        settings: of those that can be asked, by label.
        mistakes: in the files of ``lost``, one sentence each.
        warnings: what is odd in the files, one sentence each.
    """

    errands: tuple[Errand, ...]
    lost: tuple[Member, ...]
    order: tuple[str, ...]
    settings: Mapping[str, Settings]
    mistakes: tuple[str, ...]
    warnings: tuple[str, ...]


def env_files(wish: FleetWish) -> tuple[Path, ...]:
    """Return the files of settings, those of a folder sorted; hidden ones and backups of editors are none.

    Raises:
        SettingsError: a folder holds none or cannot be read, or a file is given twice.
    """
    found: list[Path] = []
    mistakes: list[str] = []
    for given in wish.env_files:
        try:
            files = _in_folder(given) if given.is_dir() else [given]
        except OSError as error:
            mistakes.append(f"--env-file {given}: the folder cannot be read ({error.strerror}).")
            continue
        if not files:
            mistakes.append(f"--env-file {given}: the folder holds no file *{_SUFFIX}; put one there for each cluster.")
        found += files
    seen: set[Path] = set()
    for file in found:
        if file.resolve() in seen:
            mistakes.append(f"--env-file {file} is given twice; give each cluster once.")
        seen.add(file.resolve())
    if mistakes:
        raise SettingsError(tuple(mistakes))
    return tuple(found)


def sources(like: Errand, wish: FleetWish, environ: Mapping[str, str]) -> Sources:
    """Read all files of settings; what is wrong with one keeps no other from being asked.

    Args:
        like: what all errands have in common.
        wish: the clusters.
        environ: the environment of the process; wins over each file.

    Raises:
        SettingsError: nothing can be asked: no file, or every file is wrong.
    """
    from pve_backup_report.render.formats import FORMATS  # noqa: PLC0415 -- see cli

    files = env_files(wish)
    shared = {**handed_over(environ), **{name: text for name, text in environ.items() if text.strip()}}
    mistakes: list[str] = []
    labels = labels_of([(file.resolve().parent.name, file.name.removesuffix(_SUFFIX)) for file in files])
    errands: list[Errand] = []
    lost: list[Member] = []
    read: dict[str, Settings] = {}
    warnings: list[str] = []
    unused: list[str] = []
    for file, label, folder in zip(files, labels, folders_of(labels), strict=True):
        try:
            settings, odd = read_settings(
                {**environ, **like.arguments.overrides},
                file,
                require_file=True,
                known_formats=tuple(FORMATS),
                passed_over=_OF_DELIVERY,
            )
        except SettingsError as error:
            lost.append(Member(label, failure=Failure(FailureKind.SETTINGS, " ".join(error.mistakes))))
            mistakes += [f"{label}: {mistake}" for mistake in error.mistakes]
            warnings += [f"{label}: {warning}" for warning in error.warnings]
            continue
        warnings += [f"{label}: {warning}" for warning in odd]
        read[label] = settings
        own = read_env_file(file, require=True).values
        if any(name.startswith(_OF_DELIVERY) and text.strip() for name, text in own.items()):
            unused.append(label)
        given = given_of(own, shared, like.arguments.overrides)
        errands.append(replace(like, label=label, folder=folder, site=settings.site, given=given))
    if not errands:
        raise SettingsError(tuple(mistakes), tuple(warnings))
    warnings += _asked_twice(read)
    if not any(name.startswith(_OF_DELIVERY) for name in shared) and wish.settings is None:
        warnings += [f"{label}: {_UNUSED_MAIL}" for label in unused]
    return Sources(tuple(errands), tuple(lost), labels, read, tuple(mistakes), tuple(warnings))


def refuse_one_for_all(environ: Mapping[str, str]) -> None:
    """See that nothing in the environment of the process is what tells one cluster from another.

    Raises:
        SettingsError: it would make all clusters the same, or send the secret of one to another.
    """
    mistakes = tuple(
        f"{name} in the environment of the process would make all clusters the same; {_TELL}."
        for name, text in sorted(environ.items())
        if text.strip() and _OF_ONE.match(name)
    )
    if mistakes:
        raise SettingsError(mistakes)


def handed_over(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the secrets that the service manager handed over and that the environment does not set otherwise.

    Args:
        environ: the environment of the process.

    Raises:
        SettingsError: one of them would go to every cluster.
    """
    keys = keys_by_name(pbs_numbers(environ))
    found = {
        name: path
        for name, path in credentials(environ).items()
        if _OF_ONE.match(name) or (name in keys and keys[name].secret)
    }
    mistakes = tuple(
        f"The systemd credential {name} would make all clusters the same; {_TELL}, as {name}_FILE."
        for name in sorted(found)
        if _OF_ONE.match(name)
    )
    if mistakes:
        raise SettingsError(mistakes)
    free = {name: path for name, path in found.items() if not environ.get(name) and not environ.get(f"{name}_FILE")}
    try:
        return {name: path.read_text(encoding="utf-8").strip("\r\n") for name, path in free.items()}
    except (OSError, ValueError):
        raise SettingsError(("A systemd credential cannot be read; see LoadCredential in the unit.",)) from None


def _in_folder(folder: Path) -> list[Path]:
    return sorted(
        file
        for file in folder.iterdir()
        if file.name.endswith(_SUFFIX) and not file.name.startswith(".") and not file.is_dir()
    )


def given_of(own: Mapping[str, str], shared: Mapping[str, str], overrides: Mapping[str, str]) -> Given:
    """Return the settings of one cluster; none of how mail goes out.

    Args:
        own: those of its file.
        shared: those of the process, which win.
        overrides: those of the command line, which win over both.
    """
    of_process = {name: text for name, text in shared.items() if name in KNOWN_NAMES or name == "TZ"}
    merged = {**{name: text for name, text in own.items() if text.strip()}, **of_process, **overrides}
    return Given({name: text for name, text in merged.items() if not name.startswith(_OF_DELIVERY)})


def _asked_twice(read: Mapping[str, Settings]) -> list[str]:
    """Tell the clusters that have an address in common: a file copied and not changed would be counted twice."""
    first: dict[str, str] = {}
    told = []
    for label, settings in read.items():
        for url in settings.pve.urls if settings.pve else ():
            other = first.setdefault(url, label)
            if other != label:
                told.append(f"{label} asks the same address as {other} ({url}): the cluster is counted twice.")
    return told
