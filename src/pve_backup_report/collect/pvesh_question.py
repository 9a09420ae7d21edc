"""From a path of the API to the arguments of ``pvesh``, and which names it is not asked for.

pvesh hands a path on to another node over ssh without quoting it (pve-manager PVE/CLI/pvesh.pm ``proxy_handler``): a
shell there would read it, as root. So only letters that mean nothing to a shell may be in one.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, unquote

_SAFE_PART = re.compile(r"[A-Za-z0-9_.:@!+,=-]+")
_OPTION = re.compile(r"[a-z][a-z-]*")
_UNFIT = re.compile(r"[\x00-\x1f\x7f]")
_TASK_LIST = re.compile(r"/nodes/[^/]+/tasks")
_TASK_LOG = re.compile(r"/nodes/[^/]+/tasks/[^/]+/log")


@dataclass(frozen=True, slots=True)
class Question:
    """One question to ``pvesh``.

    Attributes:
        path: of the API, as it is written there.
        options: of the query.
    """

    path: str
    options: Mapping[str, str]

    @property
    def lists_tasks(self) -> bool:
        """Whether it asks for a list of tasks, of which the API tells the total."""
        return _TASK_LIST.fullmatch(self.path) is not None

    @property
    def reads_log(self) -> bool:
        """Whether it asks for the lines of a log, of which the API tells the total."""
        return _TASK_LOG.fullmatch(self.path) is not None

    def number(self, option: str, default: int) -> int:
        """Return an option as a number."""
        return int(self.options.get(option, default))

    def asking(self, **options: int) -> "Question":
        """Return the same question with other options."""
        return replace(self, options={**self.options, **{name: str(value) for name, value in options.items()}})

    def arguments(self) -> tuple[str, ...]:
        """Return what is written behind ``pvesh``."""
        pairs = (part for name, value in self.options.items() for part in (f"--{name}", value))
        return ("get", self.path, "--output-format", "json", *pairs)


def question_of(path: str) -> Question | None:
    """Return the question of a path with its query; None when ``pvesh`` could take it for something else.

    Args:
        path: percent-encoded, such as ``/nodes/pve1/tasks?limit=5``.
    """
    bare, _, query = path.partition("?")
    parts = [unquote(part) for part in bare.split("/")[1:]]
    options = dict(parse_qsl(query, keep_blank_values=True))
    if not all(_SAFE_PART.fullmatch(part) and not part.startswith("-") for part in parts):
        return None
    if not all(map(_OPTION.fullmatch, options)) or any(map(_is_unfit, options.values())):
        return None
    return Question(f"/{'/'.join(parts)}", options)


def _is_unfit(value: str) -> bool:
    return value.startswith("-") or _UNFIT.search(value) is not None
