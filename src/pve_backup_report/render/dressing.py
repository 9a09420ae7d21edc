"""Putting overrides on: a file that takes a shipped one's place, and the blame when it fails.

The shipped files stay within reach as ``shipped/NAME``, so that an override may extend or include what it replaces.
"""

from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    Environment,
    FunctionLoader,
    PrefixLoader,
    StrictUndefined,
    TemplateNotFound,
    TemplateSyntaxError,
)
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup

from pve_backup_report.model.dress import Logo, Overrides
from pve_backup_report.render.kept_templates import KeptTemplates
from pve_backup_report.render.options_whole import options_whole
from pve_backup_report.render.templates import template_folder, template_names, template_text
from pve_backup_report.render.visible import shorten, visible

if TYPE_CHECKING:
    from types import TracebackType

_LONGEST_MESSAGE = 300


MEND = "Mend the file or remove it; without it the shipped one is used."  # what to do with a template that fails


class OverrideFault(Exception):  # noqa: N818 - says what happened
    """A file of the administrator's templates cannot be used; its text names file and line, and what is wrong."""


def environment(
    overrides: Overrides, *, autoescape: bool, finalize: Callable[[object], object] | None = None
) -> Environment:
    """Return where templates are found and how they are filled in.

    Args:
        overrides: files that come before the shipped ones.
        autoescape: escape every printed value for HTML.
        finalize: called with every printed value.
    """
    kind = SandboxedEnvironment if overrides.texts else Environment
    made = kind(
        loader=_loader(overrides),
        autoescape=autoescape,
        undefined=StrictUndefined,
        finalize=finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        bytecode_cache=None if overrides.texts else _kept(f"{autoescape}|{finalize and finalize.__module__}"),
    )
    made.filters["options_whole"] = options_whole
    made.globals["remembered"] = lru_cache(maxsize=1024)  # of a macro that is asked for the same in a thousand rows
    return made


def style_text(name: str, overrides: Overrides, **values: str) -> str:
    """Return a style sheet; one that takes a shipped one's place may include it.

    Args:
        name: of the file.
        overrides: files that come before the shipped ones.
        values: what the sheet may put in its text; one without any is taken as it is.
    """
    if not values and name not in dict(overrides.texts):
        return template_text(name)
    with blamed(overrides):
        return environment(overrides, autoescape=False).get_template(name).render(values)


def picture(logo: Logo | None) -> Markup | None:
    """Return the address of a logo, with the picture in it."""
    if logo is None:
        return None
    return Markup(f"data:{logo.media_type};base64,{b64encode(logo.content).decode()}")  # noqa: S704 - nothing to escape


def place_of(name: str, overrides: Overrides) -> str:
    """Return the path of an override, for messages."""
    return str(PurePath(overrides.folder) / name)


@contextmanager
def blamed(overrides: Overrides) -> Iterator[None]:
    """Turn what goes wrong inside an override into a sentence with its file and line.

    Raises:
        OverrideFault: when an override had a part in it; any other error goes on as it is.
    """
    try:
        yield
    except Exception as error:
        place = _place(error, overrides)
        if place is None:
            raise
        told = f"there is no template {error}" if isinstance(error, TemplateNotFound) else str(error)
        told = shorten(" ".join(visible(told).split()), _LONGEST_MESSAGE).rstrip(".") or type(error).__name__
        raise OverrideFault(f"{place}: {told}") from error


def _kept(how: str) -> KeptTemplates | None:
    folder = template_folder()
    return KeptTemplates(folder, how) if isinstance(folder, Path) else None  # in a zip there is no room for more


def _loader(overrides: Overrides) -> BaseLoader:
    texts = dict(overrides.texts)

    def own(name: str) -> tuple[str, str, Callable[[], bool]] | None:
        return (texts[name], place_of(name, overrides), lambda: True) if name in texts else None

    def shipped(name: str) -> str | None:
        return template_text(name) if name in template_names() else None

    ours = FunctionLoader(shipped)
    return ChoiceLoader([FunctionLoader(own), ours, PrefixLoader({"shipped": ours})])


def _place(error: Exception, overrides: Overrides) -> str | None:
    """Return the file and the line of the override in which an error happened; None when it was in none."""
    places = {place_of(name, overrides) for name, _ in overrides.texts}
    if isinstance(error, TemplateSyntaxError) and error.filename in places:
        return f"{error.filename}, line {error.lineno}"
    found: str | None = None
    frame: TracebackType | None = error.__traceback__
    while frame is not None:
        if frame.tb_frame.f_code.co_filename in places:
            found = f"{frame.tb_frame.f_code.co_filename}, line {frame.tb_lineno}"
        frame = frame.tb_next
    return found
