"""Picture the report of ``--demo`` for the documentation: ``.venv/bin/python tools/make_screenshots.py``."""

import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"
LARGEST = 300_000  # bytes of one picture
COLOURS = 128
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking")


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture.

    Attributes:
        name: of its file.
        language: of the report.
        scheme: ``light`` or ``dark``.
        width: of the window, in pixels.
        height: the same.
        scale: pixels of the picture for one of the window.
    """

    name: str
    language: str = "en"
    scheme: str = "light"
    width: int = 1280
    height: int = 1000
    scale: float = 1


PICTURES = (
    Picture("report-light"),
    Picture("report-dark", scheme="dark"),
    Picture("report-phone", width=390, height=844, scale=2),
    Picture("report-french", language="fr"),
)
PAPER = "report-paper"


def reports(folder: Path) -> dict[str, Path]:
    """Write the report of the sample cluster in each language."""
    found = {}
    for language in ("en", "fr"):
        place = folder / language
        subprocess.run(  # noqa: S603 -- our own program
            [sys.executable, "-m", "pve_backup_report", "--demo", "--formats", "html", "--lang", language,
             "--output-dir", str(place), "-q"],
            check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        (found[language],) = place.glob("*.html")
    return found


def screen(browser: Browser, picture: Picture, report: Path) -> bytes:
    """Return the first screen of a report."""
    page = browser.new_page(
        viewport={"width": picture.width, "height": picture.height},
        device_scale_factor=picture.scale,
        color_scheme="dark" if picture.scheme == "dark" else "light",
    )
    page.goto(report.as_uri())
    taken = page.screenshot()
    page.close()
    return taken


def paper(browser: Browser, report: Path, folder: Path) -> bytes:
    """Return the first page of a printed report."""
    page = browser.new_page()
    page.goto(report.as_uri())
    page.pdf(path=folder / "report.pdf", format="A4")
    page.close()
    program = shutil.which("pdftoppm")
    if program is None:
        sys.exit("pdftoppm is not installed. As root: apt-get install poppler-utils")
    command = [program, "-r", "90", "-f", "1", "-l", "1", "-png", "-singlefile", "report.pdf", "report"]
    subprocess.run(command, cwd=folder, check=True)  # noqa: S603 -- a fixed command
    return (folder / "report.png").read_bytes()


def small(taken: bytes) -> bytes:
    """Return the picture with a palette of its own: a third of the size, and the same to the eye."""
    out = BytesIO()
    Image.open(BytesIO(taken)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(
        out, "PNG", optimize=True
    )
    return out.getvalue()


def main() -> None:
    """Write all pictures; stop when one has grown too large."""
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.exit("Chromium is not installed. As root: apt-get install chromium")
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        found = reports(folder)
        browser = playwright.chromium.launch(executable_path=chromium, args=list(ARGUMENTS))
        taken = {picture.name: screen(browser, picture, found[picture.language]) for picture in PICTURES}
        taken[PAPER] = paper(browser, found["en"], folder)
        browser.close()
    for picture, content in taken.items():
        kept = small(content)
        if len(kept) > LARGEST:
            sys.exit(f"{picture}.png would be of {len(kept)} bytes: show less in it")
        (IMAGES / f"{picture}.png").write_bytes(kept)
        sys.stdout.write(f"{picture}.png {len(kept)}\n")


if __name__ == "__main__":
    main()
