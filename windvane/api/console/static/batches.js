/** Many texts to the server, in requests that keep its limits. */

import { ApiError, ask } from "./api.js";

const MAX_TRIES = 8;
const MAX_WAIT_SECONDS = 30;
const BUSY = new Set([429, 503]);
const REFUSED = new Set([400, 413, 422]);
const TOO_MANY_TOKENS = / tokens in all$/;

/**
 * Cut rows into batches.
 *
 * @param {{text: string}[]} rows
 * @param {{max_batch_texts: number, max_batch_chars: number}} limits Characters are code points.
 */
export function* toBatches(rows, limits) {
  let batch = [];
  let chars = 0;
  for (const row of rows) {
    const length = [...row.text].length;
    if (batch.length && (batch.length === limits.max_batch_texts || chars + length > limits.max_batch_chars)) {
      yield batch;
      batch = [];
      chars = 0;
    }
    batch.push(row);
    chars += length;
  }
  if (batch.length) yield batch;
}

/**
 * Classify rows; each gets its `result` or its `error`.
 *
 * @param {{text: string}[]} rows
 * @param {object} limits
 * @param {{signal: AbortSignal, onBatch: () => void, onWait: (seconds: number) => void, minScore?: number}} options
 * @throws {ApiError} The server cannot go on; rows that have no answer may be sent again.
 */
export async function classifyRows(rows, limits, { onBatch, ...options }) {
  for (const batch of toBatches(rows, limits)) {
    await classifyBatch(batch, options);
    onBatch();
  }
}

/** Only the server can count tokens: a batch with too many is sent again in halves. */
async function classifyBatch(batch, options) {
  try {
    const answer = await sendPatiently(batch.map((row) => row.text), options);
    batch.forEach((row, i) => take(row, answer.results[i]));
  } catch (error) {
    if (!(error instanceof ApiError) || !REFUSED.has(error.status)) throw error;
    if (batch.length > 1 && TOO_MANY_TOKENS.test(error.rule || "")) {
      const half = Math.ceil(batch.length / 2);
      await classifyBatch(batch.slice(0, half), options);
      await classifyBatch(batch.slice(half), options);
      return;
    }
    for (const row of batch) row.error = error.rule || error.message;
  }
}

function take(row, result) {
  if (result.error) row.error = result.error.rule;
  else row.result = result;
}

/** Send, and send again when the server says that it is busy and until when. */
async function sendPatiently(texts, { signal, onWait, minScore }) {
  for (let tried = 1; ; tried += 1) {
    try {
      return (await ask("POST", "v1/classify", { body: { texts, min_score: minScore }, signal })).answer;
    } catch (error) {
      // Without Retry-After a 429 is a quota, which will not be there again soon.
      const seconds = error.retryAfter ?? (error.status === 503 ? 1 : null);
      if (!BUSY.has(error.status) || seconds === null || tried === MAX_TRIES) throw error;
      const wait = Math.min(seconds, MAX_WAIT_SECONDS);
      onWait(wait);
      await pause(wait, signal);
    }
  }
}

function pause(seconds, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, seconds * 1000);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason);
    }, { once: true });
  });
}
