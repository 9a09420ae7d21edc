"""Debian's own Chromium, headless and quiet."""

import os
import shutil

import pytest
from playwright.sync_api import Browser, Playwright

ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
MISSING = "Chromium is not installed. As root: apt-get install chromium"


def launch(playwright: Playwright) -> Browser:
    """Start the browser; without one the tests skip, and fail where CI says that it is CI."""
    path = shutil.which("chromium")
    if path is None and os.environ.get("CI") == "true":
        pytest.fail(MISSING)
    if path is None:
        pytest.skip(MISSING)
    return playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
