/** One bulk job: its state, its progress, where its results are. */

import { build, commas, plural } from "./dom.js";

const TONES = { running: "even", succeeded: "plus", failed: "minus", stopped: "tone1" };
const CONSOLE = "https://console.aws.amazon.com/s3/buckets/";

export const newJob = () => build("article", { class: "card result" });

/** Fill the card of a job with what is known of it; what has the focus keeps it. */
export function fillJob(card, job, { stop, redrive }) {
  const id = `job-${job.job_id}`;
  const name = job.name || job.job_id;
  const focused = card.contains(document.activeElement) ? document.activeElement.dataset.part : undefined;
  const action = (word, listener) => build("button", { type: "button", "data-part": "action", "aria-label": `${word}: ${name}`, onclick: listener }, word);
  card.dataset.status = job.status;
  card.replaceChildren(
    build("div", { class: "row between" },
      build("h3", { id, tabindex: -1, "data-part": "heading" }, name),
      build("span", { class: `chip ${TONES[job.status] ?? "even"}` }, job.status)),
    ...showProgress(job, id),
    ...showEnd(job),
    ...showPlaces(job),
    build("div", { class: "row" },
      job.status === "running" ? action("Stop", stop) : "",
      job.status === "failed" || job.status === "stopped" ? action("Run again what failed", redrive) : ""),
    build("p", { class: "quiet small id" }, `${new Date(job.started_at).toLocaleString()}, ${job.job_id}`));
  card.querySelector(`[data-part="${focused}"]`)?.focus();
}

function showProgress({ status, parts }, id) {
  if (!parts) return status === "running" ? [build("p", { class: "quiet" }, "The job is being planned.")] : [];
  const { total, done, failed } = parts;
  const bar = status === "running" ? [build("progress", { "aria-labelledby": id, max: total || 1, value: done })] : [];
  const ending = failed ? `, ${commas(failed)} not done` : "";
  return [...bar, build("p", { class: "small" }, `${commas(done)} of ${plural(total, "part")} done${ending}`)];
}

function showEnd({ counts, failure }) {
  if (failure) return [build("p", { class: "refused" }, failure.reason)];
  if (!counts) return [];
  const named = { ...counts.labels, "without a label": counts.unlabelled };
  const labels = Object.entries(named).filter(([, count]) => count).map(([label, count]) => `${commas(count)} ${label}`);
  return [build("p", {}, [`${plural(counts.answered, "row")} answered`, `${commas(counts.rejected)} rejected`, ...labels].join(", "))];
}

/** Name input and results; AWS's own page shows the results to those who may read them. */
function showPlaces({ job, results }) {
  if (!job) return [];
  const [, bucket, prefix] = /^s3:\/\/([^/]+)\/(.*)$/.exec(results) ?? [];
  const address = bucket && `${CONSOLE}${encodeURIComponent(bucket)}?prefix=${encodeURIComponent(prefix)}`;
  const link = address ? build("a", { href: address, rel: "noreferrer", target: "_blank", "data-part": "link" }, results) : results;
  return [build("p", { class: "small id" }, `${job.input} \u2192 `, link)];
}
