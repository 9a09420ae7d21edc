"""A Proxmox VE API that answers GET requests out of a World, for one token."""

from collections.abc import Mapping
from urllib.parse import parse_qsl, quote, unquote, urlencode

from simulator import api_access, api_cluster, api_guests, api_jobs, api_storage, api_tasks
from simulator.asking import Ask, Facts, Listed, RefusalError, Response, Route, bad_parameter
from simulator.rights import TokenRights
from simulator.world import World

_ROUTES: tuple[Route, ...] = (
    *api_access.ROUTES,
    *api_cluster.ROUTES,
    *api_guests.ROUTES,
    *api_jobs.ROUTES,
    *api_storage.ROUTES,
    *api_tasks.ROUTES,
)


def _segments(path: str) -> list[str]:
    return [part for part in path.split("/") if part]


def _table() -> dict[int, list[tuple[list[str], Route]]]:
    table: dict[int, list[tuple[list[str], Route]]] = {}
    for route in _ROUTES:
        parts = _segments(route.path)
        table.setdefault(len(parts), []).append((parts, route))
    return table


_BY_LENGTH = _table()


def _find(path: str) -> tuple[Route, dict[str, str]]:
    """The endpoint of a path, and the named parts; an unknown path is 501, as for an older Proxmox VE."""
    parts = _segments(path)
    for shape, route in _BY_LENGTH.get(len(parts), []):
        if all(want.startswith("{") or want == got for want, got in zip(shape, parts, strict=True)):
            named = {want[1:-1]: got for want, got in zip(shape, parts, strict=True) if want.startswith("{")}
            return route, named
    raise RefusalError(501, f"Method 'GET {path}' not implemented")


class ProxmoxApi:
    """One cluster's API as one token sees it; call it with a path and a query.

    `faults` overrule the answers of whole paths (without a query). Answers are kept, since a world does not change.
    """

    def __init__(self, world: World, rights: TokenRights, faults: Mapping[str, Response] | None = None) -> None:
        self.facts = Facts(world)
        self.rights = rights
        self._faults = dict(faults or {})
        self._kept: dict[tuple[str, tuple[tuple[str, str], ...]], Response] = {}

    def __call__(self, path: str, query: Mapping[str, str] | None = None) -> Response:
        """Answer a GET of a path, percent-encoded or not, with its query behind a question mark or apart."""
        key = (path, tuple(sorted((query or {}).items())))
        if key not in self._kept:
            plain, _, asked = path.removeprefix("/api2/json").partition("?")
            self._kept[key] = self._answer(unquote(plain), {**dict(parse_qsl(asked)), **(query or {})})
        return self._kept[key]

    def _answer(self, path: str, query: dict[str, str]) -> Response:
        if path in self._faults:
            return self._faults[path]
        try:
            route, named = _find(path)
            ask = Ask(self.facts, self.rights, named, query)
            if named.get("node") == "localhost":
                named["node"] = self.facts.entry
            if route.needs is not None:
                route.needs(ask)
            if "node" in named:
                self._forward(named["node"])
            for name in query:
                if name not in route.params:
                    text = "property is not defined in schema and the schema does not allow additional properties"
                    raise bad_parameter(name, text)
            found = route.answer(ask)
        except RefusalError as refusal:
            return self._refused(refusal)
        if isinstance(found, Listed):
            return Response(200, "OK", data=found.data, extra=(("total", found.total),) if found.total else ())
        return Response(200, "OK", data=found)

    def _forward(self, name: str) -> None:
        """Refuse what the asked node cannot answer, after the contacted one has checked the permissions."""
        node = self.facts.nodes.get(name)
        if node is None:
            text = f"failed to get address info for: {name}: Name or service not known"
            raise RefusalError(500, f"hostname lookup '{name}' failed - {text}")
        if not node.online:
            raise RefusalError(*node.unreachable)

    def _refused(self, refusal: RefusalError) -> Response:
        if refusal.status >= 595:  # made by the proxying client, which has no body
            return Response(refusal.status, refusal.reason, content_type="", empty=True)
        extra: list[tuple[str, object]] = []
        if self.facts.world.error_text:
            newline = "" if refusal.status == 501 else "\n"  # the one text without an end of line
            extra.append(("message", refusal.reason + newline))
        if refusal.errors:
            extra.append(("errors", refusal.errors))
        return Response(refusal.status, refusal.reason.split("\n", 1)[0], extra=tuple(extra))

    def all_answers(self) -> dict[str, Response]:
        """What a thorough reporter would ask: "path?query" to answer, task logs included."""
        return {path + (f"?{urlencode(query)}" if query else ""): self(path, query) for path, query in self._asks()}

    def _asks(self) -> list[tuple[str, dict[str, str]]]:
        world = self.facts.world
        none: dict[str, str] = {}
        asks = [(path, none) for path in ("/version", "/nodes", "/cluster/status", "/cluster/resources", "/storage")]
        asks += [("/cluster/resources", {"type": kind}) for kind in ("vm", "storage", "node")]
        asks += [(path, none) for path in ("/pools", "/cluster/backup", "/cluster/backup-info/not-backed-up")]
        asks += [(path, none) for path in ("/access/permissions", "/access/acl", "/cluster/replication")]
        asks += [("/cluster/tasks", none)]
        asks += [("/access/permissions", {"path": path}) for path in ("/", "/vms", "/storage", "/nodes", "/pool")]
        asks += [("/access/permissions", {"path": f"/vms/{guest.vmid}"}) for guest in world.guests]
        asks += [("/pools", {"poolid": pool.id}) for pool in world.pools]
        asks += [(f"/cluster/backup/{quote(job.id, safe='')}/included_volumes", none) for job in world.jobs]
        history = {"typefilter": "vzdump", "source": "all", "limit": "5000"}
        keep_all = {"prune-backups": "keep-all=1"}
        for node in world.nodes:
            base = f"/nodes/{node.name}"
            asks += [(f"{base}/{leaf}", none) for leaf in ("time", "storage", "vzdump/defaults", "qemu", "lxc")]
            asks += [(f"{base}/storage", {"content": "backup"}), (f"{base}/tasks", history)]
            for storage in world.storages:
                asks.append((f"{base}/storage/{storage.id}/content", {"content": "backup"}))
                asks.append((f"{base}/storage/{storage.id}/prunebackups", keep_all))
        for guest in world.guests:
            base = f"/nodes/{guest.node}/{guest.type}/{guest.vmid}"
            asks += [(f"{base}/config", {"current": "1"}), (f"{base}/config", none), (f"{base}/snapshot", none)]
        for task in world.tasks:
            base = f"/nodes/{task.node}/tasks/{quote(task.upid, safe='')}"
            asks += [(f"{base}/log", {"limit": "0"}), (f"{base}/status", none)]
        return asks
