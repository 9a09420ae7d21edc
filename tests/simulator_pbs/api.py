"""A Proxmox Backup Server API that answers GET requests out of a PbsWorld, for one token."""

from collections.abc import Mapping
from urllib.parse import parse_qsl, quote, unquote, urlencode

from simulator.asking import Response
from simulator_pbs import api_access, api_backups, api_datastores, api_jobs, api_tasks
from simulator_pbs.asking import Ask, Facts, Listed, PlainResponse, RefusalError, Route, bad_parameter
from simulator_pbs.rights import PbsRights
from simulator_pbs.world import PbsWorld

_BASE = "/api2/json"
_ROUTES: tuple[Route, ...] = (
    *api_access.ROUTES,
    *api_backups.ROUTES,
    *api_datastores.ROUTES,
    *api_jobs.ROUTES,
    *api_tasks.ROUTES,
)


def _segments(path: str) -> list[str]:
    return [part for part in path.split("/") if part]


_SHAPES = tuple((_segments(route.path), route) for route in _ROUTES)


def _find(path: str) -> tuple[Route, dict[str, str]]:
    """The endpoint of a path, and the named parts; an unknown path is a real 404 here."""
    parts = _segments(path)
    for shape, route in _SHAPES:
        if len(shape) == len(parts) and all(
            want.startswith("{") or want == got for want, got in zip(shape, parts, strict=True)
        ):
            named = zip(shape, parts, strict=True)
            return route, {want[1:-1]: unquote(got) for want, got in named if want.startswith("{")}
    raise RefusalError(404, f"Path '{_BASE}{path}' not found.")


class PbsApi:
    """One backup server's API as one token sees it; call it with a path and a query.

    `faults` overrule the answers of whole paths (without a query). Answers are kept, since a world does not change.
    """

    def __init__(self, world: PbsWorld, rights: PbsRights, faults: Mapping[str, Response] | None = None) -> None:
        self.facts = Facts(world)
        self.rights = rights
        self._faults = dict(faults or {})
        self._kept: dict[tuple[str, tuple[tuple[str, str], ...]], Response] = {}

    def __call__(self, path: str, query: Mapping[str, str] | None = None) -> Response:
        """Answer a GET of a path, with its query behind a question mark or apart."""
        key = (path, tuple(sorted((query or {}).items())))
        if key not in self._kept:
            plain, _, asked = path.removeprefix(_BASE).partition("?")
            self._kept[key] = self._answer(plain, {**dict(parse_qsl(asked, keep_blank_values=True)), **(query or {})})
        return self._kept[key]

    def _answer(self, path: str, query: dict[str, str]) -> Response:
        if path in self._faults:
            return self._faults[path]
        if not self.rights.known and path != "/ping":
            return PlainResponse.of(401, "authentication failed - invalid credentials.")
        try:
            route, named = _find(path)
            for name in query:
                if name not in route.params:
                    raise bad_parameter(name, "schema does not allow additional properties.")
            found = route.answer(Ask(self.facts, self.rights, named, query))
        except RefusalError as refusal:
            return PlainResponse.of(refusal.status, refusal.text)
        if isinstance(found, Listed):
            return Response(200, "OK", data=found.data, extra=found.extra)
        return Response(200, "OK", data=found)

    def all_answers(self) -> dict[str, Response]:
        """What a thorough reporter would ask: "path?query" to answer."""
        return {path + (f"?{urlencode(query)}" if query else ""): self(path, query) for path, query in self._asks()}

    def _asks(self) -> list[tuple[str, dict[str, str]]]:
        world = self.facts.world
        lists = [f"/access/{leaf}" for leaf in ("permissions", "users", "acl", "roles")]
        lists += [f"/admin/{leaf}" for leaf in ("datastore", "gc", "verify", "prune")]
        lists += [f"/config/{leaf}" for leaf in ("datastore", "verify", "prune")]
        asks: list[tuple[str, dict[str, str]]] = [
            (path, {}) for path in ("/version", "/status/datastore-usage", *lists)
        ]
        both = {"sync-direction": "all"} if world.numbers >= api_jobs.KNOWS_PUSH else {}
        asks += [("/admin/sync", both), ("/config/sync", both), ("/nodes/localhost/tasks", {"limit": "0"})]
        for store in world.datastores:
            base = f"/admin/datastore/{store.name}"
            asks += [(f"{base}/namespace", {}), (f"{base}/gc", {}), (f"{base}/status", {"verbose": "true"})]
            for namespace in ("", *store.namespaces):
                within = {"ns": namespace} if namespace else {}
                asks += [(f"{base}/groups", within), (f"{base}/snapshots", within)]
        for task in world.tasks:
            base = f"/nodes/localhost/tasks/{quote(task.upid, safe='')}"
            asks += [(f"{base}/log", {"limit": "0"}), (f"{base}/status", {})]
        return asks
