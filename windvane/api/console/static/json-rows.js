/** JSON Lines and JSON arrays: each element is an object, or the text itself. */

import { findRowFault } from "./text-rules.js";

/** Say whether a text begins with a line that is an object, or as an array of objects or texts. */
export function beginsAsJson(text) {
  const start = text.replace(/^[\ufeff\s]+/, "");
  if (/^\[\s*[{"]/.test(start)) return true;
  return start.startsWith("{") && !parse(/^.*/.exec(start)[0]).error;
}

/** Read the `values` of rows by their names, or why there are none. */
export function* readJsonLines(lines) {
  for (const { line, text } of lines) {
    const fault = findRowFault(text);
    if (fault) yield { line, error: fault };
    else if (text.trim()) yield toRow(line, parse(text));
  }
}

/** Read rows whose `line` is the number of the element; null where the text is no array. */
export function readJsonArray(text) {
  const { value: elements } = parse(text.replace(/^\ufeff+/, ""));
  return Array.isArray(elements) ? elements.map((value, i) => toRow(i + 1, { value })) : null;
}

function toRow(line, { value, error }) {
  if (error) return { line, error };
  if (!isUnicode(value)) return { line, error: "the row is not valid Unicode (a lone surrogate)" };
  if (typeof value === "string") return { line, values: { text: value } };
  const isObject = typeof value === "object" && value && !Array.isArray(value) && !JSON.isRawJSON?.(value);
  return isObject ? { line, values: value } : { line, error: "neither a text nor an object" };
}

/** A lone surrogate is written as an escape. */
const isUnicode = (value) => !/(?<!\\)(?:\\\\)*\\ud[89a-f]/.test(JSON.stringify(value));

/** Parse; a number that JavaScript would change, such as a long id, stays as it is written. */
function parse(text) {
  const keep = (_, value, context) =>
    typeof value === "number" && JSON.rawJSON && context?.source && String(value) !== context.source
      ? JSON.rawJSON(context.source) : value;
  try {
    return { value: JSON.parse(text, keep) };
  } catch (error) {
    return { error: error instanceof RangeError ? "the JSON is nested too deeply" : "malformed JSON" };
  }
}
