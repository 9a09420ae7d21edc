"""What one question to an API is: its path, the right it needs, and what its answer is good for."""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from urllib.parse import quote

from pve_backup_report.model.gap import Blind

_ENCODED = {code: quote(chr(code), safe="") for code in range(128)}  # for a UPID this takes half as long as ``quote``


class Without(StrEnum):
    """What Proxmox does when the right is missing."""

    NOTHING = "nothing"  # any authenticated caller gets the whole answer
    REFUSED = "refused"  # 403
    SHORTENED = "shortened"  # HTTP 200 with fewer entries


class Per(StrEnum):
    """What a question is asked once for."""

    CLUSTER = "cluster"
    NODE = "node"
    JOB = "job"
    GUEST = "guest"
    TASK = "task"
    STORAGE = "storage"
    PATH = "path"


@dataclass(frozen=True, slots=True, eq=False)
class Endpoint:
    """One row of the table; a row is the same as itself only.

    Attributes:
        name: short name, used in code.
        path: template; every ``{field}`` is percent-encoded when filled in.
        query: template of the query, in the order asked; empty when there is none.
        privileges: any one of these is enough; empty when every token may ask.
        on: template of the object path on which the privilege is needed.
        without: what a missing right does.
        per: what it is asked once for.
        blinds: what cannot be known without the answer.
        hides: what stays hidden without it (English, key of its translation).
        keeps: fields kept of each item; everything else never reaches a tape.
        tool: the command that asks the same by hand.
    """

    name: str
    path: str
    query: str
    privileges: tuple[str, ...]
    on: str
    without: Without
    per: Per
    blinds: tuple[Blind, ...]
    hides: str
    keeps: tuple[str, ...]
    tool: str = "pvesh get"

    def ask(self, **values: str | int) -> str:
        """Return the path with its query, such as ``/nodes/pve1/time``.

        Args:
            values: one per ``{field}`` of the templates.
        """
        filled = {name: _quoted(str(value)) for name, value in values.items()}
        path = self.path.format(**filled)
        return f"{path}?{self.query.format(**filled)}" if self.query else path

    def needs(self, **values: str | int) -> str | None:
        """Return the right in words, such as ``Sys.Audit on /nodes/pve2``; None when none is needed."""
        if not self.privileges:
            return None
        return f"{' or '.join(self.privileges)} on {self.on.format(**values)}"

    @property
    def by_hand(self) -> str:
        """The line to try on a node, such as ``pvesh get /cluster/backup``."""
        options = "".join(f" --{pair.replace('=', ' ', 1)}" for pair in self.query.split("&") if pair)
        return f"{self.tool} {self.path}{options}".replace("%3D", "=")


@lru_cache(maxsize=1024)  # nodes and storages stand in thousands of questions
def _quoted(text: str) -> str:
    return text.translate(_ENCODED) if text.isascii() else quote(text, safe="", errors="replace")
