"""A page as someone opens it: what it asked of the network and complained about is kept, and must be nothing."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TypedDict, Unpack

from playwright.sync_api import Browser, BrowserContext, Dialog, Page


class Reader(TypedDict, total=False):
    """How someone reads: a part of what a context of Playwright takes."""

    color_scheme: str
    forced_colors: str
    reduced_motion: str
    java_script_enabled: bool
    has_touch: bool


@dataclass(slots=True)
class Visits:
    """Opens pages, and looks after them."""

    browser: Browser
    contexts: list[BrowserContext] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def open(self, path: Path, width: int = 1280, height: int = 900, **reader: Unpack[Reader]) -> Page:
        """Open a file in a fresh window."""
        context = self.browser.new_context(viewport={"width": width, "height": height}, **reader)  # type: ignore[arg-type]
        self.contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("console", lambda message: self.troubles.append(message.text))
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        page.on("dialog", lambda dialog: self._refuse(dialog))  # noqa: PLW0108 -- it would mark the method, which has slots
        page.goto(path.as_uri())
        return page

    def _refuse(self, dialog: Dialog) -> None:
        self.troubles.append(dialog.message)
        dialog.dismiss()

    def close(self) -> None:
        """Close all windows and check that nothing was asked but the documents, and that nothing was complained of."""
        for context in self.contexts:
            context.close()
        outside = [url for url in self.asked if not url.startswith(("file:", "data:"))]
        assert outside == []
        assert len([url for url in self.asked if url.startswith("file:")]) == len(self.contexts)
        assert self.troubles == []
