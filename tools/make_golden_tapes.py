"""Record the tapes of the golden reports again, from the simulator: ``.venv/bin/python tools/make_golden_tapes.py``."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "tests" / "render" / "tapes"


def golden_bytes() -> dict[str, bytes]:
    """Return the content of each tape file, by name."""
    sys.path.insert(0, str(ROOT / "tests"))
    from golden_worlds import tapes  # noqa: PLC0415 -- lies in tests/, which is put on the path above

    return {f"{name}.json.gz": content for name, content in tapes().items()}


if __name__ == "__main__":
    for name, content in golden_bytes().items():
        (FOLDER / name).write_bytes(content)
