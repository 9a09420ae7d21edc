"""The ``.env`` file: names and values, and what is wrong with the file itself."""

import os
import stat
from collections import defaultdict
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from dotenv.parser import Binding, parse_stream

from pve_backup_report.settings.key import shown
from pve_backup_report.settings.names import plain

_OTHERS = 0o077  # group and others


@dataclass(frozen=True, slots=True)
class EnvFile:
    """What a file of settings says.

    Attributes:
        values: by name; an empty text where a name stands alone.
        mistakes: why it, or a line of it, cannot be read.
        warnings: what is odd in it.
        open_to: mode of the file when users other than its owner may use it; None when they may not.
    """

    values: dict[str, str]
    mistakes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    open_to: int | None = None


def read_env_file(path: Path, *, require: bool) -> EnvFile:
    """Read a file of settings; one that is absent holds none, unless it is required."""
    try:
        with path.open("rb") as file:
            open_to = mode_for_others(file.fileno())
            text = file.read().decode("utf-8-sig")
    except FileNotFoundError:
        absent = f"{path} does not exist; give --env-file the path of a file of settings."
        return EnvFile({}, mistakes=(absent,) if require else ())
    except UnicodeDecodeError:
        return EnvFile({}, mistakes=(f"{path} is not UTF-8 text; save it as UTF-8.",))
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "no usable path"
        return EnvFile({}, mistakes=(f"{shown(str(path))} cannot be read ({reason}); give a file of settings.",))
    bindings = tuple(parse_stream(StringIO(text)))
    return EnvFile(
        # No interpolation: a secret with a $ in it is meant as it stands. The library's own reading would tell each
        # line that it leaves out once more.
        values={binding.key: binding.value or "" for binding in bindings if binding.key is not None},
        mistakes=_unread_lines(path, bindings),
        warnings=_repeated(path, bindings),
        open_to=open_to,
    )


def mode_for_others(descriptor: int) -> int | None:
    """Return the mode of an open file when users other than its owner may use it; None when they may not."""
    mode = os.fstat(descriptor).st_mode
    return stat.S_IMODE(mode) if os.name == "posix" and stat.S_ISREG(mode) and mode & _OTHERS else None


def _line(binding: Binding) -> int:
    """Return the number of the line that a statement starts on; the parser counts from the blank lines before it."""
    text = binding.original.string
    return binding.original.line + text[: len(text) - len(text.lstrip())].count("\n")


def _unread_lines(path: Path, bindings: tuple[Binding, ...]) -> tuple[str, ...]:
    """Tell the lines that the parser leaves out; what they hold is not shown."""
    return tuple(
        f"Line {_line(binding)} of {path} is not of the form NAME=value; correct it, and close its quotes."
        for binding in bindings
        if binding.error
    )


def _repeated(path: Path, bindings: tuple[Binding, ...]) -> tuple[str, ...]:
    """Tell the names that stand more than once: a block copied and not renumbered would go unseen."""
    lines: defaultdict[str, list[str]] = defaultdict(list)
    for binding in bindings:
        if binding.key is not None:
            lines[binding.key].append(str(_line(binding)))
    return tuple(
        f"{plain(name)} stands more than once in {path} (lines {', '.join(where)}); the last one counts."
        for name, where in lines.items()
        if len(where) > 1
    )
