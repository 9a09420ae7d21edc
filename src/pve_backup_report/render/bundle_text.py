"""``--verify-bundle``: a line for each thing that was looked at."""

from collections.abc import Iterable, Mapping

from pve_backup_report.model.bundle_check import BundleCheck, BundleFinding
from pve_backup_report.render.language import Language
from pve_backup_report.render.words import _

_SHOWN = 5
_LONGEST = 80
_STATES: Mapping[bool | None, str] = {True: "ok", False: "FAIL", None: "?"}
_GOOD: Mapping[BundleCheck, str] = {
    BundleCheck.ENTRIES: _("The names in the zip are plain, and each is there once: {count}."),
    BundleCheck.SIZES: _("Nothing in it is larger than it may be."),
    BundleCheck.MANIFEST: _("Both lists of its files can be read, and say the same."),
    BundleCheck.MISSING: _("Every listed file is there."),
    BundleCheck.EXTRA: _("Nothing is there that is not listed."),
    BundleCheck.HASHES: _("Every file is as it was written (SHA-256): {count}."),
    BundleCheck.TAPE: _("The tape can be read."),
    BundleCheck.REPORT: _("The report is the one that the tape gives."),
}
_BAD: Mapping[BundleCheck, str] = {
    BundleCheck.ENTRIES: _("Names in the zip that are not plain, or not alone, or no plain files: {names}."),
    BundleCheck.SIZES: _("Too large, or not to be unpacked: {names}."),
    BundleCheck.MANIFEST: _("The lists of its files cannot be read, or do not say the same: {names}."),
    BundleCheck.MISSING: _("Listed, and not there: {names}."),
    BundleCheck.EXTRA: _("There, and not listed: {names}."),
    BundleCheck.HASHES: _("Changed after it was written: {names}."),
    BundleCheck.TAPE: _("The tape cannot be read, or gives no report: {names}."),
    BundleCheck.REPORT: _("The report is not the one that the tape gives; these parts differ: {names}."),
}
_UNTOLD: Mapping[BundleCheck, str] = {
    BundleCheck.REPORT: _(
        "Whether the report is the one that the tape gives was not looked at: version {version} wrote it, and this "
        "is another one."
    ),
}


def bundle_text(findings: Iterable[BundleFinding], language: Language) -> str:
    """Return the lines.

    Args:
        findings: in the order they were looked at.
        language: of the reader.
    """
    return "".join(f"{_STATES[finding.ok]:<5} {_sentence(finding, language)}\n" for finding in findings)


def _sentence(finding: BundleFinding, language: Language) -> str:
    table = {True: _GOOD, False: _BAD, None: _UNTOLD}[finding.ok]
    names = ", ".join(map(_shown, finding.names[:_SHOWN]))
    if len(finding.names) > _SHOWN:
        names += f" … (+{len(finding.names) - _SHOWN})"
    return language.gettext(table[finding.check]).format(
        names=names, count=finding.count, version=_shown(finding.version)
    )


def _shown(name: str) -> str:
    """Return what somebody may have made up, safe for a terminal."""
    return ascii(name[:_LONGEST])[1:-1]
