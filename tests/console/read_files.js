/** Read files as the page does; in Node and in a browser. */
async ({ folder, files }) => {
  const { readTextFile, toTexts, getCell } = await import(`${folder}text-file.js`);

  async function read({ file, base64, size }) {
    const bytes = size ? new Uint8Array(size) : Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
    const source = await readTextFile(new File([bytes], file));
    const rows = toTexts(source, source.column);
    const toColumns = (row) => Object.fromEntries(source.columns
      .map((name, i) => (i === source.column ? ["text", row.text] : [name, getCell(row, source.columns, i)]))
      .filter(([, cell]) => cell !== undefined));
    return {
      rows: rows.filter((row) => !row.error).map(toColumns),
      rejects: rows.filter((row) => row.error).map(({ line, error }) => ({ line, reason: error })),
      encoding: source.encoding,
      delimiter: source.delimiter,
    };
  }

  return Promise.all(files.map((one) => read(one).catch((error) => ({ error: error.message }))));
}
