"""``python -m pve_backup_report``."""

from pve_backup_report.cli import run

run()
