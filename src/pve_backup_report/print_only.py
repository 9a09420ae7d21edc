"""Modes that need neither settings nor a cluster: texts to print, and a bundle to look at."""

import sys
from pathlib import Path

from pve_backup_report.arguments import Arguments, Mode
from pve_backup_report.errors import SettingsError
from pve_backup_report.render.bundle_text import bundle_text
from pve_backup_report.render.language import LANGUAGES, Language, load_language
from pve_backup_report.render.schema import schema_text
from pve_backup_report.render.setup_text import setup_text
from pve_backup_report.render.units_text import units_text

_DONE, _ANOMALY = 0, 1


def print_only(arguments: Arguments) -> int:
    """Print what the mode says, and return the exit code.

    Raises:
        SettingsError: there is no such language, or the bundle cannot be read.
    """
    return {
        Mode.PRINT_SETUP: _print_setup,
        Mode.PRINT_SCHEMA: _print_schema,
        Mode.PRINT_UNITS: _print_units,
        Mode.VERIFY_BUNDLE: _verify_bundle,
    }[arguments.mode](arguments)


def _language(arguments: Arguments) -> Language:
    """Return the language that the command line names, for what needs no settings."""
    code = arguments.overrides.get("REPORT_LANGUAGE", "en")
    if code not in LANGUAGES:
        raise SettingsError((f"--lang {code}: choose one of {', '.join(LANGUAGES)}.",))
    return load_language(code)


def _print_setup(arguments: Arguments) -> int:
    sys.stdout.write(setup_text(arguments.setup or "pve", _language(arguments)))
    return _DONE


def _print_units(arguments: Arguments) -> int:
    script = Path(sys.executable).with_name("pve-backup-report")
    program = str(script) if script.exists() else f"{sys.executable} -m pve_backup_report"
    sys.stdout.write(units_text(arguments.units or "all", program, _language(arguments)))
    return _DONE


def _verify_bundle(arguments: Arguments) -> int:
    from pve_backup_report import pipeline  # noqa: PLC0415 -- heavy, and nothing else here needs it

    language = _language(arguments)
    findings = pipeline.verify(arguments.verify) if arguments.verify is not None else ()
    sys.stdout.write(bundle_text(findings, language))
    return _ANOMALY if any(finding.ok is False for finding in findings) else _DONE


def _print_schema(_: Arguments) -> int:
    sys.stdout.write(schema_text())
    return _DONE
