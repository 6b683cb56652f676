/** Many texts: from lines or a file, through the server, to counts, a histogram and a table. */

import { writeAnswers } from "./answers-csv.js";
import { getModel, isCancelled } from "./api.js";
import { classifyRows } from "./batches.js";
import { buildCounts, buildHistogram } from "./charts.js";
import { build, byId, commas, plural, say, showAlert } from "./dom.js";
import { readSource, setUpSource } from "./many-source.js";
import { TextTable } from "./text-table.js";

let source;
let column;
let rows = [];
let labels = [];
let minScore;
let table;
let running = null;
let frame;

export function setUpManyTexts() {
  table = new TextTable(byId("many-table"));
  setUpSource();
  byId("many-form").addEventListener("submit", (event) => {
    event.preventDefault();
    start();
  });
  byId("many-cancel").addEventListener("click", () => running?.abort());
  byId("many-download").addEventListener("click", download);
}

async function start() {
  if (running) return;
  showAlert(byId("many-alert"));
  const field = byId("many-score");
  const found = field.reportValidity() && readSource();
  if (!found) return;
  minScore = field.value ? +field.value : undefined;
  ({ source, column, rows } = found);
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
      minScore,
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
  showAlert(alert, `${reason} ${plural(listOpen().length, "text")} of ${commas(rows.length)} are left. `);
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
  byId("many-state").textContent = `${commas(done)} of ${plural(rows.length, "text")}`;
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
  table.fill({ source, column, rows, labels });
}

function toSummary() {
  const refused = rows.filter((row) => row.error).length;
  const answered = rows.filter((row) => row.result).length;
  return `${plural(answered, "text")} answered${refused ? `, ${commas(refused)} refused` : ""}`;
}

/** Save the answers; the byte order mark tells spreadsheets that it is UTF-8. */
function download() {
  const url = URL.createObjectURL(new Blob(["\ufeff", writeAnswers(source, rows, labels)], { type: "text/csv" }));
  const name = (source.encoding ? source.name : "texts").replace(/\.\w+$/, "");
  build("a", { href: url, download: `${name}-windvane.csv` }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
