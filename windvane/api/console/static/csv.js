/** CSV as RFC 4180 has it, read and written. */

/**
 * Read CSV: quoted cells may hold separators, quotes (doubled) and line breaks.
 *
 * @param {string} text
 * @returns {{header: string[], rows: ({cells: string[]} | {error: string})[]}} A row that is broken
 *   says why, and those after it are read all the same.
 */
export function parseCsv(text) {
  const separator = findSeparator(text);
  const records = splitRecords(text, separator);
  const header = records.shift()?.cells.map((cell) => cell.trim()) ?? [];
  const rows = records.map(({ cells, isOpen }) => {
    if (isOpen) return { error: "a quote is opened and never closed" };
    if (cells.length !== header.length) return { error: `${cells.length} columns instead of ${header.length}` };
    return { cells };
  });
  return { header, rows };
}

/** Take the separator that the first line has most of. */
function findSeparator(text) {
  const [line] = text.split(/\r?\n/, 1);
  const count = (separator) => line.split(separator).length;
  return [",", ";", "\t"].reduce((best, one) => (count(one) > count(best) ? one : best));
}

function splitRecords(text, separator) {
  const records = [];
  let cells = [];
  let at = 0;
  while (at < text.length) {
    const cell = text[at] === '"' ? readQuoted(text, at, separator) : readBare(text, at, separator);
    cells.push(cell.value);
    at = cell.end;
    if (text[at] === separator) {
      at += 1;
      if (at < text.length) continue;
      cells.push("");
    }
    if (cells.length > 1 || cells[0].trim()) records.push({ cells, isOpen: cell.isOpen });
    cells = [];
    at += text.startsWith("\r\n", at) ? 2 : 1;
  }
  return records;
}

function readBare(text, start, separator) {
  let end = start;
  while (end < text.length && text[end] !== separator && text[end] !== "\n" && text[end] !== "\r") end += 1;
  return { value: text.slice(start, end), end };
}

function readQuoted(text, start, separator) {
  let at = start + 1;
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote < 0) return skipLine(text, start);
    at = quote + 1;
    if (text[at] === '"') at += 1;
    else break;
  }
  const value = text.slice(start + 1, at - 1).replaceAll('""', '"');
  const rest = readBare(text, at, separator);
  return { value: value + rest.value, end: rest.end };
}

/** Give up a line whose quote is never closed, and not all that follows it. */
function skipLine(text, start) {
  const end = text.slice(start).search(/\r?\n/);
  return { value: "", end: end < 0 ? text.length : start + end, isOpen: true };
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
