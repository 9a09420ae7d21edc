"""A backup server's tape to what ``--check-api`` tells of it."""

from collections.abc import Mapping

from pve_backup_report.endpoints import pbs as ep
from pve_backup_report.endpoints.endpoint import Endpoint, Per
from pve_backup_report.model.answer import Answer
from pve_backup_report.model.check import Check, Held, ServerCheck
from pve_backup_report.model.tape import PbsTape
from pve_backup_report.normalize.reading import rows
from pve_backup_report.normalize.rights import Rights, read_rights

_AUDIT = "Datastore.Audit"
_SYNC = ("Remote.Audit", "RemoteDatastore.Audit")


def check_pbs(tape: PbsTape) -> ServerCheck:
    """Return each question's answer, whether the right it needs is held, and what the token can prove.

    Args:
        tape: the server's answers.
    """
    rights = read_rights(tape.answers.get(ep.PERMISSIONS.ask()), tape.answers.get(ep.ACL.ask()))
    checks = tuple(_check(endpoint, tape.answers, rights) for endpoint in ep.ALL_ENDPOINTS)
    audited = rights.everywhere("/datastore", _AUDIT)
    proofs = {
        "pbs-datastores": audited and rows(tape.answers.get(ep.DATASTORES.ask())) is not None,
        "pbs-backups": audited,
        "pbs-sync": audited and all(rights.everywhere("/remote", name) for name in _SYNC),
    }
    return ServerCheck(
        name=tape.name,
        checks=checks,
        proves=tuple(name for name, proven in proofs.items() if proven),
        cannot=tuple(name for name, proven in proofs.items() if not proven),
        entrance=tape.entrance,
    )


def _check(endpoint: Endpoint, answers: Mapping[str, Answer], rights: Rights) -> Check:
    path, answer = _asked(endpoint, answers)
    held, lacking = _held(endpoint, rights)
    listed = rows(answer)
    return Check(
        name=endpoint.name,
        path=path,
        status=answer.status if answer is not None else None,
        items=None if listed is None else len(listed),
        error=answer.error if answer is not None else None,
        asked=answer is not None,
        needs=f"{' or '.join(endpoint.privileges)} on {endpoint.on}" if endpoint.privileges else None,
        held=held,
        lacking=lacking,
        hides=endpoint.hides,
        by_hand=endpoint.by_hand,
    )


def _asked(endpoint: Endpoint, answers: Mapping[str, Answer]) -> tuple[str, Answer | None]:
    """Return the first question of this kind on the tape, and its answer."""
    head, _, rest = endpoint.path.partition("{")
    tail = rest.rpartition("}")[2]
    for path in sorted(answers):
        bare = path.partition("?")[0]
        if bare == endpoint.path or (tail and bare.startswith(head) and bare.endswith(tail)):
            return path, answers[path]
    return endpoint.path, None


def _held(endpoint: Endpoint, rights: Rights) -> tuple[Held, tuple[str, ...]]:
    if not endpoint.privileges:
        return Held.NOT_NEEDED, ()
    if not rights.known:
        return Held.UNKNOWN, ()
    root = endpoint.on.partition("/{")[0]
    below = endpoint.per is Per.STORAGE or root in ("/datastore", "/remote")
    if not below:
        return (Held.YES if rights.on(root, *endpoint.privileges) else Held.NO), ()
    lacking = rights.lacking_below(root, *endpoint.privileges)
    if rights.handed_down(root, *endpoint.privileges):
        return (Held.PARTLY, lacking) if lacking else (Held.YES, ())
    some = any(
        path.startswith(f"{root}/") and any(name in held for name in endpoint.privileges)
        for path, held in rights.held.items()
    )
    return (Held.PARTLY, (root,)) if some else (Held.NO, ())
