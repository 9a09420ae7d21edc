"""The simulated /version, /ping and /access of a backup server."""

from simulator_pbs.asking import Ask, Listed, RefusalError, Route
from simulator_pbs.parts import User
from simulator_pbs.rights import ROLES, AclEntry, PbsRights, levels, user_of

_TOP = ("/", "/access", "/datastore", "/remote", "/system")


def _version(ask: Ask) -> object:
    return {"version": ask.world.version, "release": ask.world.release, "repoid": "5c2c8a53f2e0d7b19a86"}


def _ping(_ask: Ask) -> object:
    return {"pong": True}


def _entries(ask: Ask) -> tuple[AclEntry, ...]:
    return (*ask.world.acl, *ask.rights.acl)


def _whose(ask: Ask) -> PbsRights:
    """The rights that are asked for: one's own, those of a token of one's own, anyone's with Sys.Audit on /access."""
    wanted, caller = ask.query.get("auth-id", ask.rights.authid), ask.rights.authid
    own_token = "!" not in caller and user_of(wanted) == caller
    if wanted == caller:
        return ask.rights
    if not (own_token or ask.rights.may("/access", "Sys.Audit")):
        raise RefusalError(400, f"not allowed to list permissions of {wanted}")
    names = {wanted, user_of(wanted)}
    return PbsRights(wanted, tuple(entry for entry in _entries(ask) if entry.authid in names))


def _permissions(ask: Ask) -> object:
    """Privileges by path, each with whether it propagates; paths without any are left out, even one asked for."""
    rights = _whose(ask)
    known = [level for entry in _entries(ask) for level in levels(entry.path)]
    paths = [ask.query["path"]] if "path" in ask.query else [*_TOP, *known]
    held = {path: rights.privileges(path) for path in dict.fromkeys(paths)}
    return {path: privileges for path, privileges in held.items() if privileges}


def _acl(ask: Ask) -> object:
    """Entries: all for an auditor of /access/acl; else a user sees those of its tokens, and a token none.

    So a token without that right cannot even read its own entries (src/api2/access/acl.rs).
    """
    everything = ask.rights.may("/access/acl", "Sys.Audit")
    below, exact = ask.query.get("path", "/"), ask.flag("exact")
    rows = []
    for entry in _entries(ask):
        own = "!" in entry.authid and user_of(entry.authid) == ask.rights.authid
        within = entry.path == below or (not exact and f"{entry.path}/".startswith(f"{below.rstrip('/')}/"))
        if within and (everything or own):
            row: dict[str, object] = {"path": entry.path, "ugid": entry.authid, "ugid_type": "user"}
            rows.append({**row, "roleid": entry.role, "propagate": entry.propagate})
    return Listed(rows, (("digest", "0" * 64),))


def _known_users(ask: Ask) -> list[User]:
    """The users of the world, and the caller's."""
    name, _, token = ask.rights.authid.partition("!")
    users = {user.userid: user for user in ask.world.users}
    there = users.get(name, User(name))
    if token and token not in there.tokens:
        there = User(name, (*there.tokens, token), there.comment, there.enable, there.expire)
    return list({**users, name: there}.values())


def _users(ask: Ask) -> object:
    """Users, and on request their tokens: all for an auditor of /access/users, else oneself."""
    everything = ask.rights.may("/access/users", "Sys.Audit")
    rows = []
    for user in _known_users(ask):
        if not everything and user.userid != user_of(ask.rights.authid):
            continue
        row: dict[str, object] = {"userid": user.userid}
        if user.comment is not None:
            row["comment"] = user.comment
        if not user.enable:
            row["enable"] = False
        if user.expire:
            row["expire"] = user.expire
        if ask.flag("include_tokens") and user.tokens:
            row["tokens"] = [{"tokenid": f"{user.userid}!{token}"} for token in user.tokens]
        rows.append(row)
    return Listed(rows, (("digest", "0" * 64),))


def _roles(_ask: Ask) -> object:
    return [{"roleid": role, "privs": sorted(privileges), "comment": role} for role, privileges in ROLES.items()]


ROUTES = (
    Route("/version", _version),
    Route("/ping", _ping),
    Route("/access/permissions", _permissions, ("auth-id", "path")),
    Route("/access/acl", _acl, ("exact", "path")),
    Route("/access/users", _users, ("include_tokens",)),
    Route("/access/roles", _roles),
)
