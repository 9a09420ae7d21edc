"""The way through pvesh for one who is not root: a gate that lets only our questions pass, and the line for sudo."""

import re
import textwrap

from pve_backup_report.endpoints.pve import ALL_ENDPOINTS
from pve_backup_report.render.words import _

GATE = "/usr/local/sbin/pve-backup-report-pvesh"
"""Where the gate is put."""

_ACCOUNT = "backup-report"
_LONGEST_S = 600  # whoever may not end what root runs needs someone who does


def gate_text() -> str:
    """Return the gate: a shell script that root owns, which runs ``pvesh get`` for our endpoints and nothing else."""
    paths = sorted({re.sub(r"\{\w+\}", "*", endpoint.path) for endpoint in ALL_ENDPOINTS})
    listed = " \\\n  ".join(textwrap.wrap(" | ".join(paths), 100, break_long_words=False, break_on_hyphens=False))
    return f"""#!/bin/sh
# Lets pve-backup-report read through pvesh, and do nothing else.
PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8
export PATH LC_ALL
refuse() {{ echo "403 Permission check failed ($0 does not let this pass)" >&2; exit 77; }}
[ "$#" -ge 4 ] && [ "$1" = get ] && [ "$3 $4" = "--output-format json" ] || refuse
for word do
  case $word in *[!A-Za-z0-9/_.:@!+,=\\ -]*) refuse ;; esac
done
case $2 in *[!A-Za-z0-9/_.:@!+,=-]* | *//* | */-*) refuse ;; esac
case $2 in
  {listed}) ;;
  *) refuse ;;
esac
exec timeout -k 5 {_LONGEST_S} pvesh "$@"
"""


_MAKE_GATE = f"cat > {GATE} <<'END'\n{gate_text()}END"
PVESH_PARTS = (
    (
        _(
            "On a node itself, without any token: pvesh speaks for root@pam, who may do everything. Simplest is to run "
            "this program as root on the node, with PVE_TRANSPORT=pvesh and nothing else; or to have root record the "
            "answers (--record) and an ordinary user make the report of them (--replay)."
        ),
        (),
    ),
    (
        _(
            "For an ordinary user through sudo. A line for sudo that ends in pvesh get * would let that user read all "
            "that root can, and pvesh hands a path on to other nodes without quoting it. So sudo runs a gate instead, "
            "which lets only the questions of this program pass. Run on that node, as root."
        ),
        (
            f"useradd --system --home-dir /nonexistent --shell /usr/sbin/nologin {_ACCOUNT}",
            _MAKE_GATE,
            f"chown root:root {GATE}",
            f"chmod 755 {GATE}",
            f"echo '{_ACCOUNT} ALL=(root) NOPASSWD: {GATE}' > /etc/sudoers.d/pve-backup-report",
            "chmod 440 /etc/sudoers.d/pve-backup-report",
            "visudo -c -f /etc/sudoers.d/pve-backup-report",
        ),
    ),
    (
        _("Then, in the settings of this program:"),
        (f"# PVE_TRANSPORT=pvesh\n# PVE_PVESH_COMMAND=sudo -n {GATE}",),
    ),
)
"""What ``--print-setup pvesh`` prints: each part a comment and its commands."""
