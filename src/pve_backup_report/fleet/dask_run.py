"""Asking through the workers of a Dask scheduler: each cluster from a machine of its site.

Only the questions are asked there; the answers come back and are judged here, where the policy, the history and the
reports are. What a task needs goes to it as its argument, secrets included, so the way to the scheduler is to be
``tls://``; names of tasks, logs and dashboards show labels and nothing else.
"""

import ipaddress
import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from uuid import uuid4

from pve_backup_report.errors import SettingsError
from pve_backup_report.fleet.errand import Errand, Given
from pve_backup_report.fleet.perform import asked
from pve_backup_report.model.fleet import Failure, FailureKind
from pve_backup_report.model.tape import Tape
from pve_backup_report.settings import Settings

if TYPE_CHECKING:
    from distributed import Client, Future

_ASKED_WITH = re.compile(r"(?:PVE_|PBS[0-9]+_|REPORT_TIMEZONE$|REPORT_RESTORE_TEST_AGE$|TZ$)")
_ONLY_HERE = re.compile(r"_(?:SECRET|PASSWORD)_FILE$|_CA_BUNDLE$")
_CONNECT_S = 10
_LOOK_S = 0.2
_PENDING = "pending"
_EXTRA = "Install it with: pip install 'pve-backup-report[fleet]'"


def lacking() -> str | None:
    """Return what keeps this machine from using Dask, and how to mend it; None when nothing does."""
    try:
        import distributed  # noqa: F401, PLC0415 -- an extra, and slow to import
    except ImportError:
        return f"--scheduler needs distributed, which is not installed. {_EXTRA}"
    return None


def in_the_clear(address: str) -> str | None:
    """Return a warning when tokens would travel to the scheduler unencrypted; None when they do not."""
    host = urlsplit(address).hostname or ""
    if not address.startswith("tcp://") or host == "localhost" or _is_loopback(host):
        return None
    return f"--scheduler {address}: tokens travel unencrypted to the scheduler and its workers; use tls:// instead."


def ask_through(
    address: str, errands: Iterable[Errand], settings: Mapping[str, Settings], wait_s: float
) -> tuple[tuple[Errand, Tape | Failure], ...]:
    """Ask each cluster from a worker of its site.

    Args:
        address: of the scheduler.
        errands: one for each cluster.
        settings: of each, by label.
        wait_s: seconds that a cluster waits for a worker of its site, at first or after its own was lost.

    Returns:
        The errands in order, each with its answers, or with why there are none.

    Raises:
        SettingsError: Dask is not installed.
    """
    told = lacking()
    if told is not None:
        raise SettingsError((told,))
    from distributed import Client  # noqa: PLC0415 -- an extra, and slow to import

    listed = tuple(errands)
    try:
        client = Client(address, timeout=_CONNECT_S, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        gone = _no_scheduler(address, error)
        return tuple((errand, gone) for errand in listed)
    with client:
        tasks = [_submit(client, errand, settings[errand.label]) for errand in listed]
        answers = _gather(client, listed, tasks, wait_s)
    return tuple(zip(listed, answers, strict=True))


def for_worker(errand: Errand, settings: Settings) -> Errand:
    """Return an errand that another machine can do: with the contents of files instead of their paths.

    Args:
        errand: as it is done here.
        settings: what its texts say.
    """
    given = {name: text for name, text in errand.given.items() if _ASKED_WITH.match(name)}
    authorities = {}
    for name in [name for name in given if _ONLY_HERE.search(name)]:
        path = given.pop(name)
        if name.endswith("_CA_BUNDLE"):
            authorities[name] = Path(path).expanduser().read_bytes()
        else:
            given[name.removesuffix("_FILE")] = _secret_in(Path(path).expanduser())
    arguments = replace(errand.arguments, record=None, overrides={}, env_file=None, fleet=None)
    return replace(
        errand,
        given=Given(given),
        authorities=authorities,
        arguments=arguments,
        directory=Path(settings.report.directory),
    )


def _secret_in(path: Path) -> str:
    return path.read_text(encoding="utf-8-sig").removesuffix("\n").removesuffix("\r")


def _submit(client: "Client", errand: Errand, settings: Settings) -> "Future[Any]":
    return client.submit(
        asked,
        for_worker(errand, settings),
        key=f"pve-backup-report-{errand.folder}-{uuid4().hex}",
        resources=None if errand.site is None else {errand.site: 1},
        pure=False,
        retries=0,
    )


def _gather(
    client: "Client", errands: tuple[Errand, ...], tasks: list["Future[Any]"], wait_s: float
) -> list[Tape | Failure]:
    """Wait for all, but for none of a site where nobody works."""
    left = set(range(len(tasks)))
    answers: dict[int, Tape | Failure] = {}
    worked = dict.fromkeys(left, time.monotonic())  # when there last was a worker for it
    while left:
        for place in [place for place in left if tasks[place].status != _PENDING]:
            left.remove(place)
            answers[place] = _answer(tasks[place])
        try:
            sites = _sites(client)
        except (OSError, RuntimeError) as error:  # the scheduler went away; its comm errors are OSErrors
            answers |= {place: _gone(error) for place in left}
            break
        now = time.monotonic()
        for place in tuple(left):
            site = errands[place].site
            if (site or "") in sites:
                worked[place] = now
            elif now - worked[place] > wait_s:
                left.remove(place)
                tasks[place].cancel()  # type: ignore[no-untyped-call]
                answers[place] = _nobody(site, wait_s)
        if left:
            time.sleep(_LOOK_S)
    return [answers[place] for place in range(len(tasks))]


def _answer(task: "Future[Any]") -> Tape | Failure:
    try:
        told = task.result()
    except Exception as error:  # noqa: BLE001 -- whatever a worker died of is that cluster's failure alone
        return Failure(
            FailureKind.WORKER,
            "The worker that asked it was lost or could not do it ({fault}). See the worker’s log.",
            (("fault", type(error).__name__),),
        )
    if isinstance(told, Tape | Failure):
        return told
    return Failure(
        FailureKind.WORKER, "The worker runs another version of this program. Install the same there as here."
    )


def _sites(client: "Client") -> set[str]:
    """Return the resources of all workers that are there now, and the empty name when there is any worker."""
    try:
        workers = client.scheduler_info(n_workers=-1)["workers"].values()
    except TypeError:  # before it could be told how many to list, it listed all
        workers = client.scheduler_info()["workers"].values()
    return {name for worker in workers for name in (*worker.get("resources", {}), "")}


def _no_scheduler(address: str, error: Exception) -> Failure:
    return Failure(
        FailureKind.WORKER,
        "The scheduler {address} cannot be reached ({fault}). See that it runs, and check --scheduler.",
        (("address", address), ("fault", type(error).__name__)),
    )


def _gone(error: Exception) -> Failure:
    return Failure(
        FailureKind.WORKER,
        "The scheduler was lost while it was asked ({fault}). See the scheduler’s log.",
        (("fault", type(error).__name__),),
    )


def _nobody(site: str | None, wait_s: float) -> Failure:
    seconds = ("seconds", f"{wait_s:g}")
    if site is None:
        return Failure(
            FailureKind.WORKER,
            "No worker of the scheduler was there for {seconds} s. Start one with: dask worker ADDRESS",
            (seconds,),
        )
    return Failure(
        FailureKind.WORKER,
        "No worker of the site {site} was there for {seconds} s (FLEET_SITE). "
        'Start one with: dask worker ADDRESS --resources "{site}=16"',
        (seconds, ("site", site)),
    )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
