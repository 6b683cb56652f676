/** JSON Lines and JSON arrays: each element is an object, or the text itself. */

import { findRowFault } from "./text-rules.js";

/** Say whether the first line is an object in JSON. */
export function beginsAsJson(text) {
  const [line] = /^\{[^\n]*/.exec(text.replace(/^\ufeff+/, "")) ?? [];
  return line !== undefined && parse(line) !== undefined;
}

/** Read the `values` of rows by their names, or why there are none. */
export function* readJsonLines(lines) {
  for (const { line, text } of lines) {
    if (!text.trim()) continue;
    const value = parse(text);
    const error = findRowFault(text) ?? (value === undefined ? "malformed JSON" : undefined);
    yield error ? { line, error } : toRow(line, value);
  }
}

/** Read rows whose `line` is the number of the element; null where the text is no array. */
export function readJsonArray(text) {
  const elements = parse(text.replace(/^\ufeff+/, ""));
  return Array.isArray(elements) ? elements.map((element, i) => toRow(i + 1, element)) : null;
}

function toRow(line, value) {
  if (typeof value === "string") return { line, values: { text: value } };
  const isObject = typeof value === "object" && value && !Array.isArray(value) && !JSON.isRawJSON?.(value);
  return isObject ? { line, values: value } : { line, error: "neither a text nor an object" };
}

/** Parse; a number that JavaScript would change, such as a long id, stays as it is written. */
function parse(text) {
  const keep = (_, value, context) =>
    typeof value === "number" && JSON.rawJSON && context?.source && String(value) !== context.source
      ? JSON.rawJSON(context.source) : value;
  try {
    return JSON.parse(text, keep);
  } catch {
    return undefined;
  }
}
