"""The mail's HTML as a mail reader takes it."""

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

import html5lib


def parsed(text: str) -> Element:
    """Return the document; it must be valid."""
    parser = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("etree"), strict=True, namespaceHTMLElements=False)
    document: Element = parser.parse(text)
    return document


def elements(document: Element, *names: str) -> Iterator[Element]:
    """Return the elements of these names, of all names when there is none."""
    return (
        element for element in document.iter() if isinstance(element.tag, str) and (not names or element.tag in names)
    )


def shown_text(document: Element) -> str:
    """Return what is read: the text without styles, preview and title, its blanks as one."""
    (body,) = elements(document, "body")
    return " ".join("".join(_texts(body)).split())


def styles(element: Element) -> dict[str, str]:
    """Return the declarations on an element, the last of each name."""
    pairs = (line.partition(":") for line in (element.get("style") or "").split(";") if line.strip())
    return {name.strip(): re.sub(r"\s+", " ", value.strip()) for name, _, value in pairs}


def _texts(element: Element) -> Iterator[str]:
    if isinstance(element.tag, str) and element.get("class") != "preheader":
        yield element.text or ""
        for child in element:
            yield from _texts(child)
            yield child.tail or ""
            yield " " if child.tag in ("p", "li", "td", "tr", "h1", "h2", "h3", "br", "div", "table") else ""
