"""What an eye sees at once and a parser does not: text on text, and pages wider than the window."""

from playwright.sync_api import Page

SIDEWAYS = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
# Rows that are far away are not laid out, see report.css; here all of them are looked at.
LAY_OUT_ALL = "() => document.styleSheets[0].insertRule('* { content-visibility: visible !important }', 0)"
# The widest of the usual fonts: where it fits, every other does. Debian's chromium shows it where no Liberation is.
WIDEST_FONT = """() => document.styleSheets[0].insertRule(
  ':not(code, pre, kbd) { font-family: "DejaVu Sans" !important }', 0)"""
EDGES = """(table) => [...table.rows].slice(0, 50)
  .map((row) => [...row.cells].map((cell) => Math.round(cell.getBoundingClientRect().left)).join(' '))"""
TEXT_ON_TEXT = """() => {
  // What a box cuts off is not painted.
  const cut = (box, owner) => {
    let { left, right } = box;
    for (let at = owner; at; at = at.parentElement) {
      if (getComputedStyle(at).overflowX === 'visible') continue;
      const edge = at.getBoundingClientRect();
      [left, right] = [Math.max(left, edge.left), Math.min(right, edge.right)];
    }
    return { left, right, top: box.top, bottom: box.bottom };
  };
  const boxes = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    const owner = node.parentElement;
    if (!node.data.trim() || owner.closest('script, option, caption, .skip')) continue;
    if (!owner.checkVisibility({ visibilityProperty: true })) continue;
    const head = owner.closest('thead');
    if (head && getComputedStyle(head).position === 'absolute') continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const whole of range.getClientRects()) {
      const box = cut(whole, owner);
      if (box.right - box.left > 1) boxes.push({ box, node });
    }
  }
  boxes.sort((one, other) => one.box.top - other.box.top);
  const found = [];
  boxes.forEach(({ box, node }, at) => {
    for (let next = at + 1; next < boxes.length && boxes[next].box.top < box.bottom - 4; next += 1) {
      const other = boxes[next];
      const across = Math.min(box.right, other.box.right) - Math.max(box.left, other.box.left);
      if (across > 2 && other.node !== node) found.push(`${node.data.trim()} / ${other.node.data.trim()}`);
    }
  });
  return found;
}"""


def sideways(page: Page) -> int:
    """Return by how many pixels the page is wider than its window."""
    return int(page.evaluate(SIDEWAYS))


def column_edges(page: Page, table: str) -> set[str]:
    """Return where the cells of each row begin: one text when all rows agree."""
    return set(page.locator(table).first.evaluate(EDGES))


def text_on_text(page: Page) -> list[str]:
    """Return the pairs of texts that are painted over each other."""
    found: list[str] = page.evaluate(TEXT_ON_TEXT)
    return found
