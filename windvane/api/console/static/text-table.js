/** A table of many rows, a page at a time. */

import { toCell } from "./answers-csv.js";
import { build, nameLabel, percent, plural, say, toTone } from "./dom.js";
import { getCell } from "./text-file.js";

const PAGE_ROWS = 50;
const MAX_OTHERS = 30;
const MAX_CHARS = 1000;
const REFUSED = "refused";
const NONE = "\u0000";
const ORDERS = {
  "As given": null,
  "Surest first": (a, b) => score(b, -1) - score(a, -1),
  "Least sure first": (a, b) => score(a, 2) - score(b, 2),
};
const score = (row, without) => row.result?.score ?? without;

export class TextTable {
  #rows = [];
  #labels = [];
  #columns = [];
  #others = [];
  #page = 0;

  constructor(place) {
    this.show = build("select", { id: "table-show", onchange: () => this.#turn(0) });
    this.order = build("select", { id: "table-order", onchange: () => this.#turn(0) });
    this.order.append(...Object.keys(ORDERS).map((name) => build("option", {}, name)));
    this.body = build("tbody");
    this.place = build("span", { class: "small" });
    this.back = build("button", { type: "button", onclick: () => this.#turn(this.#page - 1) }, "Previous");
    this.next = build("button", { type: "button", onclick: () => this.#turn(this.#page + 1) }, "Next");
    this.heads = build("tr");
    this.table = build("table", { class: "texts" }, build("caption", { class: "unseen" }, "Texts and their answers"),
      build("thead", {}, this.heads), this.body);
    this.wide = build("div", { class: "wide", role: "region", "aria-label": "Texts and their answers" }, this.table);
    this.more = build("p", { class: "quiet small" });
    place.replaceChildren(
      build("div", { class: "row" },
        build("div", {}, build("label", { for: "table-show" }, "Show"), this.show),
        build("div", {}, build("label", { for: "table-order" }, "Order"), this.order)),
      this.wide, this.more,
      build("div", { class: "row pager" }, this.back, this.place, this.next));
  }

  /** Show other rows; where the reader is, in filter, order and page, stays. */
  fill({ source, column, rows, labels }) {
    this.#rows = rows;
    this.#showHeads(source, column);
    if (labels.join() !== this.#labels.join()) {
      this.#labels = labels;
      const options = [["", "All texts"], ...labels.map((label) => [label, label]), [NONE, "No label"], [REFUSED, "Refused"]];
      this.show.replaceChildren(...options.map(([value, name]) => build("option", { value }, name)));
    }
    this.#render();
  }

  /** Name the columns: the answer first, then what else the file has. */
  #showHeads({ columns, isArray }, column) {
    if (this.#columns === columns && this.column === column) return;
    this.#columns = columns;
    this.column = column;
    const others = columns.map((_, i) => i).filter((i) => i !== column);
    this.#others = others.slice(0, MAX_OTHERS);
    const names = [isArray ? "Element" : "Line", "Text", "Label", "Score", ...this.#others.map((i) => columns[i])];
    this.heads.replaceChildren(...names.map((name) => build("th", { scope: "col" }, clip(name))));
    this.table.classList.toggle("many", others.length > 0);
    // What scrolls has to be reached by the keyboard.
    this.wide.tabIndex = others.length ? 0 : -1;
    const left = others.length - this.#others.length;
    this.more.textContent = left ? `The download has ${plural(left, "column")} more.` : "";
  }

  #turn(page) {
    this.#page = page;
    this.#render();
    say(this.place.textContent);
  }

  #render() {
    const rows = this.#select();
    const last = Math.max(0, Math.ceil(rows.length / PAGE_ROWS) - 1);
    this.#page = Math.min(this.#page, last);
    const start = this.#page * PAGE_ROWS;
    const shown = rows.slice(start, start + PAGE_ROWS);
    this.body.replaceChildren(...shown.map((row) => this.#buildRow(row)));
    this.place.textContent = rows.length
      ? `${start + 1} to ${start + shown.length} of ${plural(rows.length, "text")}` : "No text like that";
    this.back.disabled = this.#page === 0;
    this.next.disabled = this.#page === last;
  }

  #select() {
    const wanted = this.show.value;
    const rows = this.#rows.filter((row) => row.result || row.error).filter((row) =>
      !wanted || (wanted === REFUSED ? row.error : row.result && (row.result.label ?? NONE) === wanted));
    const order = ORDERS[this.order.value];
    return order ? rows.sort(order) : rows;
  }

  #buildRow(row) {
    const others = this.#others.map((i) => build("td", {}, clip(toCell(getCell(row, this.#columns, i)))));
    return build("tr", {}, build("td", { class: "number" }, String(row.line)),
      build("td", { class: "text" }, clip(row.text)), ...buildAnswer(row, this.#labels), ...others);
  }
}

/** Show the first lines of what may be long. */
const clip = (text) => build("div", { class: "clip" }, (text ?? "").slice(0, MAX_CHARS));

function buildAnswer({ result, error }, labels) {
  if (!result) return [build("td", { colspan: 2, class: "refused" }, `Refused: ${error}`)];
  return [
    build("td", {}, build("span", { class: `chip ${toTone(result.label, labels)}` }, nameLabel(result.label))),
    build("td", { class: "number" }, percent(result.score)),
  ];
}
