/** Answers as CSV: the columns of the file, then those of `windvane classify`, then what only the page has. */

import { nameResults } from "./columns.js";
import { toCsv } from "./csv.js";
import { getCell, toPlace } from "./text-file.js";

/**
 * Write every row, those that were refused too.
 *
 * @param {{columns: string[], isArray?: boolean}} source
 * @param {object[]} rows With their `result` or `error`.
 * @param {string[]} labels
 */
export function writeAnswers(source, rows, labels) {
  const { columns } = source;
  const results = [...toResults(labels), ...toExtras(source, rows)];
  const head = [...columns, ...nameResults(results.map(([name]) => name), columns)];
  const body = rows.map((row) => [
    ...columns.map((_, i) => toCell(getCell(row, columns, i))), ...results.map(([, get]) => get(row)),
  ]);
  return toCsv([head, ...body]);
}

const toResults = (labels) => [
  ["label", ({ result }) => result?.label],
  ["score", ({ result }) => result?.score],
  ...labels.map((label) => [`score_${label}`, ({ result }) => result?.scores[label]]),
  ["language", ({ result }) => result?.language],
  ["tokens", ({ result }) => result?.tokens],
  ["windows", ({ result }) => result?.windows],
];

/** Only where some row has one: the id of a recorded result, and why a row has none. */
const toExtras = (source, rows) => [
  ["result_id", ({ result }) => result?.result_id],
  ["error", (row) => row.error && `${toPlace(source, row)}: ${row.error}`],
].filter(([, get]) => rows.some(get));

/** JSON's texts stay as they are; whatever else it holds is written as JSON. */
export const toCell = (value) => (typeof value === "string" || value == null ? value : JSON.stringify(value));
