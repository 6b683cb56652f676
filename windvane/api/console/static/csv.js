/** CSV as RFC 4180 has it, read and written. */

import { findColumns } from "./columns.js";
import { findRowFault } from "./text-rules.js";

export const MAX_COLUMNS = 1000;
const TOO_WIDE = `the row has over ${MAX_COLUMNS} fields`;
const MAX_HEADER = 262_144;

/**
 * Read CSV: quoted cells may hold delimiters, quotes (doubled) and line breaks.
 *
 * @param {string} text
 * @param {{wanted?: string, usual?: string}} options The column that is looked for, and the delimiter where
 *   nothing tells it.
 * @returns {{header: string[], error?: string, delimiter: string, rows: Iterable<object>}} The error says
 *   why the header cannot be read. A row has the `line` that it begins at, and its `values` or an `error`;
 *   those after a broken row are read all the same.
 */
export function parseCsv(text, { wanted = "text", usual = "," } = {}) {
  const [line, named] = /^\ufeff*"?sep=([^\r\n"])"?\r?\n/i.exec(text) ?? [""];
  const content = text.slice(line.length);
  const delimiter = named ?? findDelimiter(content, wanted, usual);
  const records = readRecords(content, delimiter, line ? 2 : 1);
  let first;
  do first = records.next().value;
  while (first && !first.error && isEmpty(first.values));
  const error = first ? first.error : "it has no line";
  const header = first?.values ?? [];
  return { header, error, delimiter, rows: readRows(records, header) };
}

const isEmpty = (values) => !values.join("").trim();

function* readRows(records, header) {
  const width = header.length;
  const least = header.findLastIndex((name) => name.trim()) + 1 || width;
  for (const { line, values, error, isMarked } of records) {
    if (error) yield { line, error };
    else if (width > 1 && values.length !== width && !values.join("").trim()) continue;
    else if (isMarked && values.join("\0") === header.join("\0")) continue; // files one after the other
    else if (values.length < least || values.slice(width).some(Boolean)) {
      const hint = values.length > width ? "; quote a field that holds the delimiter" : "";
      yield { line, error: `the row has ${values.length} fields, the header ${width}${hint}` };
    } else yield { line, values: header.map((_, i) => values[i] ?? "") };
  }
}

/** Take the delimiter by which the header has the column that is wanted, or else the most columns. */
function findDelimiter(text, wanted, usual) {
  const start = text.slice(0, MAX_HEADER).replace(/^[\s,;|]*\n/, "").replace(/^\ufeff+/, "");
  const rank = (delimiter) => {
    const { values } = readRecord(start, 0, delimiter);
    return values.length + (findColumns(wanted, values).length && MAX_HEADER);
  };
  const ranks = new Map([usual, ",", ";", "\t", "|"].map((delimiter) => [delimiter, rank(delimiter)]));
  return [...ranks.keys()].reduce((best, one) => (ranks.get(one) > ranks.get(best) ? one : best));
}

function* readRecords(text, delimiter, firstLine) {
  let line = firstLine;
  for (let start = 0; start < text.length; ) {
    const isMarked = text[start] === "\ufeff";
    while (text[start] === "\ufeff") start += 1;
    const { values, error, end } = readRecord(text, start, delimiter);
    const record = text.slice(start, end);
    yield { line, values, isMarked, error: error ?? findRowFault(record) };
    line += record.split("\n").length;
    start = text.indexOf("\n", end) + 1 || text.length;
  }
}

function readRecord(text, start, delimiter) {
  const values = [];
  for (let at = start; ; ) {
    const cell = text[at] === '"' ? readQuoted(text, at, delimiter) : readBare(text, at, delimiter);
    const { value, end, error = values.length === MAX_COLUMNS ? TOO_WIDE : undefined } = cell;
    if (error) return { error, values, end: findEnd(text, start) };
    values.push(value);
    if (text[end] !== delimiter) return { values, end };
    at = end + 1;
  }
}

/** Find the end of a cell without quotes, or without a delimiter that of the line. */
function findEnd(text, start, delimiter) {
  let end = start;
  while (end < text.length && text[end] !== delimiter && text[end] !== "\n") end += 1;
  return text[end] === delimiter || text[end - 1] !== "\r" ? end : Math.max(start, end - 1);
}

function readBare(text, start, delimiter) {
  const end = findEnd(text, start, delimiter);
  const value = text.slice(start, end);
  return value.includes("\r") ? { error: "malformed CSV: there is a carriage return outside quotes" } : { value, end };
}

function readQuoted(text, start, delimiter) {
  for (let at = start + 1; ; at += 2) {
    at = text.indexOf('"', at);
    if (at < 0) return { error: "malformed CSV: a quote is opened and never closed" };
    if (text[at + 1] === '"') continue;
    const end = at + 1;
    if (findEnd(text, end, delimiter) > end) return { error: "malformed CSV: text follows a closing quote" };
    return { value: text.slice(start + 1, at).replaceAll('""', '"'), end };
  }
}

/** What a spreadsheet would run as a formula, as in windvane/rows/formula_guard.py: at the start of a cell, or after a delimiter. */
const FORMULA = /^(?=[\t\r\n]| *"*[=+\-@＝＋－＠]|sep=)|(?<=[,;|\t\r\n])(?="*[=+\-@＝＋－＠])/gi;
const NUMBER = /^[+-]?(\d+([.,]\d*)?|[.,]\d+)(e[+-]?\d+)?%?$/i;

/** Write rows of texts and numbers; whatever looks like a formula gets an apostrophe before it. */
export function toCsv(rows) {
  const lines = rows.map((row) => row.map(toCell).join(","));
  return `${lines.join("\r\n")}\r\n`;
}

function toCell(value) {
  if (value == null) return "";
  if (typeof value === "number") return String(value);
  const safe = NUMBER.test(value) ? value : value.replace(FORMULA, "'");
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
