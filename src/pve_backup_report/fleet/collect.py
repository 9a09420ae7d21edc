"""Many clusters at a time: each in a process of its own, so that none waits for another's work or falls with it."""

from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, ThreadPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from functools import partial

from pve_backup_report.fleet.errand import Errand
from pve_backup_report.fleet.perform import judged, perform
from pve_backup_report.fleet.processes import begin_process, end_processes, process_context
from pve_backup_report.logs import set_up_log
from pve_backup_report.model.fleet import Failure, FailureKind, Member
from pve_backup_report.model.fleet_wish import MOST_AT_A_TIME
from pve_backup_report.model.tape import Tape
from pve_backup_report.render.visible import visible

Progress = Callable[[int, int], None]


def collect(errands: Iterable[Errand], parallel: int | None, progress: Progress | None) -> tuple[Member, ...]:
    """Ask, judge and write each cluster.

    Args:
        errands: one for each cluster.
        parallel: at a time; None for all, up to ``MOST_AT_A_TIME``.
        progress: called with (done, all).

    Returns:
        The clusters, in the order of the errands.
    """
    return _all(tuple((errand, None) for errand in errands), parallel, progress)


def judge(
    tapes: Iterable[tuple[Errand, Tape | Failure]], parallel: int | None, progress: Progress | None
) -> tuple[Member, ...]:
    """Judge and write clusters that were asked elsewhere; otherwise as ``collect``."""
    return _all(tuple(tapes), parallel, progress)


def _all(
    work: tuple[tuple[Errand, Tape | Failure | None], ...], parallel: int | None, progress: Progress | None
) -> tuple[Member, ...]:
    size = max(1, min(parallel or MOST_AT_A_TIME, len(work)))
    starter = ThreadPoolExecutor(size, thread_name_prefix="cluster")
    try:
        waiting = [starter.submit(_aside, errand, tape) for errand, tape in work]
        _follow(waiting, progress)
        return tuple(future.result() for future in waiting)
    except BaseException:  # interrupted: nobody waits for an answer that may never come
        end_processes()
        raise
    finally:
        starter.shutdown(wait=False, cancel_futures=True)


def _follow(waiting: list[Future[Member]], progress: Progress | None) -> None:
    left = set(waiting)
    while left:
        _, left = wait(left, return_when=FIRST_COMPLETED)
        if progress is not None:
            progress(len(waiting) - len(left), len(waiting))


def _aside(errand: Errand, tape: Tape | Failure | None) -> Member:
    """Do one cluster's work in a process of its own, and tell when that was lost."""
    begin = partial(_begin, errand.label, errand.log_level)
    with ProcessPoolExecutor(1, mp_context=process_context(), initializer=begin) as process:
        task = process.submit(perform, errand) if tape is None else process.submit(judged, errand, tape)
        try:
            return task.result()
        except BrokenProcessPool:
            return Member(errand.label, errand.site, failure=_lost())


def _lost() -> Failure:
    return Failure(
        FailureKind.FAULT,
        "Its process ended before its time, perhaps for want of memory. Try with a smaller --parallel.",
    )


def _begin(label: str, level: int) -> None:
    """Set a process up: it ends with the one that started it, and logs as that one does."""
    begin_process()
    set_up_log(level, f"{visible(label)}: ")
