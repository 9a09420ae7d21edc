"""Where tapes lie: a folder of this machine, or any place that fsspec knows, such as a bucket of S3."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

from pve_backup_report.errors import ClusterUnreachable, SettingsError
from pve_backup_report.render.visible import shorten, visible

_TAPE = re.compile(r"\.json(?:\.gz)?$")
_LOGIN = re.compile(r"(?<=://)[^/@\s]*@")
_EXTRA = "Install it with: pip install 'pve-backup-report[fleet]'"
_LONGEST = 300


class TapeStore(Protocol):
    """A place with tapes."""

    place: str

    def names(self) -> tuple[str, ...]:
        """Return the paths of all tapes below the place, with ``/``, sorted.

        Raises:
            SettingsError: there is no such place, or no tape in it.
            ClusterUnreachable: it cannot be asked.
        """

    def content(self, name: str) -> bytes:
        """Return the bytes of one tape.

        Raises:
            ClusterUnreachable: it cannot be read.
        """


def open_store(place: str) -> TapeStore:
    """Return the store at a path or a URL.

    Raises:
        SettingsError: it needs a library that is not installed, or is of a kind that nobody knows.
    """
    return _Remote(place) if "://" in place else _Folder(Path(place))


class _Folder:
    def __init__(self, folder: Path) -> None:
        self.place = str(folder)
        self._folder = folder

    def names(self) -> tuple[str, ...]:
        try:
            found = [path.relative_to(self._folder).as_posix() for path in _files(self._folder)]
        except OSError as error:
            told = f"--replay {self.place}: the folder cannot be read ({error.strerror or 'unknown reason'})."
            raise SettingsError((told,)) from None
        return _tapes(found, self.place)

    def content(self, name: str) -> bytes:
        try:
            return (self._folder / name).read_bytes()
        except OSError as error:
            raise ClusterUnreachable(f"{name} cannot be read: {error.strerror or 'unknown reason'}.") from None


class _Remote:
    """Whatever its libraries raise means that it cannot be read: they have no exception in common."""

    def __init__(self, url: str) -> None:
        self.place = _LOGIN.sub("", url)
        try:
            from fsspec.core import url_to_fs  # noqa: PLC0415 -- an extra
        except ImportError:
            raise SettingsError((f"--replay {self.place} needs fsspec, which is not installed. {_EXTRA}",)) from None
        try:
            found: tuple[Any, str] = url_to_fs(url)
        except ImportError as error:
            told = f"--replay {self.place} needs {error.name or 's3fs'}, which is not installed. {_EXTRA}"
            raise SettingsError((told,)) from None
        except Exception as error:  # noqa: BLE001 -- see above
            raise SettingsError((f"--replay {self.place}: {_told(error)}.",)) from None
        self._files, self._root = found

    def names(self) -> tuple[str, ...]:
        try:
            paths = self._files.find(self._root)
        except FileNotFoundError:
            paths = []
        except Exception as error:  # noqa: BLE001 -- see above
            raise ClusterUnreachable(f"--replay {self.place} cannot be read: {_told(error)}.") from None
        root = str(self._root).rstrip("/") + "/"
        return _tapes([str(path).removeprefix(root) for path in paths], self.place)

    def content(self, name: str) -> bytes:
        try:
            read: bytes = self._files.cat_file(f"{str(self._root).rstrip('/')}/{name}")
        except Exception as error:  # noqa: BLE001 -- see above
            raise ClusterUnreachable(f"{name} cannot be read: {_told(error)}.") from None
        return read


def _files(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.name.startswith("."):
            continue
        if path.is_dir():
            yield from _files(path)
        else:
            yield path


def _tapes(paths: list[str], place: str) -> tuple[str, ...]:
    found = sorted(
        path for path in paths if _TAPE.search(path) and not any(part.startswith(".") for part in path.split("/"))
    )
    if not found:
        raise SettingsError((f"--replay {place} holds no tape (*.json or *.json.gz), as --record writes them.",))
    return tuple(found)


def _told(error: Exception) -> str:
    """Return an error's words, without a login that a URL in them may hold."""
    words = visible(_LOGIN.sub("", " ".join(str(error).split()))).rstrip(".")
    return shorten(words, _LONGEST) or type(error).__name__
