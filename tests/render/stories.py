"""The hand-built reports by name; each has its golden files."""

from collections.abc import Callable

from pve_backup_report.model.report import Report
from render.sample_faults import many_faults
from render.sample_hostile import hostile
from render.sample_past import with_a_past
from render.sample_report import audit_only, empty, healthy
from render.sample_servers import backup_servers, servers_only

STORIES: dict[str, Callable[[], Report]] = {
    "healthy": healthy,
    "many-faults": many_faults,
    "audit-only": audit_only,
    "empty": empty,
    "hostile": hostile,
    "backup-servers": backup_servers,
    "servers-only": servers_only,
    "with-a-past": with_a_past,
}
