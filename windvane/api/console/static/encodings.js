/** The encoding of a file, found as in windvane/rows/text_encodings.py, and its text. */

const SAMPLE_BYTES = 262_144;
const WIDE_SAMPLE_BYTES = 4096;
const MARKS = {
  "utf-32-le": [0xff, 0xfe, 0, 0],
  "utf-32-be": [0, 0, 0xfe, 0xff],
  "utf-16-le": [0xff, 0xfe],
  "utf-16-be": [0xfe, 0xff],
};
const CONTROLS = /[\0-\x08\x0e-\x1a\x1c-\x1f]/g;
const NOT_IN_WIDE = /[\0-\x08\x0e-\x1f\ufffe\uffff]/;
const UTF8_SEQUENCE = /[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}/g;
/** Bytes without a meaning in Windows-1252, and one that no text has. */
const NOT_WINDOWS_1252 = /[\x81\x8d\x8f\x90\x9d\xff]/;
/** What a broken character becomes; no other stands for it, so that its row is known. */
const BROKEN = "\udc80";

/**
 * Decode the bytes of a file; what is broken in them becomes lone surrogates.
 *
 * @returns {{text: string, encoding: string}} The encoding by its name in Python.
 * @throws {Error} It is no text, or in another encoding.
 */
export function decode(bytes, name) {
  const sample = bytes.subarray(0, SAMPLE_BYTES);
  const wide = findMark(bytes) ?? guessWide(bytes);
  if (!wide) refuseBinary(toLatin1(sample), name);
  const isWhole = sample.length === bytes.length;
  const encoding = wide ?? guessNarrow(isWhole ? sample : sample.subarray(0, sample.lastIndexOf(10) + 1), name);
  return { encoding, text: READERS[encoding](bytes) };
}

/** Each byte as the character of that number. */
export const toLatin1 = (bytes) => Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");

const count = (text, pattern) => text.match(pattern)?.length ?? 0;

const findMark = (bytes) => Object.keys(MARKS).find((name) => MARKS[name].every((byte, i) => bytes[i] === byte));

function refuseBinary(sample, name) {
  const controls = count(sample, CONTROLS);
  if (controls < 4 || controls * 20 < sample.length) return;
  throw new Error(`${name} is a binary file, not a text file: save it as CSV or as plain text.`);
}

/** Tell UTF-16 and UTF-32 without a mark: they hold NULs as bytes, and not as characters. */
function guessWide(bytes) {
  const start = bytes.subarray(0, WIDE_SAMPLE_BYTES);
  if (!start.includes(0) || isNarrow(start)) return undefined;
  const fitting = Object.keys(MARKS).filter((encoding) => isText(start, encoding));
  // Chinese may be text in either order of bytes: more of its line breaks are line breaks in the right one.
  return fitting.sort((a, b) => countEnds(READERS[b](start)) - countEnds(READERS[a](start)))[0];
}

/** UTF-8 may hold a few NULs too. */
const isNarrow = (start) => count(toLatin1(start), CONTROLS) * 4 < start.length && readUtf8(start).isWellFormed();

const countEnds = (text) => count(text, /[\r\n]/g);

/** Say whether a sample is text, and most bytes that look like line breaks are some. */
function isText(sample, encoding) {
  const text = READERS[encoding](sample).replace(/[\ud800-\udbff]?\udc80?$/, ""); // may be cut
  const ends = sample.filter((byte) => byte === 10 || byte === 13).length;
  const isWide = ends ? countEnds(text) * 2 >= ends : /[ ,;\t]|^[ -~]+$/.test(text);
  return isWide && text.isWellFormed() && !NOT_IN_WIDE.test(text);
}

/** If most of what is not ASCII is UTF-8, so is the file, and the rest is broken. */
function guessNarrow(sample, name) {
  if (readUtf8(sample).isWellFormed()) return "utf-8";
  const bytes = toLatin1(sample);
  const rest = bytes.replace(UTF8_SEQUENCE, "");
  const broken = count(rest, /[\x80-\xff]/g);
  if (broken < 10 * count(bytes, UTF8_SEQUENCE)) return "utf-8";
  if (broken > count(rest, /[a-z]/gi)) {
    throw new Error(`${name} is neither UTF-8 nor Windows-1252: save it in the encoding UTF-8.`);
  }
  return NOT_WINDOWS_1252.test(rest) ? "utf-8" : "cp1252";
}

const READERS = {
  "utf-8": readUtf8,
  cp1252: (bytes) => new TextDecoder("windows-1252").decode(bytes),
  "utf-16-le": (bytes) => readUtf16(bytes, "utf-16le"),
  "utf-16-be": (bytes) => readUtf16(bytes, "utf-16be"),
  "utf-32-le": (bytes) => readWide(bytes, 4, true),
  "utf-32-be": (bytes) => readWide(bytes, 4, false),
};

/** Decode all at once, or else line by line, to know those that are broken. */
function readUtf8(bytes) {
  const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  try {
    return strict.decode(bytes);
  } catch {
    const lines = [];
    for (let start = 0, end; start < bytes.length; start = end) {
      end = bytes.indexOf(10, start) + 1 || bytes.length;
      lines.push(readLine(bytes.subarray(start, end), strict));
    }
    return lines.join("");
  }
}

function readLine(line, strict) {
  try {
    return strict.decode(line);
  } catch {
    return new TextDecoder("utf-8", { ignoreBOM: true }).decode(line).replaceAll("\ufffd", BROKEN);
  }
}

function readUtf16(bytes, encoding) {
  try {
    return new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return readWide(bytes, 2, encoding === "utf-16le");
  }
}

/** Read code units, broken ones too. */
function readWide(bytes, size, isLittle) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const chars = [];
  let at = 0;
  for (; at + size <= bytes.length; at += size) {
    const code = size === 2 ? view.getUint16(at, isLittle) : view.getUint32(at, isLittle);
    chars.push(code > 0x10ffff ? BROKEN : size === 2 ? String.fromCharCode(code) : String.fromCodePoint(code));
  }
  return chars.join("") + (at < bytes.length ? BROKEN : "");
}
