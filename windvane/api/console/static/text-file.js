/** Files to rows: CSV with a header, JSON Lines, or a text a line. */

import { parseCsv } from "./csv.js";
import { isBlank } from "./dom.js";

const MAX_BYTES = 30_000_000;
const LIKELY = /^(text|texts|review|comment|message|tweet|sentence|content|body|feedback)$/i;

/**
 * Read a file that somebody chose.
 *
 * @param {File} file
 * @returns {Promise<{name: string, columns: string[], rows: object[], note: string}>} A row has
 *   `values`, one for each column, or an `error`; where there are no columns it has one value.
 */
export async function readTextFile(file) {
  if (file.size > MAX_BYTES) {
    throw new Error(`${file.name} is larger than ${MAX_BYTES / 1e6} MB; 'windvane classify' reads files of any size.`);
  }
  const { text, note } = decode(new Uint8Array(await file.arrayBuffer()));
  const read = /\.(jsonl|ndjson)$/i.test(file.name) ? readJsonLines
    : /\.(csv|tsv)$/i.test(file.name) ? readCsv : readLines;
  return { name: file.name, note, ...read(text) };
}

/** Take lines as texts; blank ones are left out. */
export function readLines(text) {
  const lines = text.split(/\r\n|\r|\n/).filter((line) => !isBlank(line));
  return { columns: [], rows: lines.map((line) => ({ values: [line] })) };
}

/** Guess the column that holds the texts: by its name, or else the one that holds most. */
export function guessColumn(columns, rows) {
  const named = columns.findIndex((name) => LIKELY.test(name));
  if (named >= 0) return named;
  const sizes = columns.map((_, i) => rows.slice(0, 100).reduce((sum, row) => sum + (row.values?.[i]?.length ?? 0), 0));
  return sizes.indexOf(Math.max(...sizes));
}

function readCsv(text) {
  const { header, rows } = parseCsv(text);
  return { columns: header, rows: rows.map(({ cells, error }) => (error ? { error } : { values: cells })) };
}

function readJsonLines(text) {
  const values = text.split(/\r?\n/).filter((line) => line.trim()).map(parseLine);
  const columns = [...new Set(values.flatMap(({ value }) => (isObject(value) ? Object.keys(value) : [])))];
  const rows = values.map(({ value, error }) => {
    if (error) return { error };
    if (typeof value === "string") return { values: (columns.length ? columns : [""]).map(() => value) };
    if (!isObject(value)) return { error: "neither a text nor an object" };
    return { values: columns.map((name) => value[name]) };
  });
  return { columns, rows };
}

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

function parseLine(line) {
  try {
    return { value: JSON.parse(line) };
  } catch {
    return { error: "not JSON" };
  }
}

/** Decode UTF-8, UTF-16 with a mark, or else what spreadsheets save by default. */
function decode(bytes) {
  const mark = bytes[0] * 256 + bytes[1];
  if (mark === 0xfffe || mark === 0xfeff) {
    return { text: new TextDecoder(mark === 0xfffe ? "utf-16le" : "utf-16be").decode(bytes), note: "" };
  }
  try {
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes), note: "" };
  } catch {
    return { text: new TextDecoder("windows-1252").decode(bytes), note: "It is not UTF-8, so it was read as Windows-1252." };
  }
}
