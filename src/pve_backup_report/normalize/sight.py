"""What the token's rights prove of the lists, and the gaps where they do not."""

import re
from collections.abc import Iterable, Mapping

from pve_backup_report.endpoints.endpoint import Endpoint
from pve_backup_report.endpoints.pve import PERMISSIONS_AT, POOLS, RESOURCES, STORAGES
from pve_backup_report.model.answer import Answer
from pve_backup_report.model.gap import Gap, GapKind
from pve_backup_report.model.job import Job
from pve_backup_report.normalize.rights import Rights

Answers = Mapping[str, Answer]

_NO_SUCH_POOL = re.compile(r"pool '(.+)' does not exist")


def shortened(endpoint: Endpoint, rights: Rights) -> Gap | None:
    """Return the gap left by a list that may be shortened; None when the rights prove it whole.

    Args:
        endpoint: one whose missing right shortens its answer.
        rights: the token's rights.
    """
    root = endpoint.on
    if rights.everywhere(root, *endpoint.privileges):
        return None
    names = " or ".join(endpoint.privileges)
    handed_down = rights.handed_down(root, *endpoint.privileges)
    if not rights.known or (handed_down and rights.acl_paths is None):
        needs = f"{names} on {root}, and Sys.Audit on /access to prove it"
        return Gap(endpoint.path, GapKind.UNPROVEN, "", needs, endpoint.blinds)
    if not handed_down:
        return Gap(endpoint.path, GapKind.FILTERED, "", f"{names} on {root}, propagated", endpoint.blinds)
    lacking = rights.lacking_below(root, *endpoint.privileges)
    return Gap(endpoint.path, GapKind.FILTERED, "", f"{names} on {', '.join(lacking)}", endpoint.blinds, lacking)


def absent(
    answers: Answers, endpoint: Endpoint, names: Iterable[str | None], listed: Iterable[str], rights: Rights
) -> frozenset[str]:
    """Return which of the named pools or storages would be listed if they existed, and are not.

    Args:
        answers: the tape's answers.
        endpoint: ``POOLS`` or ``STORAGES``.
        names: the names that jobs use.
        listed: the ids that were listed.
        rights: the token's rights.
    """
    unlisted = {name for name in names if name is not None}.difference(listed)
    return frozenset(name for name in unlisted if would_list(answers, endpoint, name, rights))


def would_list(answers: Answers, endpoint: Endpoint, name: str, rights: Rights) -> bool | None:
    """Tell whether a pool or storage of this name would be listed if it existed; None when that cannot be told."""
    path = f"{endpoint.on}/{name}"
    certain = rights.on(path, *endpoint.privileges)
    if certain is not None:
        return certain
    answer = answers.get(PERMISSIONS_AT.ask(path=path))
    if answer is None or not answer.ok or not isinstance(answer.data, Mapping):
        return None
    held = answer.data.get(path)
    return any(privilege in held for privilege in endpoint.privileges) if isinstance(held, Mapping) else None


def pools_that_pve_misses(answers: Mapping[str, Answer | None], jobs: Iterable[Job]) -> frozenset[str]:
    """Return the pools of which PVE itself says that they do not exist, when it expands a job.

    pve-manager PVE/API2Tools.pm ``get_resource_pool_guest_members`` dies with their name, whatever the caller may see.

    Args:
        answers: the answer of ``included_volumes`` by job id.
        jobs: the jobs.
    """
    missing = set()
    for job in jobs:
        answer = answers.get(job.id)
        told = _NO_SUCH_POOL.search(answer.error) if answer is not None and answer.error else None
        if told and told[1] == job.pool:
            missing.add(told[1])
    return frozenset(missing)


SHORTENED = (RESOURCES, STORAGES, POOLS)
