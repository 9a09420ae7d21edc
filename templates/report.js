"use strict";
// Sorting, searching and choosing columns. The page is whole without it: every control below is made here.
{
  const words = document.currentScript.dataset;
  const lang = document.documentElement.lang;
  const { compare } = new Intl.Collator(lang, { numeric: true });
  const number = new Intl.NumberFormat(lang).format;
  const URGENCY = ["bad", "fair", "unseen", "calm", "good"];

  const make = (name, properties, ...children) => {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children);
    return element;
  };
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
  const fold = (text) => text.normalize("NFD").replace(/\p{Mn}/gu, "").toLowerCase();

  // What a cell sorts by: its data-sort, else the first of a name, a state (worst first) or a time in it, else its text.
  const keyOf = (cell) => {
    const given = cell.dataset.sort;
    if (given !== undefined) return given === "" || isNaN(given) ? given : Number(given);
    const first = cell.firstElementChild;
    let nothing = false;
    for (const part of (first?.localName === "div" ? first : cell).children) {
      const { classList } = part;
      if (classList.contains("name")) return part.textContent;
      if (classList.contains("sign")) return URGENCY.findIndex((tone) => classList.contains(tone)) + part.textContent;
      if (part.dateTime) return Date.parse(part.dateTime);
      nothing ||= classList.contains("none");
    }
    return nothing ? null : cell.textContent.trim();
  };
  // Nothing comes last in either order.
  const order = (one, other, turn) =>
    one === null || other === null
      ? (one === null) - (other === null)
      : turn * (typeof one === "number" && typeof other === "number" ? one - other : compare(one, other));

  const sortable = (table, tools, say) => {
    const body = table.tBodies[0];
    const heads = [...table.tHead.rows[0].cells];
    const original = [...body.rows];
    const names = heads.map((head) => head.textContent.trim());
    const choices = make("select");
    let column = -1;
    let turn = 0;

    const told = (place, way) => (way ? fill(way > 0 ? words.up : words.down, { column: names[place] }) : words.original);
    const sort = (place, way) => {
      [column, turn] = [place, way];
      heads.forEach((head, at) => {
        if (way && at === place) head.setAttribute("aria-sort", way > 0 ? "ascending" : "descending");
        else head.removeAttribute("aria-sort");
      });
      choices.value = way ? `${place} ${way}` : "";
      let rows = original;
      if (way) {
        const keys = new Map(original.map((row) => [row, keyOf(row.cells[place])]));
        rows = [...original].sort((one, other) => order(keys.get(one), keys.get(other), way));
      }
      body.replaceChildren(...rows);
      say(fill(words.sorted, { order: told(place, way) }));
    };

    heads.forEach((head, place) => {
      const button = make("button", { type: "button" }, ...head.childNodes);
      button.addEventListener("click", () => sort(place, column === place ? { 0: 1, 1: -1, [-1]: 0 }[turn] : 1));
      head.append(button);
      for (const way of [1, -1]) choices.append(make("option", { value: `${place} ${way}` }, told(place, way)));
    });
    choices.prepend(make("option", { value: "" }, words.original));
    choices.value = "";
    choices.addEventListener("change", () => sort(...(choices.value || "-1 0").split(" ").map(Number)));
    tools.append(make("label", { className: "order" }, `${words.sort} `, choices));
    table.classList.add("live");
  };

  const searchable = (table, tools, say) => {
    const rows = [...table.tBodies[0].rows];
    const section = table.closest("section");
    const input = make("input", { type: "search", autocomplete: "off", spellcheck: false });
    let texts;
    let waiting;

    const read = () => (texts ??= fold(rows.map((row) => row.textContent).join("\0")).split("\0"));
    // Without this script the radio buttons work by style alone; that takes far longer when there are many rows.
    const search = () => {
      clearTimeout(waiting);
      const tone = section.querySelector(".filter input:checked")?.id.replace("show-", "") ?? "all";
      const terms = fold(input.value).split(/\s+/).filter(Boolean);
      const found = terms.length ? read() : [];
      let shown = 0;
      rows.forEach((row, at) => {
        const fits = (tone === "all" || row.classList.contains(tone)) && terms.every((term) => found[at].includes(term));
        row.classList.toggle("out", !fits);
        shown += fits;
      });
      say(fill(table.dataset.shown, { shown: number(shown), all: number(rows.length) }));
    };
    const clear = () => {
      input.value = "";
      search();
    };

    input.addEventListener("focus", read);
    input.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(search, 120);
    });
    input.addEventListener("keydown", (event) => {
      if (event.key === "Escape") clear();
      if (event.key === "Enter") search();
    });
    section.querySelector(".filter")?.addEventListener("change", search);
    // A link to a guest that is not shown shows all of them again.
    document.addEventListener("click", (event) => {
      const link = event.target.closest("a[href^='#']");
      const row = link && document.getElementById(link.hash.slice(1));
      if (!row?.classList.contains("out") || !table.contains(row)) return;
      section.querySelector("#show-all").checked = true;
      clear();
    });
    tools.append(make("label", { className: "search" }, `${table.dataset.search} `, input));
  };

  const choosable = (table, tools) => {
    const boxes = [...table.tHead.rows[0].cells].slice(1).map((head, at) => {
      const box = make("input", { type: "checkbox", checked: true, autocomplete: "off" });
      box.addEventListener("change", () => table.classList.toggle(`without-${at + 2}`, !box.checked));
      return make("label", {}, box, ` ${head.textContent}`);
    });
    const choice = make("details", { className: "columns" }, make("summary", {}, words.columns), make("div", {}, ...boxes));
    choice.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      choice.open = false;
      choice.firstChild.focus();
    });
    tools.append(choice);
  };

  for (const table of document.querySelectorAll("table[data-sortable]")) {
    if (table.tBodies[0].rows.length < 2) continue;
    const status = make("p", { role: "status" });
    const say = (text) => (status.textContent = text);
    const tools = make("div", { className: "tools" });
    if (table.dataset.search) searchable(table, tools, say);
    sortable(table, tools, say);
    if (table.dataset.search) choosable(table, tools);
    tools.append(status);
    table.closest(".box").before(tools);
  }
}
