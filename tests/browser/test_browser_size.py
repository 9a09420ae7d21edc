"""A thousand guests at once, ten thousand in a moment."""

import os
import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page

from browser.looking import column_edges
from browser.visits import Visits
from pve_backup_report.model.report import Report
from pve_backup_report.pipeline import report_of
from simulator import PRESETS, big_world
from tape_from_simulator import record

SLOW = 6 if os.environ.get("CI") == "true" else 3  # how much slower a busy machine may be
READY = "() => performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd"
TIMED = """async (act) => {
  const began = performance.now();
  if (act === 'sort') document.querySelectorAll('.guests thead button')[4].click();
  else {
    const input = document.querySelector('input[type=search]');
    input.value = act;
    input.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter' }));
  }
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  return performance.now() - began;
}"""


def status(page: Page) -> str:
    return page.locator("#guests [role=status]").text_content() or ""


def test_a_thousand_guests_are_a_small_file_and_ready_within_a_second(
    write: Callable[[Report, str], Path], visits: Visits
) -> None:
    report = report_of(record(big_world(guests=1000), PRESETS["seer"]))
    for code, width in (("en", 1280), ("fr", 390)):
        path = write(report, code)
        page = visits.open(path, width=width)
        ready = page.evaluate(READY)
        found, ordered = (page.evaluate(TIMED, act) for act in ("guest1500", "sort"))
        print(f"{path.stat().st_size} bytes, ready {ready:.0f} ms, search {found:.0f} ms, sort {ordered:.0f} ms")  # noqa: T201

        assert page.locator(".guests tbody tr:visible").count() == 1
        assert width < 1280 or len(column_edges(page, ".keeping")) == 1
        assert path.stat().st_size < 2_000_000
        assert ready < 1000 * SLOW
        assert found < 300 * SLOW
        assert ordered < 1000 * SLOW


def test_ten_thousand_guests_open_and_are_searched_and_sorted(
    story: Callable[[str, str], Path], visits: Visits, tmp_path: Path
) -> None:
    before, opened, rest = story("1000", "en").read_text("utf-8").partition('<tr class="good" id="guest-100">')
    rows, closed, after = rest.partition("</tbody>")
    more = "".join(re.sub(r'(id="guest-|class="vmid">)', rf"\g<1>{at}", opened + rows) for at in range(10))
    path = tmp_path / "ten-thousand.html"
    path.write_text(before + more + closed + after, "utf-8")
    page = visits.open(path)
    ready = page.evaluate(READY)
    found = page.evaluate(TIMED, "1234567 covered")
    assert status(page) == "Guests shown: 0 of 10,000"
    again = page.evaluate(TIMED, "9199")
    assert status(page) == "Guests shown: 1 of 10,000"
    # the quickest of three: another test at work on the same machine only makes it slower
    ordered = min(page.evaluate(TIMED, "sort") for _ in range(3))
    print(f"ready {ready:.0f} ms, search {found:.0f} and {again:.0f} ms, sort {ordered:.0f} ms")  # noqa: T201

    assert ready < 5000 * SLOW
    assert found < 300 * SLOW
    assert again < 300 * SLOW
    assert ordered < 1000 * SLOW
