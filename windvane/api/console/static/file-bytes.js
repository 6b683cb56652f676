/** The bytes of a file: bounded, unpacked, and refused where they are no text. */

import { toLatin1 } from "./encodings.js";

export const MAX_BYTES = 30_000_000;
export const ANY_SIZE = "'windvane classify --input' reads files of any size.";
const MAX_TRIES = 100;
const SAMPLE_BYTES = 65_536;
const ZIP = "^PK(?:\\x03\\x04|\\x05\\x06)[^]*";

/** What a file is by its first and last bytes, what to do with it, and whether the command reads it. */
const KINDS = [
  [RegExp(`${ZIP}xl/(?:workbook|worksheets|_rels)`), "an Excel workbook", "save it as CSV", true],
  [RegExp(`${ZIP}opendocument\\.spreadsheet`), "an OpenDocument spreadsheet", "save it as CSV", true],
  [RegExp(`${ZIP}word/document`), "a Word document", "save it as plain text"],
  [RegExp(ZIP), "a ZIP archive", "unpack it, and choose a file from it"],
  [/^\xd0\xcf\x11\xe0\xa1\xb1/, "a file of an old Excel or Word", "save it as CSV or as plain text"],
  [/^PAR1/, "a Parquet file", "save it as CSV", true],
  [/^%PDF-/, "a PDF, not a text", "save what it says as plain text"],
  [/^(?:\x89PNG|\xff\xd8\xff|GIF8|RIFF[^]{4}WEBP|II\*\0|MM\0\*)/, "a picture, not a text", "choose a file of texts"],
  [/^\{\\rtf/, "a rich text document", "save it as plain text"],
  [/^(?:\xef\xbb\xbf)?\s*<(?:!doctype html|html[\s>]|\?xml )/i, "a web page or XML", "save it as CSV"],
  [/^(?:\x1f\x8b|BZh\d|\xfd7zXZ|7z\xbc\xaf|\x28\xb5\x2f\xfd|Rar!)/, "an archive", "unpack it, and choose a file from it"],
];

/**
 * Read what a file holds.
 *
 * @param {File} file
 * @returns {Promise<{name: string, bytes: Uint8Array}>} Without what gzip added, `.gz` too.
 * @throws {Error} It is too large or damaged, or no text; the message is a sentence for the reader.
 */
export async function readBytes(file) {
  const { name } = file;
  if (file.size > MAX_BYTES) throw new Error(`${name} is larger than ${MAX_BYTES / 1e6} MB; ${ANY_SIZE}`);
  let bytes = new Uint8Array(await file.arrayBuffer());
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) bytes = await unpack(bytes, name);
  refuseKinds(bytes, name);
  return { name: name.replace(/\.gz$/i, ""), bytes };
}

/** Unpack gzip of one member or of several, which a browser does not unpack at once. */
async function unpack(bytes, name) {
  const parts = [];
  let room = MAX_BYTES;
  let tries = 0;
  const take = async (start, end) => {
    const taken = (tries += 1) <= MAX_TRIES && (await inflate(bytes.subarray(start, end), room));
    if (!taken) return false;
    tries -= 1;
    room -= taken.size;
    if (room < 0) throw new Error(`${name} is larger than ${MAX_BYTES / 1e6} MB when it is unpacked; ${ANY_SIZE}`);
    parts.push(taken);
    return true;
  };
  if (await take(0, bytes.length)) return toBytes(parts);
  for (let start = 0; start < bytes.length; ) {
    let end = findMember(bytes, start + 1);
    while (!(await take(start, end))) {
      if (end === bytes.length || tries > MAX_TRIES) throw new Error(`${name} is damaged: it is not valid gzip.`);
      end = findMember(bytes, end + 1);
    }
    start = end;
  }
  return toBytes(parts);
}

const toBytes = async (parts) => new Uint8Array(await new Blob(parts).arrayBuffer());

/** Find where another member may begin, or the end. */
function findMember(bytes, start) {
  let at = bytes.indexOf(0x1f, start);
  while (at >= 0 && !(bytes[at + 1] === 0x8b && bytes[at + 2] === 8 && bytes[at + 3] < 32)) at = bytes.indexOf(0x1f, at + 1);
  return at < 0 ? bytes.length : at;
}

/** Unpack one member, and no more than a part beyond what there is room for; null where it is damaged. */
async function inflate(bytes, room) {
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip")).getReader();
  const parts = [];
  try {
    for (let size = 0; size <= room; ) {
      const { done, value } = await reader.read();
      if (done) return new Blob(parts);
      parts.push(value);
      size += value.length;
    }
    await reader.cancel();
    return new Blob(parts);
  } catch {
    return null;
  }
}

function refuseKinds(bytes, name) {
  // A ZIP archive names its files at its end too.
  const seen = toLatin1(bytes.subarray(0, SAMPLE_BYTES)) + toLatin1(bytes.subarray(SAMPLE_BYTES).subarray(-SAMPLE_BYTES));
  const [, kind, advice, isRead] = KINDS.find(([pattern]) => pattern.test(seen)) ?? [];
  const command = isRead ? `, or run 'windvane classify --input ${toArgument(name)}'` : "";
  if (kind) throw new Error(`${name} is ${kind}: ${advice}${command}.`);
}

/** Name a file so that a shell takes it for one word; FILE stands for a name that would need more care. */
function toArgument(name) {
  if (/^\w[\w.-]*$/.test(name)) return name;
  return /^[\w .,()-]+$/.test(name) ? `"./${name}"` : "FILE";
}
