"""Imported once by the process that all others are made from: what is read and compiled here, none of them need do.

A report's templates take longer to compile than a small cluster takes to be judged.
"""

import gc
import logging
import os

from pve_backup_report import pipeline
from pve_backup_report.fleet import perform  # noqa: F401 -- what the processes do
from pve_backup_report.garbage import look_seldom
from pve_backup_report.render.formats import FORMATS
from pve_backup_report.render.language import load_language

if hasattr(os, "setpgid"):
    os.setpgid(0, 0)  # this process and all that are made from it are ended as one
look_seldom()
try:
    _REPORT = pipeline.report_of(pipeline.demo_tape())
    for _format in ("html", "md"):
        FORMATS[_format].render(_REPORT, load_language("en"))
    del _REPORT
except Exception:
    # each cluster's own process meets the same fault, and tells it in that cluster's row; here nobody would read it
    logging.getLogger(__name__).debug("no warming up", exc_info=True)
gc.freeze()  # what is here already is garbage to none of them
