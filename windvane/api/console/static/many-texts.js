/** Many texts: from lines or a file, through the server, to counts, a histogram and a table. */

import { getModel, isCancelled } from "./api.js";
import { classifyRows } from "./batches.js";
import { buildCounts, buildHistogram } from "./charts.js";
import { toCsv } from "./csv.js";
import { build, byId, plural, say, showAlert } from "./dom.js";
import { guessColumn, readLines, readTextFile } from "./text-file.js";
import { TextTable } from "./text-table.js";

let file = null;
let rows = [];
let labels = [];
let table;
let running = null;
let frame;

export function setUpManyTexts() {
  table = new TextTable(byId("many-table"));
  byId("many-form").addEventListener("submit", (event) => {
    event.preventDefault();
    start();
  });
  byId("many-text").addEventListener("input", describeSource);
  byId("many-column").addEventListener("change", describeSource);
  byId("many-file").addEventListener("change", (event) => takeFile(event.target.files[0]));
  byId("many-clear").addEventListener("click", forgetFile);
  byId("many-cancel").addEventListener("click", () => running?.abort());
  byId("many-download").addEventListener("click", download);
  setUpDrop(byId("many-drop"));
}

function setUpDrop(place) {
  const mark = (isOver) => place.classList.toggle("over", isOver);
  place.addEventListener("dragover", (event) => {
    event.preventDefault();
    mark(true);
  });
  place.addEventListener("dragleave", () => mark(false));
  place.addEventListener("drop", (event) => {
    event.preventDefault();
    mark(false);
    takeFile(event.dataTransfer.files[0]);
  });
}

async function takeFile(chosen) {
  if (!chosen) return;
  showAlert(byId("many-alert"));
  try {
    file = await readTextFile(chosen);
  } catch (error) {
    showAlert(byId("many-alert"), error.message);
    return;
  }
  const select = byId("many-column");
  select.replaceChildren(...file.columns.map((name, i) => build("option", { value: i }, name || `column ${i + 1}`)));
  if (file.columns.length) select.value = guessColumn(file.columns, file.rows);
  byId("many-column-row").hidden = false;
  select.hidden = select.previousElementSibling.hidden = !file.columns.length;
  byId("many-text").disabled = true;
  describeSource();
}

function forgetFile() {
  file = null;
  byId("many-file").value = "";
  byId("many-column-row").hidden = true;
  byId("many-text").disabled = false;
  describeSource();
  byId("many-file").focus();
}

/** Say what would be classified. */
function describeSource() {
  const source = file ?? readLines(byId("many-text").value);
  const parts = [plural(source.rows.length, "text"), file && `from ${file.name}.`, file?.note];
  byId("many-source").textContent = source.rows.length || file ? parts.filter(Boolean).join(" ") : "";
}

function readRows() {
  const source = file ?? readLines(byId("many-text").value);
  const column = source.columns.length ? Number(byId("many-column").value) : 0;
  return source.rows.map(({ values, error }, i) => {
    const text = values?.[column];
    const isText = typeof text === "string";
    return { number: i + 1, text: isText ? text : "", error: error ?? (isText ? undefined : "not a text") };
  });
}

async function start() {
  if (running) return;
  showAlert(byId("many-alert"));
  const found = readRows();
  if (!found.length) {
    showAlert(byId("many-alert"), "There is nothing to classify yet: paste some lines or choose a file.");
    byId("many-text").focus();
    return;
  }
  rows = found;
  await run();
}

/** Classify what has no answer yet. */
async function run() {
  running = new AbortController();
  showRunning(true);
  try {
    const model = await getModel({ signal: running.signal });
    labels = model.labels;
    await classifyRows(listOpen(), model.limits, {
      signal: running.signal,
      onBatch: showSoon,
      onWait: (seconds) => (byId("many-state").textContent = `The server is busy; going on in ${plural(seconds, "second")}.`),
    });
    say(`Done: ${toSummary()}`);
  } catch (error) {
    offerRest(isCancelled(error) ? "Cancelled." : error.message);
  } finally {
    running = null;
    showAnswers();
    showRunning(false);
  }
}

const listOpen = () => rows.filter((row) => !row.result && !row.error);

function offerRest(reason) {
  const alert = byId("many-alert");
  showAlert(alert, `${reason} ${plural(listOpen().length, "text")} of ${rows.length.toLocaleString("en")} are left. `);
  alert.append(build("button", {
    type: "button",
    onclick: () => {
      showAlert(alert);
      run();
    },
  }, "Go on with them"));
}

function showRunning(isRunning) {
  byId("many-start").disabled = isRunning;
  byId("many-cancel").hidden = !isRunning;
  byId("many-progress").hidden = !isRunning;
  if (isRunning) {
    showProgress();
    byId("many-cancel").focus();
  } else if (!byId("many-answer").hidden) {
    byId("many-heading").focus();
  }
}

function showProgress() {
  const done = rows.length - listOpen().length;
  Object.assign(byId("many-bar"), { max: rows.length, value: done });
  byId("many-state").textContent = `${done.toLocaleString("en")} of ${plural(rows.length, "text")}`;
}

/** Show what has come, no more often than the screen does. */
function showSoon() {
  frame ??= requestAnimationFrame(showAnswers);
}

function showAnswers() {
  cancelAnimationFrame(frame);
  frame = undefined;
  const results = rows.map((row) => row.result).filter(Boolean);
  const hasAny = results.length > 0 || rows.some((row) => row.error && labels.length);
  byId("many-answer").hidden = !hasAny;
  showProgress();
  if (!hasAny) return;
  byId("many-heading").textContent = toSummary();
  const [countsTitle, histogramTitle] = ["many-counts", "many-histogram"].map((id) => byId(id).firstElementChild);
  byId("many-counts").replaceChildren(countsTitle, buildCounts(results, labels));
  byId("many-histogram").replaceChildren(histogramTitle, ...buildHistogram(results, labels));
  table.fill(rows, labels);
}

function toSummary() {
  const refused = rows.filter((row) => row.error).length;
  const answered = rows.filter((row) => row.result).length;
  return `${plural(answered, "text")} answered${refused ? `, ${refused.toLocaleString("en")} refused` : ""}`;
}

/** Save the answers; the byte order mark tells spreadsheets that it is UTF-8. */
function download() {
  const head = ["row", "text", "label", "score", ...labels.map((label) => `score_${label}`), "result_id", "error"];
  const body = rows.map(({ number, text, result, error }) => [
    number, text, result?.label, result?.score, ...labels.map((label) => result?.scores[label]), result?.result_id, error,
  ]);
  const url = URL.createObjectURL(new Blob(["\ufeff", toCsv([head, ...body])], { type: "text/csv" }));
  const name = (file?.name ?? "texts").replace(/\.\w+$/, "");
  build("a", { href: url, download: `${name}-windvane.csv` }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
