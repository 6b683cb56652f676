/** What a row and its text have to be, as in windvane/rows/: the rule that is broken, or nothing. */

import { isBlank } from "./dom.js";

const MAX_CHARS = 1_000_000;

/** Check the whole of a row, as it is in the file. */
export function findRowFault(row) {
  if (!row.isWellFormed()) return "the row is not valid UTF-8";
  return /(?:[^\0]\0){3}/.test(row) ? "every other character is NUL: the row seems to be UTF-16" : undefined;
}

/** Check the text of a row. */
export function findTextFault(text) {
  if (typeof text !== "string") return text === undefined ? "there is no text in this column" : "not a string";
  if (text.length > MAX_CHARS && [...text].length > MAX_CHARS) return `at most ${MAX_CHARS} characters`;
  if (isBlank(text)) return "not blank";
  return text.isWellFormed() ? undefined : "valid Unicode, without lone surrogates";
}
