"""Paper as PDF, by WeasyPrint, which is only there when the extra ``pdf`` is installed."""

import io
import logging
from contextlib import redirect_stderr, redirect_stdout

_NAME = "pdf"
_LIBRARIES = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core"


def pdf_of(html: str) -> bytes:
    """Return the pages as a PDF that depends on nothing but the text (and the fonts of the machine).

    Nothing is loaded from anywhere: a picture is either in the text itself, as ``data:``, or absent.

    Args:
        html: a page for paper.
    """
    import weasyprint  # noqa: PLC0415 -- an extra, and slow to import
    from weasyprint.urls import URLFetcher  # noqa: PLC0415 -- same

    logging.getLogger("weasyprint").setLevel(logging.ERROR)  # it warns of every property that it does not know
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    sealed = URLFetcher(allowed_protocols=("data",), allow_redirects=False)
    written: bytes = weasyprint.HTML(string=html, url_fetcher=sealed).write_pdf()
    return written


def pdf_lacking() -> str | None:
    """Return what keeps this machine from making PDFs, and how to mend it; None when nothing does."""
    try:
        with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):  # it prints advice of its own
            import weasyprint  # noqa: F401, PLC0415 -- an extra, and slow to import
    except ImportError as error:
        what = "WeasyPrint" if error.name == "weasyprint" else f"{error.name} for WeasyPrint"
        return f"{_NAME} needs {what}, which is not installed. Install it with: pip install 'pve-backup-report[pdf]'"
    except OSError as error:
        missing = str(error).partition(":")[0] or "unknown"
        return (
            f"{_NAME} needs libraries of the system that WeasyPrint does not find ({missing}). "
            f"Install them, on Debian with: apt-get install {_LIBRARIES}"
        )
    return None
