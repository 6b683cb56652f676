/** Elements, and what is said to those who cannot see them. Text is never read as HTML. */

export const byId = (id) => document.getElementById(id);

/** Build an element: `on...` functions listen, other properties are attributes. */
export function build(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  setAll(element, properties);
  element.append(...children);
  return element;
}

/** Build an element of a drawing. */
export function draw(tag, properties = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  setAll(element, properties);
  element.append(...children);
  return element;
}

function setAll(element, properties) {
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
}

/** Build a table; cells are texts or elements. */
export function buildTable(caption, heads, rows) {
  const cells = (row) => row.map((cell) => build("td", {}, cell));
  return build("table", {},
    build("caption", {}, caption),
    build("thead", {}, build("tr", {}, ...heads.map((head) => build("th", { scope: "col" }, head)))),
    build("tbody", {}, ...rows.map((row) => build("tr", {}, ...cells(row)))));
}

/** Have a screen reader say something, without moving there. */
export function say(sentence) {
  byId("said").textContent = sentence;
}

/** Show what went wrong in a section's alert; nothing hides it. */
export function showAlert(alert, sentence = "") {
  alert.textContent = sentence;
  alert.hidden = !sentence;
}

export const percent = (score) => `${(score * 100).toFixed(1)}\u00a0%`;
export const commas = (count) => count.toLocaleString("en");
export const plural = (count, word) => `${commas(count)} ${word}${count === 1 ? "" : "s"}`;

/** Labels that everybody colours alike; others take colours in turn. */
const KNOWN = { negative: "minus", neutral: "even", positive: "plus" };

/** Name a label; an answer has none if its score is below the least that was set. */
export const nameLabel = (label) => label ?? "no label";

/** Name the colour of a label, as a class. */
export function toTone(label, labels) {
  if (label === null) return "unnamed";
  return KNOWN[label.toLowerCase()] ?? `tone${Math.max(0, labels.indexOf(label)) % 5}`;
}

/** Build bars, one for each share between 0 and 1. */
export function buildBars(bars, labels) {
  const list = build("ul", { class: "bars" });
  for (const { label, share, shown, isChosen } of bars) {
    const fill = build("span", { class: `fill ${toTone(label, labels)}` });
    fill.style.width = `${share * 100}%`;
    list.append(build("li", { class: isChosen ? "chosen" : "" },
      build("span", { class: "bar-label" }, nameLabel(label)),
      build("span", { class: "bar", "aria-hidden": "true" }, fill),
      build("span", { class: "number" }, shown)));
  }
  return list;
}

/** As in windvane/inference/invisible_characters.py: anything but white space, control, format and ignorable characters. */
const VISIBLE = /[^\p{White_Space}\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800\u{1D159}]/u;

/** Say whether a text shows nothing. */
export const isBlank = (text) => !VISIBLE.test(text);
