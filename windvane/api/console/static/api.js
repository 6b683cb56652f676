/** Requests to the server that the page is from, with the key where one is needed. */

import { byId } from "./dom.js";

const KEY = "windvane-key";
const KEY_NEEDED = "urn:windvane:problem:key-needed";
const WRONG = "That key was not accepted. Enter another one.";
const NEEDED = "This server answers only those who have a key.";

/** What the server refused, or that it could not be asked (status 0). */
export class ApiError extends Error {
  constructor(status, problem, retryAfter) {
    super(toSentence(status, problem));
    this.status = status;
    this.type = problem?.type ?? "";
    this.rule = problem?.errors?.[0]?.rule ?? "";
    this.retryAfter = retryAfter;
  }
}

function toSentence(status, problem) {
  if (status === 0) return "The server cannot be reached. Check the connection, then try again.";
  if (!problem?.title) return `The server answered with status ${status}.`;
  return [problem.title, problem.detail].filter(Boolean).map((one) => one.replace(/\.?$/, ".")).join(" ");
}

/**
 * Ask the server.
 *
 * @param {string} method
 * @param {string} path Without a slash at the beginning: the page may be served below a prefix.
 * @param {{body?: object, signal?: AbortSignal, isQuiet?: boolean}} options A quiet request does not
 *   ask the reader for a key.
 * @returns {Promise<{answer: any, ms: number, timing: string}>} With what it took in this browser.
 * @throws {ApiError}
 */
export async function ask(method, path, { body, signal, isQuiet = false } = {}) {
  for (;;) {
    const key = getKey();
    const started = performance.now();
    const response = await send(method, path, { body, key, signal });
    const answer = await readJson(response);
    const ms = performance.now() - started;
    if (response.ok) return { answer, ms, timing: response.headers.get("server-timing") ?? "" };
    const seconds = Number.parseInt(response.headers.get("retry-after") ?? "", 10);
    const error = new ApiError(response.status, answer, Number.isNaN(seconds) ? null : seconds);
    if (error.type !== KEY_NEEDED) throw error;
    byId("key").hidden = false;
    if (isQuiet) throw error;
    // Another request may have asked for the key in the meantime.
    if (getKey() === key && !(await openKeyDialog(key ? WRONG : NEEDED))) throw error;
  }
}

async function send(method, path, { body, key, signal }) {
  const headers = { accept: "application/json" };
  if (body) headers["content-type"] = "application/json";
  if (key) headers["x-api-key"] = key;
  try {
    return await fetch(new URL(path, document.baseURI), {
      method, headers, signal, body: body && JSON.stringify(body), cache: "no-store",
    });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new ApiError(0);
  }
}

async function readJson(response) {
  const text = await response.text();
  try {
    return text ? JSON.parse(text) : null;
  } catch {
    return null;
  }
}

let model;

/** Answer what `GET /v1/model` says: labels and limits; asked once. */
export async function getModel(options = {}) {
  model ??= (await ask("GET", "v1/model", options)).answer;
  return model;
}

/** Answer the same where it is known already, or nothing. */
export const peekModel = () => model;

/** Tell whether an error only says that the reader or the page called it off. */
export const isCancelled = (error) => error.name === "AbortError";

function getKey() {
  return sessionStorage.getItem(KEY) ?? "";
}

let openDialog;

/** Let the reader give a key, or forget it; one dialog serves all who wait for it. */
export function openKeyDialog(reason = "") {
  openDialog ??= showDialog(reason).finally(() => (openDialog = undefined));
  return openDialog;
}

/** @returns {Promise<boolean>} Whether there is a key to try. */
function showDialog(reason) {
  const dialog = byId("key-dialog");
  const text = byId("key-text");
  byId("key-reason").textContent = reason || (getKey() ? "There is a key in this tab." : "There is no key in this tab.");
  byId("key-forget").hidden = !getKey();
  text.value = "";
  dialog.returnValue = "";
  dialog.showModal();
  text.focus();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      if (dialog.returnValue === "use") sessionStorage.setItem(KEY, text.value.trim());
      if (dialog.returnValue === "forget") sessionStorage.removeItem(KEY);
      text.value = "";
      resolve(dialog.returnValue === "use");
    }, { once: true });
  });
}

/** Let the dialog's buttons close it, each with its meaning. */
export function setUpKeyDialog() {
  const dialog = byId("key-dialog");
  byId("key").hidden = !getKey();
  byId("key").addEventListener("click", () => openKeyDialog());
  byId("key-cancel").addEventListener("click", () => dialog.close());
  byId("key-forget").addEventListener("click", () => dialog.close("forget"));
  byId("key-form").addEventListener("submit", (event) => {
    event.preventDefault();
    if (byId("key-text").value.trim()) dialog.close("use");
  });
}
