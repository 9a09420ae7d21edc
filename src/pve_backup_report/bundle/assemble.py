"""What goes into a bundle: the tape, the reports, and what else they were made of."""

from dataclasses import dataclass
from pathlib import Path

from pve_backup_report.bundle.manifest import REPORT, SETTINGS, TAPE, json_bytes
from pve_backup_report.bundle.told_settings import told_settings
from pve_backup_report.bundle.wishes_data import wishes_data
from pve_backup_report.bundle.write import write_bundle
from pve_backup_report.collect.tape_file import tape_bytes
from pve_backup_report.model.report import Report
from pve_backup_report.model.tape import Tape
from pve_backup_report.model.wishes import Wishes
from pve_backup_report.render.json_report import json_report
from pve_backup_report.render.language import load_language
from pve_backup_report.settings import Settings

Source = tuple[str, Path]


@dataclass(frozen=True, slots=True)
class Evidence:
    """One run.

    Attributes:
        tape: the answers.
        wishes: what the settings asked of the judgement.
        report: what was concluded from them alone, without what a history adds.
        settings: of the run.
        named: False when names are not to be told.
    """

    tape: Tape
    wishes: Wishes
    report: Report
    settings: Settings
    named: bool


def bundle_evidence(path: Path, evidence: Evidence, written: tuple[Path, ...]) -> None:
    """Write a bundle whole or not at all.

    Args:
        path: of the zip.
        evidence: the run.
        written: its report files.

    Raises:
        OutputError: when it cannot be written.
    """
    tape, language = evidence.tape, evidence.settings.report.language
    files = {
        TAPE: tape_bytes(tape, TAPE),
        REPORT: json_report(evidence.report, load_language(language)).encode(),
        SETTINGS: json_bytes(told_settings(evidence.settings, names=evidence.named)),
        **{f"reports/{file.name}": file.read_bytes() for file in written},
        **{name: file.read_bytes() for name, file in (_sources(evidence.settings) if evidence.named else ())},
    }
    facts = {
        "asked_at": tape.asked_at,
        "anonymised": not evidence.named,
        "language": language,
        "wishes": wishes_data(evidence.wishes),
    }
    write_bundle(path, files, facts, tape.asked_at)


def _sources(settings: Settings) -> tuple[Source, ...]:
    """Return the administrator's files that a judgement rests on, by their names in a bundle."""
    named = (("restore-tests.toml", settings.report.restore_tests), ("policy.toml", settings.report.policy_file))
    return tuple((name, path) for name, path in named if path is not None)
