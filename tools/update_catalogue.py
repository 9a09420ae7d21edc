"""Bring the French catalogue up to date with the sources, and compile it.

Run ``python tools/update_catalogue.py``: new messages appear in the ``.po`` without a translation, messages that
nothing uses any more leave it, and the ``.mo`` is compiled afresh. Write the missing translations, run it again.
"""

import ast
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "pve_backup_report"
PO = PACKAGE / "locale" / "fr" / "LC_MESSAGES" / "pve_backup_report.po"

KEYWORDS = {
    "_": None, "say": None, "gettext": None,
    "plural": (1, 2), "pair": (1, 2), "pgettext": ((1, "c"), 2),
}  # fmt: skip

# Classes whose arguments are messages: where each stands among the positional arguments, or its name.
FACTS = {"Rule": {3: "message", 4: "remedy"}, "Endpoint": {8: "hides"}, "Gap": {2: "detail"}, "Failure": {1: "told"}}

Key = tuple[str | None, str | tuple[str, ...]]  # context, and the message or its two forms


def spoken_keys() -> set[Key]:
    """Return the messages of the renderers and their templates."""
    python = sorted((PACKAGE / "render").glob("*.py"))
    templates = sorted((ROOT / "templates").glob("*.j2"))
    found = [("python", path) for path in python] + [("jinja2.ext:babel_extract", path) for path in templates]
    return {
        (context, tuple(message) if isinstance(message, tuple) else message)
        for method, path in found
        for _, message, _, context in extract_from_file(
            method, path, keywords=KEYWORDS, options={"silent": "false", "encoding": "utf-8"}, strip_comment_tags=False
        )
        if message
    }


def fact_keys() -> set[Key]:
    """Return the messages that other rooms hand over as facts: those of rules, endpoints, gaps and failures.

    Raises:
        ValueError: when a rule's message is not written as one plain string.
    """
    rooms = [
        path
        for name in ("anomalies", "normalize", "coverage", "fleet")
        for path in sorted((PACKAGE / name).glob("*.py"))
    ]
    return {(None, text) for path in [*rooms, *(PACKAGE / "endpoints").glob("*.py")] for text in _facts_of(path)}


def updated(catalogue: Catalog) -> Catalog:
    """Return the catalogue with exactly the messages of the sources; translations that are still good stay."""
    template = Catalog(creation_date=catalogue.creation_date)
    for context, message in spoken_keys() | fact_keys():
        template.add(message, context=context)
    catalogue.update(template, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    return catalogue


def compiled(catalogue: Catalog) -> bytes:
    """Return the compiled catalogue; a message without a translation stays English."""
    buffer = BytesIO()
    write_mo(buffer, catalogue)
    return buffer.getvalue()


def read() -> Catalog:
    """Return the catalogue as it lies in the tree."""
    with PO.open("rb") as file:
        return read_po(file, locale="fr")


def _facts_of(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), path.name)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in FACTS:
            places = FACTS[node.func.id]
            given = {places[place]: value for place, value in enumerate(node.args) if place in places}
            given |= {key.arg: key.value for key in node.keywords if key.arg and key.arg in places.values()}
            for name, value in given.items():
                if isinstance(value, ast.Constant) and isinstance(value.value, str):
                    yield from (value.value,) if value.value else ()
                elif node.func.id == "Rule":
                    raise ValueError(f"{path.name}:{value.lineno}: {name} of a rule must be one plain string")


def main() -> int:
    """Rewrite the catalogue and say how many messages still need a translation."""
    catalogue = updated(read())
    with PO.open("wb") as file:
        write_po(file, catalogue, width=110, no_location=True, sort_output=True, ignore_obsolete=True)
    PO.with_suffix(".mo").write_bytes(compiled(catalogue))
    missing = [message for message in catalogue if message.id and not is_translated(message)]
    sys.stdout.write(f"{len(catalogue)} messages, {len(missing)} without a translation\n")
    return 1 if missing else 0


def is_translated(message: Message) -> bool:
    """Tell whether every form of the message is there and no translation is a guess."""
    forms = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
    return all(forms) and not message.fuzzy


if __name__ == "__main__":
    sys.exit(main())
