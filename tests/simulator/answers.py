"""A world out of what a real API answered: the way back, for worlds known only by recordings."""

import re
from collections.abc import Mapping, Sequence
from typing import Literal, cast
from urllib.parse import quote

from simulator.parts import Guest, GuestType, Job, Node, Pool, Setting, Storage
from simulator.records import Archive, Task
from simulator.world import World

_Row = Mapping[str, object]
_OWN = frozenset({"name", "hostname", "tags", "description", "lock", "template", "digest", "meta", "parent"})
_STORAGE_OWN = frozenset({"storage", "type", "content", "nodes", "disable", "shared", "prune-backups", "digest"})
_JOB_TEXTS = ("storage", "vmid", "exclude", "pool", "node", "dumpdir", "mode", "compress", "mailto", "comment")
_JOB_OWN = frozenset(
    {
        *_JOB_TEXTS,
        "id",
        "type",
        "enabled",
        "schedule",
        "next-run",
        "all",
        "protected",
        "notes-template",
        "prune-backups",
    }
)


def _rows(answers: Mapping[str, object], path: str) -> Sequence[_Row]:
    return cast("Sequence[_Row]", answers.get(path, ()))


def _text(row: _Row, key: str) -> str | None:
    return None if row.get(key) is None else str(row[key])


def _flag(row: _Row, key: str) -> bool | None:
    return None if row.get(key) is None else str(row[key]) not in {"", "0"}


def _words(text: str | None) -> tuple[str, ...]:
    return tuple(word for word in re.split(r"[\s,;]+", text or "") if word)


def _settings(config: _Row) -> tuple[Setting, ...]:
    return tuple((key, cast("str | int", value)) for key, value in config.items() if key not in _OWN)


def _guest(row: _Row, answers: Mapping[str, object]) -> Guest:
    path = f"/nodes/{row['node']}/{row['type']}/{row['vmid']}/config"
    config = cast("_Row", answers.get(f"{path}?current=1") or answers.get(path) or {})
    if "__error" in config:
        config = {}
    return Guest(
        vmid=int(str(row["vmid"])),
        type=cast("GuestType", row["type"]),
        name=_text(config, "name") or _text(config, "hostname"),
        node=str(row["node"]),
        status=str(row["status"]),
        config=_settings(config),
        template=bool(row.get("template")),
        tags=_text(config, "tags"),
        notes=_text(config, "description"),
        lock=_text(config, "lock"),
        metrics=row["status"] != "unknown",
    )


def _job(row: _Row) -> Job:
    legacy = "type" not in row
    prune = cast("Mapping[str, str]", row.get("prune-backups", {}))
    own = _JOB_OWN | {"quiet", "mailnotification"} if legacy else _JOB_OWN
    texts = {key: _text(row, key) for key in _JOB_TEXTS}
    return Job(
        id=str(row["id"]),
        schedule=str(row["schedule"]),
        enabled=bool(_flag(row, "enabled")),
        storage=texts["storage"],
        all=_flag(row, "all"),
        vmid=texts["vmid"],
        exclude=texts["exclude"],
        pool=texts["pool"],
        node=texts["node"],
        dumpdir=texts["dumpdir"],
        mode=texts["mode"],
        compress=texts["compress"],
        prune=tuple((key, int(value)) for key, value in prune.items()),
        notes_template=_text(row, "notes-template"),
        protected=_flag(row, "protected"),
        mailto=texts["mailto"],
        comment=texts["comment"],
        legacy=legacy,
        extra=tuple((key, value) for key, value in row.items() if key not in own),
    )


def _storage(row: _Row) -> Storage:
    return Storage(
        id=str(row["storage"]),
        type=str(row["type"]),
        content=tuple(word for word in _words(_text(row, "content")) if word != "none"),
        nodes=_words(_text(row, "nodes")),
        disable=bool(_flag(row, "disable")),
        shared=bool(_flag(row, "shared")),
        prune=_text(row, "prune-backups"),
        extra=tuple((key, cast("str | int", value)) for key, value in row.items() if key not in _STORAGE_OWN),
    )


def _archives(answers: Mapping[str, object], storages: Sequence[Storage], nodes: Sequence[Node]) -> list[Archive]:
    """The backups of all content lists; a shared storage's are taken once."""
    found: dict[tuple[str, str], Archive] = {}
    for storage, node in ((storage, node.name) for storage in storages for node in nodes):
        for row in _rows(answers, f"/nodes/{node}/storage/{storage.id}/content?content=backup"):
            name = str(row["volid"]).partition("backup/")[2]
            verification = cast("Mapping[str, str]", row.get("verification", {})).get("state")
            found[storage.place(node), name] = Archive(
                place=storage.place(node),
                vmid=cast("int | None", row.get("vmid")),
                type=cast("GuestType", row["subtype"]),
                ctime=int(str(row["ctime"])),
                size=int(str(row["size"])),
                filename=None if storage.is_pbs else name,
                notes=_text(row, "notes"),
                protected=bool(_flag(row, "protected")),
                encrypted=_text(row, "encrypted"),
                verification=cast('Literal["ok", "failed"] | None', verification),
                finished=not storage.is_pbs or int(str(row["size"])) > 1,
            )
    return list(found.values())


def _tasks(answers: Mapping[str, object], node: str) -> list[Task]:
    """A node's tasks, with the lines of those logs that were read whole."""
    found = []
    for row in _rows(answers, f"/nodes/{node}/tasks?typefilter=vzdump&source=all&limit=5000"):
        log = answers.get(f"/nodes/{node}/tasks/{quote(str(row['upid']), safe='')}/log?limit=0")
        token = "" if row.get("tokenid") is None else f"!{row['tokenid']}"
        task = Task(
            node=node,
            starttime=int(str(row["starttime"])),
            endtime=cast("int | None", row.get("endtime")),
            pid=int(str(row["pid"])),
            pstart=int(str(row["pstart"])),
            id=str(row["id"]),
            user=f"{row['user']}{token}",
            status=None if row.get("endtime") is None else _text(row, "status"),
            lines=tuple(str(line["t"]) for line in cast("Sequence[_Row]", log or ())),
            log_gone=log is None,
        )
        found.append(task)
    return found


def world_from(answers: Mapping[str, object], now: int) -> World:
    """Build a world from the `data` of a cluster's answers, by path and query; what was not asked is not there."""
    guests = _rows(answers, "/cluster/resources?type=vm")
    members: dict[str, list[int]] = {}
    seen = {row["node"] for row in guests if row["status"] != "unknown"}
    for row in guests:
        members.setdefault(str(row.get("pool")), []).append(int(str(row["vmid"])))
    nodes = tuple(
        Node(str(row["node"]), timezone="UTC", online=row["status"] == "online", lingers=row["node"] in seen)
        for row in _rows(answers, "/nodes")
    )
    storages = tuple(_storage(row) for row in _rows(answers, "/storage"))
    return World(
        now=now,
        nodes=nodes,
        guests=tuple(_guest(row, answers) for row in guests),
        pools=tuple(
            Pool(str(row["poolid"]), tuple(members.get(str(row["poolid"]), ())), comment=_text(row, "comment"))
            for row in _rows(answers, "/pools")
        ),
        storages=storages,
        jobs=tuple(_job(row) for row in _rows(answers, "/cluster/backup")),
        tasks=tuple(task for node in nodes for task in _tasks(answers, node.name)),
        archives=tuple(_archives(answers, storages, nodes)),
    )
