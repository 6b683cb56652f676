/** Files to rows, by the rules of windvane/rows/: CSV with a header, JSON, or a text a line. */

import { findColumns, nameColumns } from "./columns.js";
import { MAX_COLUMNS, parseCsv } from "./csv.js";
import { commas, isBlank } from "./dom.js";
import { decode } from "./encodings.js";
import { ANY_SIZE, MAX_BYTES, readBytes } from "./file-bytes.js";
import { beginsAsJson, readJsonArray, readJsonLines } from "./json-rows.js";
import { findRowFault, findTextFault } from "./text-rules.js";

const MAX_ROWS = 200_000;
const TEXT = "text";
const LIKELY = /^(texts|review|comment|message|tweet|sentence|content|body|feedback)$/i;

/**
 * @typedef {object} Source
 * @property {string} name
 * @property {string[]} columns Their names, each once.
 * @property {number} column The one that holds the texts; -1 where the reader has to choose it.
 * @property {{line: number, values?: string[] | object, error?: string}[]} rows Values are in the order of
 *   the columns, or by their names; `line` is the place in the file, of a JSON array the number of the element.
 * @property {string} [encoding] Of a file, by its name in Python.
 * @property {string} [delimiter] Of CSV.
 */

/**
 * Read a file that somebody chose.
 *
 * @param {File} file
 * @returns {Promise<Source>}
 * @throws {Error} Its message is a sentence for the reader.
 */
export async function readTextFile(file) {
  const { name, bytes } = await readBytes(file);
  const { text, encoding } = decode(bytes, name);
  const format = findFormat(text, name);
  const source = { name, encoding, ...FORMATS[format](text, name) };
  if (format !== "csv" && !source.rows.length) throw new Error(`${name} is empty: it holds no text.`);
  return source;
}

const FORMATS = {
  json: readJson,
  csv: (text, name) => readCsv(endByFeeds(text, /"[^"]*"/g), name),
  text: (text, name) => readLines(endByFeeds(text), name),
};

/** Find the format by the name, except where the content is plainly another. */
function findFormat(text, name) {
  if (/\.(json|jsonl|ndjson)$/i.test(name)) return "json";
  if (/^[^.]*$|\.txt$/i.test(name)) return "text";
  if (beginsAsJson(text)) return "json";
  return /\.(csv|tsv|tab|xls|xlsx|xlsb|ods|parquet)$/i.test(name) ? "csv" : "text";
}

/** On old Macs lines ended by carriage returns alone; what is quoted does not count. */
function endByFeeds(text, quoted = "") {
  const start = text.slice(0, 262_144).replace(quoted, "");
  return start.includes("\r") && !start.includes("\n") ? text.replaceAll("\r", "\n") : text;
}

/**
 * Take lines as texts; blank ones are left out.
 *
 * @returns {Source}
 * @throws {Error} There are too many.
 */
export function readLines(text, name = "The text") {
  if (text.length > MAX_BYTES) throw new Error(`${name} has more than ${MAX_BYTES / 1e6} million characters; ${ANY_SIZE}`);
  return { name, columns: [TEXT], column: 0, rows: collect(toTextRows(text), name) };
}

function* toTextRows(text) {
  for (const { line, text: one } of splitLines(text)) {
    if (!isBlank(one)) yield { line, values: [one], error: findRowFault(one) };
  }
}

/** Cut at line ends; a byte order mark begins a file that was appended to another. */
function* splitLines(text) {
  for (let line = 1, start = 0; start < text.length; line += 1) {
    const end = text.indexOf("\n", start);
    const next = end < 0 ? text.length : end + 1;
    yield { line, text: text.slice(start, next).replace(/^\ufeff+|\r?\n$/g, "") };
    start = next;
  }
}

function readJson(text, name) {
  const array = /^[\ufeff\s]*\[/.test(text) ? readJsonArray(text) : undefined;
  if (array === null) throw new Error(`${name} is not a valid JSON array; it may be cut off.`);
  const rows = collect(array ?? readJsonLines(splitLines(endByFeeds(text))), name);
  const columns = new Set();
  for (const { values } of rows) {
    for (const key of Object.keys(values ?? {})) columns.add(key);
    if (columns.size > MAX_COLUMNS) throw new Error(`${name} has more than ${MAX_COLUMNS} columns.`);
  }
  return { isArray: Boolean(array), columns: [...columns], rows, column: chooseColumn([...columns], name) };
}

function readCsv(text, name) {
  if (!text) throw new Error(`${name} is empty: a CSV file begins with the names of its columns.`);
  const usual = /\.(tsv|tab)$/i.test(name) ? "\t" : ",";
  const { header, error, delimiter, rows } = parseCsv(text, { wanted: TEXT, usual });
  if (error) throw new Error(`The header of ${name} cannot be read: ${error}.`);
  return { delimiter, columns: nameColumns(header), rows: collect(rows, name), column: chooseColumn(header, name) };
}

function collect(rows, name) {
  const all = [];
  for (const row of rows) {
    if (all.length === MAX_ROWS) throw new Error(`${name} has more than ${commas(MAX_ROWS)} rows; ${ANY_SIZE}`);
    all.push(row);
  }
  return all;
}

/** Choose "text", or the only column, or the only one of a likely name; else the reader has to. */
function chooseColumn(columns, name) {
  const named = findColumns(TEXT, columns);
  if (named.length > 1) throw new Error(`The header of ${name} names the column "${TEXT}" twice.`);
  if (named.length || columns.length === 1) return named[0] ?? 0;
  const likely = columns.flatMap((column, i) => (LIKELY.test(column.trim()) ? [i] : []));
  return likely.length === 1 ? likely[0] : -1;
}

/** Read a row's value of a column. */
export function getCell({ values }, columns, column) {
  if (Array.isArray(values)) return values[column];
  return values && Object.hasOwn(values, columns[column]) ? values[columns[column]] : undefined;
}

/** Take the texts from a column: rows to be classified, and those that cannot be, with the reason. */
export function toTexts({ rows, columns }, column) {
  return rows.map((row) => {
    const text = row.error ? undefined : getCell(row, columns, column) ?? findAlike(row.values, columns[column]);
    return { ...row, text: typeof text === "string" ? text : "", error: row.error ?? findTextFault(text) };
  });
}

/** Each object of JSON may write its names in its own way. */
function findAlike(values, name) {
  const keys = Object.keys(values);
  return values[keys[findColumns(name, keys)[0]]];
}

/** Name the place of a row in its file. */
export const toPlace = ({ isArray }, { line }) => `${isArray ? "element" : "line"} ${line}`;
