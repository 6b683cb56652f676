/** Names of columns, as in windvane/rows/: each once, found in spite of spaces and case. */

const FORMS = [(name) => name, (name) => name.trim(), (name) => name.trim().toLowerCase()];

/** Name each cell of a header: a repeated name gets `_2`, or the next number; one without a name its position. */
export function nameColumns(header) {
  const named = new Set();
  for (const [i, cell] of header.entries()) {
    const name = cell.trim() ? cell : `column_${i + 1}`;
    let unique = name;
    const isTaken = () => named.has(unique) || (unique !== cell && header.includes(unique));
    for (let number = 2; isTaken(); number += 1) unique = `${name}_${number}`;
    named.add(unique);
  }
  return [...named];
}

/** Find the places of the columns that a name stands for: one, unless names repeat or none fits. */
export function findColumns(name, columns) {
  for (const form of FORMS) {
    const found = columns.flatMap((column, i) => (form(column) === form(name) ? [i] : []));
    if (found.length) return found;
  }
  return [];
}

/** Name the columns of the answer so that none of the file's is overwritten: with `predicted_` before it. */
export function nameResults(results, columns) {
  return results.map((result) => {
    let name = result;
    while (columns.includes(name)) name = `predicted_${name}`;
    return name;
  });
}
