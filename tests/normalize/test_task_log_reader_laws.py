"""What a hook's output can and cannot do to a vzdump task log, and that no text breaks the reader."""

import time
from dataclasses import dataclass

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pve_backup_report.model.task_log import TaskLog
from pve_backup_report.normalize.task_log import is_telling, read_task_log

AT = "2026-03-04 02:00:01"
HEADER = "INFO: starting new backup job: vzdump --all 1 --storage nas"
VMIDS = (100, 101, 102)
STRANGERS = (100, 101, 102, 555)


@dataclass(frozen=True)
class Block:
    """One guest's lines, cut where hooks can speak: at backup-start, and at backup-end."""

    vmid: int
    before_archive: tuple[str, ...]
    archive: tuple[str, ...]
    ending: tuple[str, ...]


def block(vmid: int, end: str, *, pbs: bool) -> Block:
    path = f"vm/{vmid}/2026-03-04T01:00:01Z" if pbs else f"/b/vzdump-qemu-{vmid}-2026_03_04-02_00_01.vma.zst"
    maker = "Proxmox Backup Server" if pbs else "vzdump"
    endings = {
        "ok": (f"INFO: Finished Backup of VM {vmid} (00:00:40)", f"INFO: Backup finished at {AT}"),
        "failed": (f"ERROR: Backup of VM {vmid} failed - boom", "ERROR: twice", f"INFO: Failed at {AT}"),
        "aborted": (f"ERROR: Backup of VM {vmid} failed - interrupted by signal", f"INFO: Failed at {AT}"),
        "unfinished": (),
    }
    return Block(
        vmid,
        (f"INFO: Starting Backup of VM {vmid} (qemu)", f"INFO: Backup started at {AT}", "INFO: backup mode: stop"),
        (f"INFO: creating {maker} archive '{path}'", "INFO: transferred 1.00 GiB in 3 seconds (1.0 MiB/s)"),
        endings[end],
    )


def markers(vmid: int) -> list[str]:
    """Everything a hook could say to be mistaken, but this guest's own end."""
    others = [other for other in STRANGERS if other != vmid]
    return [
        *(f"Starting Backup of VM {any_id} (lxc)" for any_id in STRANGERS),
        *(f"Finished Backup of VM {other} (00:00:01)" for other in others),
        *(f"Backup of VM {any_id} failed - no" for any_id in STRANGERS),
        *(f"ERROR: Backup of VM {any_id} failed - no" for any_id in STRANGERS),
        f"Backup started at {AT}",
        f"Backup finished at {AT}",
        f"Failed at {AT}",
        "Backup job finished successfully",
        "Backup job finished with errors",
        "ERROR: Backup job failed - interrupted by signal",
        "starting new backup job: vzdump 555 --storage other",
        "skip external VMs: 100, 101, 102",
        "creating vzdump archive '/b/vzdump-qemu-555-x.vma'",
        "archive file size: 9KB",
        "TASK OK",
        "TASK ERROR: no",
        f"INFO: Finished Backup of VM {vmid} (00:00:01)",
        f" Finished Backup of VM {vmid} (00:00:01)",
        f"Finished Backup of VM {vmid}",
        f"Finished Backup of VM {vmid} (00:00:01) and more",
        "no content",
    ]


def hook(vmid: int, *more: str) -> st.SearchStrategy[list[str]]:
    said = st.sampled_from([*markers(vmid), *more]) | st.text(max_size=30)
    return st.lists(said.map("INFO: {}".format), max_size=6)


def outcomes(log: TaskLog) -> list[tuple[int, str, str | None]]:
    return [(run.vmid, run.outcome.value, run.error) for run in log.runs]


@st.composite
def logs(draw: st.DrawFn) -> tuple[list[Block], list[str], list[str], list[str]]:
    """Return a job's blocks, its tail, its lines, and the same lines with hooks speaking inside blocks."""
    ends = draw(st.lists(st.sampled_from(["ok", "failed"]), max_size=len(VMIDS) - 1))
    ends.append(draw(st.sampled_from(["ok", "failed", "aborted"])))
    blocks = [block(vmid, end, pbs=draw(st.booleans())) for vmid, end in zip(VMIDS, ends, strict=False)]
    tail = ["INFO: Backup job finished with errors", "TASK ERROR: job errors"]
    plain, spoken = [HEADER], [HEADER]
    for part in blocks:
        plain += [*part.before_archive, *part.archive, *part.ending]
        spoken += [*part.before_archive, *draw(hook(part.vmid)), *part.archive, *draw(hook(part.vmid)), *part.ending]
    return blocks, tail, plain + tail, spoken + tail


@given(logs())
def test_no_info_line_inside_a_block_changes_what_became_of_any_guest(
    case: tuple[list[Block], list[str], list[str], list[str]],
) -> None:
    _, _, plain, spoken = case
    before, after = read_task_log(plain), read_task_log(spoken)
    assert outcomes(after) == outcomes(before)
    assert [run.archive for run in after.runs] == [run.archive for run in before.runs]
    assert (after.end, after.job_error, after.external) == (before.end, before.job_error, before.external)


@given(st.data(), st.sampled_from(["failed", "aborted"]), st.booleans())
def test_no_info_line_makes_a_guest_that_failed_look_good(data: st.DataObject, end: str, pbs: bool) -> None:  # noqa: FBT001 (hypothesis passes by position)
    part = block(100, end, pbs=pbs)
    forged = [f"Finished Backup of VM 100 (00:00:0{digit})" for digit in range(3)]
    forged += [f"creating vzdump archive '/b/vzdump-qemu-100-{letter}.vma'" for letter in "ab"]
    said = hook(100, *forged * 3)
    lines = [*part.before_archive, *data.draw(said), *part.archive, *data.draw(said), *part.ending]
    log = read_task_log([HEADER, *lines, "INFO: Backup job finished with errors"])
    assert {run.outcome.value for run in log.runs if run.vmid == 100} == {end}


@given(st.data(), st.booleans())
def test_what_a_hook_says_before_the_archive_cannot_end_a_guest_that_was_killed_later(
    data: st.DataObject,
    pbs: bool,  # noqa: FBT001 (hypothesis passes by position)
) -> None:
    part = block(100, "unfinished", pbs=pbs)
    said = [f"Finished Backup of VM 100 (00:00:0{digit})" for digit in range(3)]
    said += [text for text in markers(100) if not text.startswith(("Starting", "creating"))]
    spoken = data.draw(st.lists(st.sampled_from(said).map("INFO: {}".format), max_size=8))
    log = read_task_log([HEADER, *part.before_archive, *spoken, *part.archive])
    assert [(run.vmid, run.outcome.value) for run in log.runs] == [(100, "unfinished")]


def test_a_hook_s_last_words_are_not_the_guest_s_end() -> None:
    part = block(100, "ok", pbs=False)
    said = "INFO: Finished Backup of VM 100 (11:11:11)"
    log = read_task_log([HEADER, *part.before_archive, *part.archive, said, "INFO: pruned 0 backup(s)", *part.ending])
    assert [(run.outcome.value, run.duration_s) for run in log.runs] == [("ok", 40)]
    killed = read_task_log([HEADER, *part.before_archive, *part.archive, said, "INFO: pruned 0 backup(s)"])
    assert [run.outcome.value for run in killed.runs] == ["unfinished"]


def test_a_guest_announced_by_a_hook_is_no_run() -> None:
    part = block(101, "ok", pbs=False)
    said = [f"INFO: Starting Backup of VM {vmid} (qemu)" for vmid in (101, 102, 555)]
    log = read_task_log([HEADER, *said, *part.before_archive, *part.archive, *part.ending, *said, "TASK OK"])
    assert [(run.vmid, run.outcome.value, run.started) for run in log.runs] == [(101, "ok", AT)]


def test_a_plan_told_by_a_hook_does_not_hide_the_guests_that_follow() -> None:
    first, second = block(100, "ok", pbs=False), block(101, "failed", pbs=False)
    said = ["INFO: Starting Backup of VM 101 (qemu)"]
    lines = [line for part in (first, second) for line in (*part.before_archive, *part.archive, *part.ending)]
    log = read_task_log([HEADER, *said, *lines])
    assert [(run.vmid, run.outcome.value) for run in log.runs] == [(100, "ok"), (101, "failed")]


def test_a_guest_that_the_job_cannot_select_here_has_no_run() -> None:
    stranger = block(555, "ok", pbs=False)
    lines = [*stranger.before_archive, *stranger.archive, *stranger.ending]
    assert read_task_log(["INFO: starting new backup job: vzdump 100 101 --storage nas", *lines]).runs == ()
    assert read_task_log([HEADER, "INFO: skip external VMs: 5, 555", *lines]).runs == ()


def test_what_was_said_before_the_command_line_is_not_the_job_s() -> None:
    stranger = block(555, "ok", pbs=False)
    lines = [*stranger.before_archive, *stranger.archive, *stranger.ending]
    log = read_task_log([*lines, "INFO: Backup job finished successfully", HEADER])
    assert (log.runs, log.finished) == ((), False)


def test_a_failure_line_inside_another_error_s_text_is_text() -> None:
    part = block(100, "ok", pbs=False)
    agent = ["ERROR: qmp failed - x", "ERROR: Backup of VM 100 failed - y", "ERROR: Backup of VM 101 failed - z"]
    log = read_task_log(
        [HEADER, *part.before_archive, *part.archive, *agent, "INFO: adding notes to backup", *part.ending]
    )
    assert [(run.vmid, run.outcome.value) for run in log.runs] == [(100, "ok")]
    assert log.runs[0].stray_errors == tuple(line.removeprefix("ERROR: ") for line in agent)


WORDS = st.sampled_from(
    [
        *(
            f"INFO: {text}"
            for vmid in STRANGERS
            for text in (*markers(vmid), f"Finished Backup of VM {vmid} (00:00:01)")
        ),
        *(f"{level}: Backup of VM {vmid} failed - x" for vmid in STRANGERS for level in ("ERROR", "WARN")),
        "ERROR: Backup job failed - x",
        "ERROR: can't acquire lock '/x'",
        "ERROR: ",
        "ERROR:",
        "WARN: w",
        "TASK OK",
        "TASK ERROR: x y",
        "TASK WARNINGS: 3",
        "no content",
        "unable to open file - x",
        "100: 2026-03-04 02:00:01 INFO: Starting Backup of VM 100 (qemu)",
        "2026-13-04 02:00:01 ERROR: x",
        HEADER,
        "INFO: starting new backup job: vzdump 100 '\"' --a --b \\",
        "INFO: include disk 'a' 'b'",
        "INFO: archive file size: 1.2TB",
        "INFO: trying 'suspend' mode instead",
        "",
    ]
)


@given(
    st.lists(WORDS | st.text(max_size=40) | st.text(max_size=40).map("INFO: creating archive '{}".format), max_size=25)
)
@example(["INFO: starting new backup job: vzdump " + "9" * 5000])
@example(["INFO: Finished Backup of VM 100 (" + "9" * 5000 + ":00:00)"])
@example(["INFO: archive file size: " + "9" * 5000 + "GB"])
def test_any_text_is_read_and_lines_that_tell_nothing_may_be_left_out(lines: list[str]) -> None:
    log = read_task_log(lines)
    assert read_task_log(filter(is_telling, lines)) == log
    assert read_task_log([f"{line}\r\n" for line in lines]) == log
    assert all(run.error is not None for run in log.runs if run.outcome.value in ("failed", "aborted"))
    assert all(run.archive_written for run in log.runs if run.outcome.value == "ok")
    assert not set(log.not_reached) & {run.vmid for run in log.runs}


LONG = 2_000_000


@pytest.mark.parametrize(
    "line",
    [
        "x" * LONG,
        "INFO: " + " " * LONG,
        "INFO: Finished" + " " * LONG,
        HEADER + " " + "'" * LONG,
        HEADER + " " + "\"'" * (LONG // 2),
        HEADER + "\\" * LONG,
        HEADER + " --a b" * (LONG // 6),
        "INFO: skip external VMs: " + "1, " * (LONG // 3),
        "INFO: excluding volume mount point mp0 ('" + "') from backup (" * (LONG // 15),
        "INFO: including mount point r ('" + "') in backup" * (LONG // 12) + "x",
        "INFO: exclude disk '" + "'" * LONG,
        "INFO: creating " + " archive" * (LONG // 8),
        "ERROR: Backup of VM 100 failed - " + "x" * LONG,
        "TASK ERROR: " + "x" * LONG,
    ],
    ids=lambda line: line[:24],
)
def test_a_line_of_any_length_is_read_in_time(line: str) -> None:
    begun = time.perf_counter()
    read_task_log([HEADER, line, line])
    assert time.perf_counter() - begun < 20, "seconds; a reader that is not linear takes hours"


@pytest.mark.parametrize(
    "lines",
    [
        ["INFO:  12% (3.9 GiB of 32.0 GiB) in 5m 3s, read: 100.0 MiB/s"],
        ["INFO: Starting Backup of VM 100 (qemu)"],
        [
            "INFO: Starting Backup of VM 100 (qemu)",
            "INFO: Finished Backup of VM 100 (00:00:01)",
            "ERROR: Backup of VM 100 failed - x",
        ],
        ["ERROR: Backup of VM 100 failed - x"],
        ["ERROR: Backup job failed - x", "ERROR: y"],
        ["WARN: x"],
    ],
    ids=lambda lines: lines[-1][:24],
)
def test_a_log_of_any_length_is_read_in_time(lines: list[str]) -> None:
    begun = time.perf_counter()
    many = lines * (40_000 // len(lines))
    read_task_log(
        [HEADER, "INFO: Starting Backup of VM 101 (qemu)", *many, "INFO: Finished Backup of VM 101 (00:00:01)"]
    )
    read_task_log([HEADER, *many])
    assert time.perf_counter() - begun < 20, "seconds; a reader that is not linear takes hours"
