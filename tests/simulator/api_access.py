"""The simulated /version, /access and /pools."""

from simulator.api_rows import guest_row, storage_row
from simulator.asking import Ask, RefusalError, Route

_TOP = ("/", "/access", "/access/groups", "/nodes", "/pool", "/sdn", "/storage", "/vms")


def _version(ask: Ask) -> object:
    release = ".".join(ask.world.version.replace("-", ".").split(".")[:2])
    return {"version": ask.world.version, "release": release, "repoid": "14a22df35955d97d"}


def _permissions(ask: Ask) -> object:
    """Own permissions (access-control RPCEnvironment.pm get_effective_permissions): paths without any are left out."""
    if "path" in ask.query:
        path = ask.query["path"]
        return {path: ask.rights.privileges(path, ask.facts.pools_listing(path))}
    paths = dict.fromkeys([*_TOP, *(grant.path for grant, _, _ in ask.rights.entries())])
    for pool in ask.world.pools:
        paths |= dict.fromkeys(f"/vms/{vmid}" for vmid in pool.guests)
        paths |= dict.fromkeys(f"/storage/{storage}" for storage in pool.storages)
    held = {path: ask.rights.privileges(path, ask.facts.pools_listing(path)) for path in paths}
    return {path: privileges for path, privileges in held.items() if privileges}


def _acl(ask: Ask) -> object:
    """Entries: all for an auditor of /access, else those the caller may change (API2/ACL.pm)."""
    everything = ask.may("/access", "Sys.Audit", "Permissions.Modify")
    return [
        {"path": grant.path, "propagate": int(grant.propagate), "roleid": grant.role, "type": kind, "ugid": name}
        for grant, kind, name in ask.rights.entries()
        if everything or ask.may(grant.path, "Permissions.Modify")
    ]


def _pool(ask: Ask, pool_id: str) -> dict[str, object]:
    """A pool and its members, which are not filtered by guest (API2/Pool.pm)."""
    facts = ask.facts
    pool = facts.lookup.pools.get(pool_id)
    if pool is None:
        raise RefusalError(500, f"pool '{pool_id}' does not exist")
    members: list[dict[str, object]] = []
    for vmid in sorted(facts.lookup.members(pool_id)):
        row = guest_row(facts, facts.lookup.guests[vmid])
        members.append({key: value for key, value in row.items() if key not in {"pool", "lock", "tags"}})
    known = [facts.storages[name] for name in pool.storages if name in facts.storages]
    members += [storage_row(facts, storage, facts.entry) for storage in known]
    if "type" in ask.query:
        members = [row for row in members if row["type"] == ask.query["type"]]
    shown: dict[str, object] = {"poolid": pool.id, "members": members}
    return shown if pool.comment is None else {**shown, "comment": pool.comment}


def _pools(ask: Ask) -> object:
    if "poolid" in ask.query:
        return [_pool(ask, ask.query["poolid"])]  # the result of the permission check is not looked at, up to 9.2
    return [
        {"poolid": pool.id} | ({} if pool.comment is None else {"comment": pool.comment})
        for pool in sorted(ask.world.pools, key=lambda pool: pool.id)
        if ask.may(f"/pool/{pool.id}", "Pool.Audit")
    ]


ROUTES = (
    Route("/version", _version),
    Route("/access/permissions", _permissions, ("path",)),
    Route("/access/acl", _acl),
    Route("/pools", _pools, ("poolid", "type")),
    Route(
        "/pools/{poolid}",
        lambda ask: _pool(ask, ask.part["poolid"]),
        ("type",),
        lambda ask: ask.need(f"/pool/{ask.part['poolid']}", "Pool.Audit"),
    ),
)
