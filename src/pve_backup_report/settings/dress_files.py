"""The files that dress a report: a folder of templates and a logo, read and looked at before anything is asked."""

from pathlib import Path
from xml.etree import ElementTree as ET

from pve_backup_report.model.dress import Logo, Overrides
from pve_backup_report.settings.key import WrongValueError, shown
from pve_backup_report.settings.kinds import path

_SUFFIXES = (".j2", ".css", ".js")
_LARGEST_TEMPLATE = 1024 * 1024  # bytes
_LARGEST_LOGO = 512 * 1024  # bytes; every HTML report and every mail carries it
_SVG = "{http://www.w3.org/2000/svg}svg"


def template_folder(text: str) -> Overrides:
    """Read a folder of templates and styles; files of other kinds and hidden ones are left alone."""
    folder = path(text)
    try:
        files = sorted(file for file in folder.iterdir() if _is_template(file))
    except OSError as error:
        raise WrongValueError(f"is {shown(text)}, which cannot be read ({error.strerror})") from None
    return Overrides(str(folder), tuple((file.name, _text(file, text)) for file in files))


def template_file(text: str) -> Overrides:
    """Read one template; it counts as a folder that holds nothing else."""
    file = path(text)
    return Overrides(str(file.parent), ((file.name, _text(file, text)),))


def logo_file(text: str) -> Logo:
    """Read a picture; its kind is told from its content."""
    try:
        with path(text).open("rb") as file:
            content = file.read(_LARGEST_LOGO + 1)
    except OSError as error:
        raise WrongValueError(f"is {shown(text)}, which cannot be read ({error.strerror})") from None
    if len(content) > _LARGEST_LOGO:
        raise WrongValueError(f"is {shown(text)}, which is larger than {_LARGEST_LOGO // 1024} KiB")
    media_type = _media_type(content)
    if media_type is None:
        raise WrongValueError(f"is {shown(text)}, which holds no PNG, JPEG, SVG or WebP picture")
    return Logo(media_type, content)


def _is_template(file: Path) -> bool:
    return file.suffix in _SUFFIXES and not file.name.startswith(".") and file.is_file()


def _text(file: Path, setting: str) -> str:
    try:
        if file.stat().st_size > _LARGEST_TEMPLATE:
            raise WrongValueError(f"is {shown(setting)}, where {shown(file.name)} is larger than 1 MiB")
        return file.read_text(encoding="utf-8-sig")
    except UnicodeError:
        raise WrongValueError(f"is {shown(setting)}, where {shown(file.name)} is no UTF-8 text") from None
    except OSError as error:
        fault = f"is {shown(setting)}, where {shown(file.name)} cannot be read ({error.strerror})"
        raise WrongValueError(fault) from None


def _media_type(content: bytes) -> str | None:
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return "image/webp"
    try:
        root = ET.fromstring(content)  # noqa: S314 - the administrator's own file, and a small one
    except (ET.ParseError, ValueError, LookupError):  # the last two: an encoding that is none
        return None
    return "image/svg+xml" if root.tag == _SVG else None
