/** Recent results: filtered, corrected, deleted. */

import { ask, getModel } from "./api.js";
import { build, byId, percent, say, showAlert, toTone } from "./dom.js";

const PAGE_RESULTS = 20;
const MAX_EMPTY_PAGES = 20; // a log that takes long to search answers pages with nothing in them
const NO_LOG = "This server keeps no results. WINDVANE_RESULT_LOG_URI tells it where to keep them.";
const NO_TEXT = "Where the text was not kept, there is nothing to read and no label to correct. WINDVANE_STORE_TEXT=full keeps the texts of new results.";
const GONE = "This result is gone: it was deleted, or has expired.";

const noText = build("p", { class: "quiet", hidden: true }, NO_TEXT);
let labels = [];
let cursor = null;

export function setUpResults() {
  byId("results-list").before(noText);
  byId("results-form").addEventListener("submit", (event) => {
    event.preventDefault();
    load();
  });
  byId("results-label").addEventListener("change", load);
  byId("results-more").addEventListener("click", loadMore);
  byId("tab-results").addEventListener("click", load);
  load();
}

/** Show the newest results that the form asks for. */
async function load() {
  cursor = null;
  byId("results-more").hidden = noText.hidden = true;
  byId("results-list").replaceChildren();
  await attempt(async () => {
    await nameLabels();
    const shown = await fetchSome();
    if (!shown.length) byId("results-list").append(build("p", { class: "quiet" }, "No result is recorded that fits."));
    say(`${shown.length} results.`);
  }, NO_LOG);
}

async function loadMore() {
  await attempt(async () => {
    const [first] = await fetchSome();
    first?.querySelector("h3").focus();
  }, NO_LOG);
}

/** Do what may fail, and say so. */
async function attempt(work, whenMissing = GONE) {
  const alert = byId("results-alert");
  showAlert(alert);
  try {
    await work();
  } catch (error) {
    showAlert(alert, error.status === 404 ? whenMissing : error.message);
  }
}

async function nameLabels() {
  if (labels.length) return;
  ({ labels } = await getModel());
  byId("results-label").append(...labels.map((label) => build("option", { value: label }, label)));
}

/** Add a page to the list, and more until there is something in them. */
async function fetchSome() {
  let items = [];
  for (let page = 0; page < MAX_EMPTY_PAGES && !items.length && (page === 0 || cursor); page += 1) items = await fetchPage();
  return items;
}

async function fetchPage() {
  const query = new URLSearchParams({ limit: PAGE_RESULTS });
  const label = byId("results-label").value;
  if (label) query.set("label", label);
  if (cursor) query.set("cursor", cursor);
  setDay(query, "from", byId("results-from").value, 0);
  setDay(query, "to", byId("results-to").value, 1);
  const { answer } = await ask("GET", `v1/results?${query}`);
  cursor = answer.cursor ?? null;
  byId("results-more").hidden = !cursor;
  if (!answer.results.every(hasText)) noText.hidden = false;
  const items = answer.results.map(buildResult);
  byId("results-list").append(...items);
  return items;
}

const hasText = (result) => typeof result.text === "string";

/** Name where a day begins in the reader's time zone, or the day after it. */
function setDay(query, name, day, after) {
  if (!day) return;
  const [year, month, date] = day.split("-").map(Number);
  query.set(name, new Date(year, month - 1, date + after).toISOString());
}

function buildResult(result) {
  const when = new Date(result.created_at);
  const heading = build("h3", { tabindex: -1 },
    build("span", { class: `chip ${toTone(result.label, labels)}` }, result.label), ` ${percent(result.score)}`);
  const corrected = build("p", { class: "corrected" });
  const item = build("article", { class: "card result" },
    build("div", { class: "row between" }, heading, build("time", { datetime: result.created_at, class: "quiet small" }, when.toLocaleString())),
    hasText(result) ? build("p", { class: "text" }, result.text) : build("p", { class: "quiet" }, `${result.chars} characters`),
    corrected,
    build("div", { class: "row" }, ...buildActions(result, corrected, () => item)),
    build("p", { class: "quiet small id" }, [result.language === "other" && "not the model's language", result.client, result.model, result.route, result.result_id].filter(Boolean).join(", ")));
  showCorrected(corrected, result.feedback_label);
  return item;
}

function buildActions(result, corrected, getItem) {
  const about = result.created_at;
  const remove = build("button", { type: "button", class: "plain", "aria-label": `Delete the result of ${about}`, onclick: () => confirmDelete(result, getItem()) }, "Delete");
  if (!hasText(result)) return [remove];
  const id = `right-${result.result_id}`;
  const select = build("select", { id }, ...labels.map((label) => build("option", { value: label }, label)));
  select.value = result.feedback_label ?? result.label;
  return [
    build("label", { for: id }, "Right label"),
    select,
    build("button", { type: "button", "aria-label": `Save the label of the result of ${about}`, onclick: () => correct(result, select.value, corrected) }, "Save"),
    remove,
  ];
}

function showCorrected(place, label) {
  place.textContent = label ? `Somebody said: ${label}` : "";
  place.hidden = !label;
}

const toPath = (result) => `v1/results/${encodeURIComponent(result.result_id)}`;

async function correct(result, label, place) {
  await attempt(async () => {
    await ask("POST", `${toPath(result)}/feedback`, { body: { label } });
    showCorrected(place, label);
    say(`Saved: ${label}.`);
  });
}

function confirmDelete(result, item) {
  const dialog = byId("delete-dialog");
  byId("delete-what").textContent = `${result.label}, ${percent(result.score)}, of ${new Date(result.created_at).toLocaleString()}`;
  byId("delete-no").onclick = () => dialog.close();
  byId("delete-yes").onclick = async () => {
    dialog.close();
    await attempt(() => remove(result, item));
  };
  dialog.showModal();
  byId("delete-no").focus();
}

async function remove(result, item) {
  const next = item.nextElementSibling ?? item.previousElementSibling;
  await ask("DELETE", toPath(result));
  item.remove();
  say("Deleted.");
  (next?.querySelector("h3") ?? byId("tab-results")).focus();
}
