"""The French catalogue: nothing missing, nothing guessed, nothing left over, compiled as it is written."""

import ast
import gettext
import importlib.util
import re
from io import BytesIO
from pathlib import Path
from types import ModuleType

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import read_mo

TOOL = Path(__file__).resolve().parents[2] / "tools" / "update_catalogue.py"
HOW = "run python tools/update_catalogue.py, write what is missing into the .po, and run it again"


def loaded() -> ModuleType:
    spec = importlib.util.spec_from_file_location("update_catalogue", TOOL)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


tool = loaded()
FRENCH: Catalog = tool.read()


def kept() -> dict[object, Message]:
    return {(message.context, message.id): message for message in FRENCH if message.id}


def untranslated(keys: set[object]) -> list[object]:
    messages = kept()
    return sorted((key for key in keys if key not in messages or not tool.is_translated(messages[key])), key=repr)


def test_every_word_of_the_outputs_is_in_french() -> None:
    keys = tool.spoken_keys()

    assert len(keys) > 200
    assert not untranslated(keys), HOW


def test_no_word_hides_in_an_f_string_where_it_is_not_found() -> None:
    """Before Python 3.12 the extractor sees nothing inside of one."""
    sources = sorted((TOOL.parents[1] / "src" / "pve_backup_report" / "render").glob("*.py"))
    hidden = [
        f"{source.name}:{call.lineno}"
        for source in sources
        for joined in ast.walk(ast.parse(source.read_text(encoding="utf-8")))
        if isinstance(joined, ast.JoinedStr)
        for call in ast.walk(joined)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr in tool.KEYWORDS
        and any(isinstance(argument, ast.Constant) for argument in call.args)
    ]
    assert sources
    assert hidden == []


def test_every_message_of_a_rule_an_endpoint_and_a_gap_is_in_french() -> None:
    assert not untranslated(tool.fact_keys()), HOW


def test_nothing_is_left_over() -> None:
    assert not kept().keys() - tool.spoken_keys() - tool.fact_keys(), HOW


def test_the_compiled_catalogue_is_the_written_one() -> None:
    fresh = read_mo(BytesIO(tool.compiled(FRENCH)))
    with tool.PO.with_suffix(".mo").open("rb") as file:
        committed = read_mo(file)

    def strings(catalogue: Catalog) -> set[tuple[object, ...]]:
        return {(message.context, forms(message.id), forms(message.string)) for message in catalogue if message.id}

    assert strings(committed) == strings(fresh), HOW
    with tool.PO.with_suffix(".mo").open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("covered") == "couvert"


def forms(string: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return (string or "",) if isinstance(string, str) or string is None else tuple(string)


@pytest.mark.parametrize("message", [message for message in FRENCH if message.id], ids=lambda each: str(each.id)[:40])
def test_a_translation_keeps_the_names_and_the_french_spaces(message: Message) -> None:
    wanted = {name for form in forms(message.id) for name in re.findall(r"\{\w+\}", form)}
    for form in forms(message.string):
        found = set(re.findall(r"\{\w+\}", form))
        assert not form or found == wanted or (isinstance(message.id, tuple) and found <= wanted)
        assert "'" not in form.replace("journalctl", "")
        assert not re.search(r"(?:[^\u202f\s]|^)[;!?](?:\s|$)|[ \u00a0][;:!?%](?:\s|$)", form), "needs U+202F"
        assert not re.search(r"[a-zà-ÿ)}][:](?=\s)", form), "needs U+202F before its colon"


def test_proxmox_words_are_those_of_the_design() -> None:
    text = " ".join(form for message in FRENCH for form in forms(message.string) if message.id).lower()

    for word in ("invité", "tâche de sauvegarde", "exécution", "stockage", "indéterminé", "non précisé", "rétention"):
        assert word in text
    prose = re.sub(r"\{\w+\}|jobs\.cfg", "", text)
    assert not re.search(r"\bjobs?\b|\bguests?\b|datastore\b(?!\.)", prose)
