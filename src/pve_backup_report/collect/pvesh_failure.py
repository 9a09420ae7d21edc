"""What ``pvesh`` says on stderr when it fails, as the same kinds of answers that HTTP gives."""

import re

from pve_backup_report.collect.answer import LONGEST_ERROR, one_line
from pve_backup_report.collect.credentials import Credentials
from pve_backup_report.model.answer import Answer, AnswerKind

_CODE = re.compile(r"(?P<code>[45]\d\d) ")
_KINDS = {401: AnswerKind.AUTHENTICATION, 403: AnswerKind.REFUSED}
_NO_HANDLER = re.compile(r"no '\w+' handler|no such resource|unknown command", re.IGNORECASE)
_NOT_ROOT = re.compile(r"please run as root|need to be root", re.IGNORECASE)
_SUDO = re.compile(r"sudo: |is not allowed to (?:execute|run)|is not in the sudoers", re.IGNORECASE)
_NO_CLUSTER = re.compile(r"ipcc_send_rec|unable to load access control list: connection refused", re.IGNORECASE)
_PROXY = re.compile(r"proxy handler failed")
_SSH = re.compile(
    r"^ssh: |host key verification failed|permission denied \(|^kex_|no route to host|connection (?:closed|reset|"
    r"refused|timed out)|remote host identification|proxy loop detected|hostname lookup",
    re.IGNORECASE,
)
_NOT_IMPLEMENTED, _NO_CONNECTION = 501, 595

# The first that fits counts: the words, the kind of answer, the status that HTTP would have, what to do.
_CASES: tuple[tuple[re.Pattern[str], AnswerKind, int | None, str], ...] = (
    (
        _NOT_ROOT,
        AnswerKind.AUTHENTICATION,
        None,
        "run this program as root, or set PVE_PVESH_COMMAND to a command that sudo allows",
    ),
    (
        _SUDO,
        AnswerKind.AUTHENTICATION,
        None,
        "--print-setup pvesh prints the line that sudo needs, and PVE_PVESH_COMMAND says what is run",
    ),
    (_SSH, AnswerKind.HTTP_STATUS, _NO_CONNECTION, ""),
    (_NO_CLUSTER, AnswerKind.UNREACHABLE, None, "see systemctl status pve-cluster on this node"),
    (_NO_HANDLER, AnswerKind.HTTP_STATUS, _NOT_IMPLEMENTED, ""),
)


def read_failure(code: int | None, errors: bytes) -> Answer:
    """Return what a failed run of ``pvesh`` means.

    Args:
        code: its exit code; negative for a signal.
        errors: what it wrote on stderr; nothing in it is trusted.
    """
    lines = [line.strip() for line in errors.decode("utf-8", "replace").splitlines() if line.strip()]
    proxied = [line for line in lines if _PROXY.search(line)]
    own = [line for line in lines if line not in proxied]
    if not own and proxied:
        return _answer(AnswerKind.HTTP_STATUS, _NO_CONNECTION, proxied, code)
    text = "\n".join(own)
    coded = next((found for line in own if (found := _CODE.match(line))), None)
    if coded is not None:
        status = int(coded["code"])
        return _answer(_KINDS.get(status, AnswerKind.HTTP_STATUS), status, own, code)
    for words, kind, status_of, advice in _CASES:
        if words.search(text) and (proxied or words is not _SSH):
            return _answer(kind, status_of, own, code, advice)
    return _answer(AnswerKind.HTTP_STATUS, None, own, code)


def _answer(kind: AnswerKind, status: int | None, lines: list[str], code: int | None, advice: str = "") -> Answer:
    told = "; ".join(lines) or _silent(code)
    line = one_line(f"pvesh: {told}", Credentials())
    if advice:
        line = f"{line[: LONGEST_ERROR - len(advice) - 3]} ({advice})"
    return Answer(kind, status, error=line)


def _silent(code: int | None) -> str:
    if code is not None and code < 0:
        return f"ended by signal {-code}"
    return f"failed without a word (exit code {code})"
