"""Where the shared facts about Proxmox lie, for tests that compare the simulator with them."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

SHARED = Path(__file__).resolve().parents[3] / "shared"

needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="the shared facts are not beside the checkout")


def read_json(name: str) -> Any:  # noqa: ANN401 - it is whatever the file holds
    """The content of a JSON file of the shared facts, compressed or not."""
    path = SHARED / name
    if path.suffix == ".gz":
        return json.loads(gzip.decompress(path.read_bytes()))
    return json.loads(path.read_text(encoding="utf-8"))
