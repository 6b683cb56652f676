/** A table of many rows, a page at a time. */

import { build, percent, plural, say, toTone } from "./dom.js";

const PAGE_ROWS = 50;
const REFUSED = "refused";
const ORDERS = {
  "As given": null,
  "Surest first": (a, b) => score(b, -1) - score(a, -1),
  "Least sure first": (a, b) => score(a, 2) - score(b, 2),
};
const score = (row, without) => row.result?.score ?? without;

export class TextTable {
  #rows = [];
  #labels = [];
  #page = 0;

  constructor(place) {
    this.show = build("select", { id: "table-show", onchange: () => this.#turn(0) });
    this.order = build("select", { id: "table-order", onchange: () => this.#turn(0) });
    this.order.append(...Object.keys(ORDERS).map((name) => build("option", {}, name)));
    this.body = build("tbody");
    this.place = build("span", { class: "small" });
    this.back = build("button", { type: "button", onclick: () => this.#turn(this.#page - 1) }, "Previous");
    this.next = build("button", { type: "button", onclick: () => this.#turn(this.#page + 1) }, "Next");
    const heads = ["Row", "Text", "Label", "Score"].map((head) => build("th", { scope: "col" }, head));
    place.replaceChildren(
      build("div", { class: "row" },
        build("div", {}, build("label", { for: "table-show" }, "Show"), this.show),
        build("div", {}, build("label", { for: "table-order" }, "Order"), this.order)),
      build("table", { class: "texts" }, build("caption", { class: "unseen" }, "Texts and their answers"),
        build("thead", {}, build("tr", {}, ...heads)), this.body),
      build("div", { class: "row pager" }, this.back, this.place, this.next));
  }

  /** Show other rows; where the reader is, in filter, order and page, stays. */
  fill(rows, labels) {
    this.#rows = rows;
    if (labels.join() !== this.#labels.join()) {
      this.#labels = labels;
      const options = [["", "All texts"], ...labels.map((label) => [label, label]), [REFUSED, "Refused"]];
      this.show.replaceChildren(...options.map(([value, name]) => build("option", { value }, name)));
    }
    this.#render();
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
    this.body.replaceChildren(...shown.map((row) => buildRow(row, this.#labels)));
    this.place.textContent = rows.length
      ? `${start + 1} to ${start + shown.length} of ${plural(rows.length, "text")}` : "No text like that";
    this.back.disabled = this.#page === 0;
    this.next.disabled = this.#page === last;
  }

  #select() {
    const wanted = this.show.value;
    const rows = this.#rows.filter((row) => row.result || row.error).filter((row) =>
      !wanted || (wanted === REFUSED ? row.error : row.result?.label === wanted));
    const order = ORDERS[this.order.value];
    return order ? rows.sort(order) : rows;
  }
}

function buildRow({ number, text, result, error }, labels) {
  const answer = result
    ? [build("td", {}, build("span", { class: `chip ${toTone(result.label, labels)}` }, result.label)),
      build("td", { class: "number" }, percent(result.score))]
    : [build("td", { colspan: 2, class: "refused" }, `Refused: ${error}`)];
  return build("tr", {}, build("td", { class: "number" }, String(number)),
    build("td", { class: "text" }, build("div", { class: "clip" }, text ?? "")), ...answer);
}
