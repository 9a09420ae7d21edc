"""The token's rights, and whether they prove that a list is whole.

access-control PVE/RPCEnvironment.pm ``get_effective_permissions``: the answer names every path that has an ACL entry of
anyone, and leaves out the paths where the caller holds nothing; a value of 0 means granted, not inherited below.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from pve_backup_report.endpoints.pve import ACL
from pve_backup_report.model.answer import Answer
from pve_backup_report.normalize.entries import is_flag, is_whole
from pve_backup_report.normalize.reading import flag, items, text


@dataclass(frozen=True, slots=True)
class Rights:
    """What one token may do.

    Attributes:
        known: ``/access/permissions`` was answered.
        held: privilege to propagates, by path.
        acl_paths: every path with an ACL entry of anyone; None when the list may be shortened.
    """

    known: bool
    held: Mapping[str, Mapping[str, bool]]
    acl_paths: frozenset[str] | None

    def on(self, path: str, *privileges: str) -> bool | None:
        """Tell whether any of ``privileges`` is held on ``path``.

        Returns:
            True or False when that is certain; None when it cannot be told.
        """
        if not self.known:
            return None
        if path in self.held:
            return any(name in self.held[path] for name in privileges)
        if self.acl_paths is None:
            # the path may have an entry that leaves the token nothing, and would then be left out
            return None if self._inherited(path, privileges) else False
        if path in self.acl_paths:
            return False
        return self._inherited(path, privileges)

    def everywhere(self, root: str, *privileges: str) -> bool:
        """Tell whether any of ``privileges`` is surely held on every object below ``root``, such as ``/vms``."""
        if self.acl_paths is None:
            return False
        if not self.handed_down(root, *privileges):
            return False
        return not self.lacking_below(root, *privileges)

    def lacking_below(self, root: str, *privileges: str) -> tuple[str, ...]:
        """Return the known paths below ``root``, sorted, on which none of ``privileges`` is held."""
        known = self.held.keys() | (self.acl_paths or frozenset())
        below = (path for path in known if path.startswith(f"{root}/"))
        return tuple(sorted(path for path in below if not self.on(path, *privileges)))

    def handed_down(self, root: str, *privileges: str) -> bool:
        """Tell whether ``root`` hands one of ``privileges`` down to what has no entry of its own."""
        return self._inherited(f"{root}/x", privileges)

    def _inherited(self, path: str, privileges: tuple[str, ...]) -> bool:
        """Whether the nearest listed ancestor hands one of the privileges down."""
        ancestor = path
        while ancestor != "/":
            ancestor = ancestor.rpartition("/")[0] or "/"
            if ancestor in self.held and any(self.held[ancestor].values()):
                return any(self.held[ancestor].get(name, False) for name in privileges)
            if ancestor in self.held:
                continue  # what is not inherited counts on that very path alone, and hides nothing from above
            if self.acl_paths is not None and ancestor in self.acl_paths:
                return False
        return False


NO_RIGHTS_SEEN = Rights(known=False, held={}, acl_paths=None)


def read_rights(permissions: Answer | None, acl: Answer | None) -> Rights:
    """Read the answers of ``/access/permissions`` and ``/access/acl``.

    Args:
        permissions: the token's rights by path.
        acl: the access control list; it is whole only with Sys.Audit on ``/access``
            (access-control PVE/API2/ACL.pm).
    """
    if permissions is None or not permissions.ok or not isinstance(permissions.data, Mapping):
        return NO_RIGHTS_SEEN
    if not all(isinstance(names, Mapping) for names in permissions.data.values()):
        return NO_RIGHTS_SEEN
    if not all(all(map(is_flag, names.values())) for names in permissions.data.values()):
        return NO_RIGHTS_SEEN
    held = {
        str(path): dict(zip(map(str, names), map(flag, names.values()), strict=True))
        for path, names in permissions.data.items()
    }
    whole = "Sys.Audit" in held.get("/access", {})
    paths = None
    if whole and acl is not None and is_whole(ACL, acl):
        paths = frozenset(path for row in items(acl.data) if (path := text(row.get("path"))) is not None)
    return Rights(known=True, held=held, acl_paths=paths)
