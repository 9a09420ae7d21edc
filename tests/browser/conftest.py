"""One browser per worker, and the reports as files."""

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from browser.chromium import launch
from browser.visits import Visits
from pve_backup_report.model.report import Report
from pve_backup_report.render.html_report import html_report
from pve_backup_report.render.language import load_language
from render.sample_faults import large
from render.stories import STORIES


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def write(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Report, str], Path]:
    folder = tmp_path_factory.mktemp("reports")

    def file_of(report: Report, code: str) -> Path:
        path = folder / f"{len(list(folder.iterdir()))}.html"
        path.write_text(html_report(report, load_language(code)), encoding="utf-8")
        return path

    return file_of


@pytest.fixture(scope="session")
def story(write: Callable[[Report, str], Path]) -> Callable[[str, str], Path]:
    """Return the file of a story in a language; a number is a story of that many guests."""

    @cache
    def file_of(name: str, code: str) -> Path:
        return write(large(int(name)) if name.isdecimal() else STORIES[name](), code)

    return file_of


@pytest.fixture
def visits(chromium: Browser) -> Iterator[Visits]:
    visits = Visits(chromium)
    yield visits
    visits.close()
