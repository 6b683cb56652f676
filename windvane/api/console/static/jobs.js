/** Bulk jobs: started, watched while they run, stopped, run again. */

import { ask } from "./api.js";
import { byId, say, showAlert } from "./dom.js";
import { fillJob, newJob } from "./job-card.js";

const PAGE_JOBS = 10;
const POLL_MS = 4000;
const NO_JOBS = "There are no jobs yet.";
const cards = new Map(); // by id, newest first
let cursor = null;
let timer;

export function setUpJobs() {
  byId("jobs-form").addEventListener("submit", (event) => {
    event.preventDefault();
    attempt(start);
  });
  byId("jobs-more").addEventListener("click", () => attempt(loadMore));
  byId("tab-jobs").addEventListener("click", () => attempt(load));
  return attempt(load);
}

async function attempt(work) {
  const alert = byId("jobs-alert");
  showAlert(alert);
  try {
    await work();
  } catch (error) {
    showAlert(alert, error.message);
  }
}

const toPath = (id) => `v1/jobs/${encodeURIComponent(id)}`;

/** Send the fields that are filled in; one job a click. */
async function start() {
  const form = byId("jobs-form");
  const body = Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, value.trim()]).filter(([, value]) => value));
  body.join = form.elements.join.checked;
  if (body.min_score) body.min_score = +body.min_score;
  byId("jobs-start").disabled = true;
  try {
    const { answer } = await ask("POST", "v1/jobs", { body });
    if (!cards.size) byId("jobs-list").replaceChildren();
    show(answer, true);
    say("The job has started.");
    cards.get(answer.job_id).querySelector("h3").focus();
    watch();
  } finally {
    byId("jobs-start").disabled = false;
  }
}

async function load() {
  clearTimeout(timer);
  cursor = null;
  cards.clear();
  byId("jobs-list").replaceChildren();
  await loadPage();
  if (!cards.size) byId("jobs-list").textContent = NO_JOBS;
}

async function loadMore() {
  const [first] = await loadPage();
  cards.get(first?.job_id)?.querySelector("h3").focus();
}

/** Show a page; what a listing does not say of a job is asked for, side by side. */
async function loadPage() {
  const query = new URLSearchParams({ limit: PAGE_JOBS });
  if (cursor) query.set("cursor", cursor);
  const { answer } = await ask("GET", `v1/jobs?${query}`);
  cursor = answer.cursor ?? null;
  byId("jobs-more").hidden = !cursor;
  answer.jobs.forEach((job) => show(job));
  await Promise.all(answer.jobs.map((job) => refresh(job.job_id)));
  watch();
  return answer.jobs;
}

function show(job, isNewest = false) {
  let card = cards.get(job.job_id);
  if (!card) {
    card = newJob();
    cards.set(job.job_id, card);
    byId("jobs-list")[isNewest ? "prepend" : "append"](card);
  }
  const before = card.dataset.status;
  fillJob(card, job, { stop: () => act("DELETE", toPath(job.job_id)), redrive: () => act("POST", `${toPath(job.job_id)}/redrive`) });
  if (before && before !== job.status) say(`${card.querySelector("h3").textContent}: ${job.status}.`);
}

const refresh = async (id) => show((await ask("GET", toPath(id))).answer);

async function act(method, path) {
  await attempt(async () => {
    const { answer } = await ask(method, path);
    show(answer);
    cards.get(answer.job_id).querySelector("h3").focus();
    watch();
  });
}

/** Look again at jobs that run, as long as somebody may be looking. */
function watch() {
  clearTimeout(timer);
  const running = [...cards].filter(([, card]) => card.dataset.status === "running");
  if (!running.length) return;
  timer = setTimeout(async () => {
    const isSeen = !byId("jobs").hidden && !document.hidden;
    if (isSeen) await Promise.all(running.map(([id]) => refresh(id))).catch((error) => showAlert(byId("jobs-alert"), error.message));
    watch();
  }, POLL_MS);
}
