/** Where many texts come from: the lines of the field, or a column of a file that is chosen or dropped. */

import { build, byId, plural, showAlert } from "./dom.js";
import { readLines, readTextFile, toPlace, toTexts } from "./text-file.js";

const ENCODINGS = { cp1252: "Windows-1252, as it is not UTF-8", "utf-16": "UTF-16", "utf-32": "UTF-32" };
const DELIMITERS = { ";": "semicolons", "\t": "tabs", "|": "vertical bars" };
const NOTHING = "There is nothing to classify yet: paste some lines or choose a file.";
const NO_COLUMN = "Choose the column that holds the texts.";

let file = null;
let latest = null;

export function setUpSource() {
  byId("many-text").addEventListener("input", describe);
  byId("many-column").addEventListener("change", describe);
  byId("many-file").addEventListener("change", (event) => takeFile(event.target.files[0]));
  byId("many-clear").addEventListener("click", forgetFile);
  setUpDrop(byId("many-drop"));
}

/**
 * Read what is to be classified.
 *
 * @returns {{source: object, column: number, rows: object[]} | null} Null where there is nothing: then
 *   the alert says so.
 */
export function readSource() {
  const { source, fault } = findSource();
  const column = source?.columns.length > 1 ? byId("many-column").selectedIndex - 1 : 0;
  if (source?.rows.length && column >= 0) return { source, column, rows: toTexts(source, column) };
  const isOpen = source?.rows.length > 0;
  showAlert(byId("many-alert"), fault ?? (isOpen ? NO_COLUMN : NOTHING));
  byId(isOpen ? "many-column" : file ? "many-clear" : "many-text").focus();
  return null;
}

/** Take the file, or else the lines of the field, of which there may be too many. */
function findSource() {
  try {
    return { source: file ?? readLines(byId("many-text").value) };
  } catch (error) {
    return { fault: error.message };
  }
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
  latest = chosen;
  showAlert(byId("many-alert"));
  byId("many-source").textContent = `Reading ${chosen.name} ...`;
  byId("many-start").disabled = true;
  const read = await readTextFile(chosen).catch(({ message }) => ({ message }));
  if (latest !== chosen) return; // another was chosen in the meantime
  byId("many-start").disabled = false;
  if (read.message) {
    forgetFile();
    showAlert(byId("many-alert"), read.message);
    return;
  }
  file = read;
  showColumns(file);
  byId("many-file-row").hidden = false;
  byId("many-text").disabled = true;
  describe();
}

function showColumns({ columns, column }) {
  const select = byId("many-column");
  const first = build("option", { value: "", disabled: true }, "Choose one");
  select.replaceChildren(first, ...columns.map((name, i) => build("option", { value: i }, name)));
  select.selectedIndex = column + 1;
  byId("many-column-place").hidden = columns.length < 2;
}

function forgetFile() {
  file = latest = null;
  byId("many-file").value = "";
  byId("many-file-row").hidden = true;
  byId("many-text").disabled = false;
  describe();
  byId("many-file").focus();
}

/** Say what would be classified, and how the file was read. */
function describe() {
  const { source, fault } = findSource();
  byId("many-source").textContent = fault ?? (source.rows.length || file ? toSentences(source) : "");
}

function toSentences({ name, rows, encoding, delimiter }) {
  if (!file) return plural(rows.length, "text");
  const bad = rows.filter((row) => row.error);
  const read = ENCODINGS[encoding] ?? ENCODINGS[encoding.slice(0, 6)];
  return [
    `${plural(rows.length - bad.length, "text")} from ${name}.`,
    read && `It was read as ${read}.`,
    DELIMITERS[delimiter] && `Its columns are parted by ${DELIMITERS[delimiter]}.`,
    bad.length && `${plural(bad.length, "row")} cannot be read, the first in ${toPlace(file, bad[0])}: ${bad[0].error}.`,
  ].filter(Boolean).join(" ");
}
