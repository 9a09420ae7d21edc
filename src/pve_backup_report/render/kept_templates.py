"""Shipped templates are compiled once, and kept where Python keeps its modules: a third of a second less for a run."""

import sys
from contextlib import suppress
from hashlib import sha256
from importlib.util import MAGIC_NUMBER, cache_from_source
from pathlib import Path

import jinja2
from jinja2.bccache import Bucket, BytecodeCache

from pve_backup_report import __version__

_DIGEST = 32  # bytes


class KeptTemplates(BytecodeCache):
    """Keeps compiled templates as Python does modules: ``-B`` and ``PYTHONPYCACHEPREFIX`` mean the same for both.

    A file is used when it is whole, and was made of the same text in the same way. One that cannot be read or written
    changes nothing but the time.
    """

    def __init__(self, folder: Path, how: str) -> None:
        """Prepare; nothing is read yet.

        Args:
            folder: where the templates are.
            how: what else decides on what becomes of a template's text.
        """
        self._folder = folder
        self._how = f"{MAGIC_NUMBER.hex()}|{jinja2.__version__}|{__version__}|{how}|"

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill in what is kept of a template, if it is whole."""
        try:
            kept = self._file(bucket.key).read_bytes()
        except OSError:
            return
        if kept[:_DIGEST] == sha256(kept[_DIGEST:]).digest():
            bucket.bytecode_from_string(kept[_DIGEST:])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep a template that was compiled, where that is allowed; whoever meets a half of it sees that it is one."""
        if sys.dont_write_bytecode:
            return
        code = bucket.bytecode_to_string()
        file = self._file(bucket.key)
        with suppress(OSError):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(sha256(code).digest() + code)

    def get_cache_key(self, name: str, filename: str | None = None) -> str:  # noqa: ARG002 -- Jinja's signature
        """Return the name of the template: each has one file."""
        return name

    def get_source_checksum(self, source: str) -> str:
        """Return what tells whether a file was made of this text, and in this way."""
        return sha256((self._how + source).encode()).hexdigest()

    def _file(self, name: str) -> Path:
        return Path(cache_from_source(str(self._folder / name)))
