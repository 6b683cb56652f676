/** One text: label, scores, and what each word did. */

import { ask, isCancelled, peekModel } from "./api.js";
import { build, buildBars, buildTable, byId, commas, isBlank, nameLabel, percent, say, showAlert, toTone } from "./dom.js";

const EXAMPLES = [
  "The room was lovely, but the staff were rude and the soup was cold.",
  "Honestly, I expected a disaster and got the best evening of the year.",
  "The train leaves at half past nine from platform four.",
];
const FAINT = 0.08; // of the strongest word: below it a word is not tinted
const TILT = 32; // degrees, from a sure neutral to a sure positive
const MAX_TABLE = 300;

let running;

export function setUpOneText() {
  const text = byId("one-text");
  byId("one-form").addEventListener("submit", (event) => {
    event.preventDefault();
    classify(text.value);
  });
  text.addEventListener("input", () => count(text.value));
  text.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) classify(text.value);
  });
  byId("one-examples").append(build("span", {}, "Or try one of these"), ...EXAMPLES.map((example) => build("button", {
    type: "button",
    class: "plain",
    onclick: () => {
      text.value = example;
      count(example);
      classify(example);
    },
  }, example)));
}

function count(text) {
  const model = peekModel();
  const length = commas([...text].length);
  const limit = model ? ` of ${commas(model.limits.max_text_chars)}` : "";
  byId("one-count").textContent = `${length}${limit} characters`;
}

async function classify(text) {
  running?.abort();
  running = new AbortController();
  const { signal } = running;
  const alert = byId("one-alert");
  showAlert(alert);
  if (isBlank(text)) {
    showAlert(alert, "There is nothing to classify yet: type a text first.");
    byId("one-text").focus();
    return;
  }
  say("Classifying.");
  try {
    const asked = await ask("POST", "v1/classify", { body: { texts: [text] }, signal });
    if (asked.answer.results[0].error) {
      throw new Error(`The text was refused: it must be ${asked.answer.results[0].error.rule}.`);
    }
    showAnswer(asked);
    await explain(text, signal);
  } catch (error) {
    if (!isCancelled(error)) showAlert(alert, error.message);
  }
}

function showAnswer({ answer: { model, results: [result] }, ms, timing }) {
  const labels = Object.keys(result.scores);
  const heading = byId("one-heading");
  heading.className = toTone(result.label, labels);
  heading.replaceChildren(nameLabel(result.label), " ", build("small", {}, percent(result.score)));
  byId("one-scores").replaceChildren(buildBars(labels.map((label) => ({
    label,
    share: result.scores[label],
    shown: percent(result.scores[label]),
    isChosen: label === result.label,
  })), labels));
  turnVane(result.scores);
  showFacts(model, result, ms, timing);
  byId("one-tinted").textContent = "";
  byId("one-legend").textContent = "Asking what each word did …";
  byId("one-words").hidden = true;
  byId("one-answer").hidden = false;
  say(`${nameLabel(result.label)}, ${percent(result.score)}.`);
}

/** Point the vane up for positive and down for negative; other labels have no direction. */
function turnVane({ positive, negative }) {
  const isKnown = positive !== undefined && negative !== undefined;
  byId("one-dial").style.display = isKnown ? "" : "none";
  if (isKnown) byId("one-arrow").style.transform = `rotate(${(negative - positive) * TILT}deg)`;
}

function showFacts(model, result, ms, timing) {
  const facts = {
    "Took": `${ms.toFixed(0)} ms in this browser`,
    "Of that, the server": toTimes(timing),
    "Model": `${model.name}@${model.version}`,
    "No label": result.label === null && "its score is below this server's min_score",
    "Language": toLanguage(result.language),
    "Read as": `${result.tokens} tokens${result.windows > 1 ? ` in ${result.windows} overlapping parts` : ""}`,
    "Result": result.logged === false ? `${result.result_id} (could not be recorded)` : result.result_id,
  };
  const known = Object.entries(facts).filter(([, value]) => value);
  byId("one-facts").replaceChildren(...known.map(([name, value]) =>
    build("div", {}, build("dt", {}, name), build("dd", {}, value))));
}

/** Say where the scores mean little; the model's own language needs no word. */
const toLanguage = (language) => language === "other" && "not the model's: the label may mean nothing";

/** Read `Server-Timing`: `encode;dur=1.2, run;dur=3.4`. */
function toTimes(timing) {
  const times = [...timing.matchAll(/([\w-]+)[^,]*?;\s*dur=([\d.]+)/g)];
  return times.map(([, name, ms]) => `${name} ${Number(ms).toFixed(1)} ms`).join(", ");
}

async function explain(text, signal) {
  const legend = byId("one-legend");
  try {
    const { answer } = await ask("POST", "v1/explain", { body: { text }, signal });
    showWords(text, answer);
  } catch (error) {
    if (isCancelled(error)) return;
    byId("one-tinted").textContent = text;
    legend.textContent = `The words are not tinted. ${error.message}`;
  }
}

/** Tint the words. The server counts code points, where JavaScript counts UTF-16 units. */
function showWords(text, { label, scores, base_score: base, sum, method, words }) {
  const labels = Object.keys(scores);
  const points = [...text];
  const cut = (start, end) => points.slice(start, end).join("");
  const strongest = Math.max(...words.map((word) => Math.abs(word.contribution)), 1e-6);
  const tinted = byId("one-tinted");
  const tone = toTone(label, labels);
  tinted.className = `tinted ${tone}`;
  tinted.replaceChildren();
  let at = 0;
  for (const { start, end, contribution } of words) {
    tinted.append(cut(at, start), tint(cut(start, end), contribution, strongest, label));
    at = end;
  }
  tinted.append(cut(at));
  byId("one-legend").replaceChildren(
    build("mark", { class: `for ${tone}` }, "Underlined"), ` words speak for ${label}, `,
    build("mark", { class: "against" }, "dashed"), " ones against it; the stronger, the thicker. ",
    `Without any word its score would be ${percent(base)}; the words add ${signed(sum)} points (${method}).`);
  showWordTable(words.map((word) => ({ ...word, word: cut(word.start, word.end) })));
}

function tint(word, contribution, strongest, label) {
  const strength = Math.abs(contribution) / strongest;
  if (strength < FAINT) return word;
  const side = contribution > 0 ? "for" : "against";
  const mark = build("mark", { class: side, title: `${signed(contribution)} for ${label}` }, word);
  mark.style.setProperty("--strength", strength.toFixed(2));
  return mark;
}

function showWordTable(words) {
  const sorted = words.toSorted((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution));
  const rows = sorted.slice(0, MAX_TABLE).map((word) => [word.word, signed(word.contribution)]);
  const details = byId("one-words");
  details.querySelector("table")?.remove();
  details.append(buildTable("Strongest first, in points of the score", ["Word", "Adds"], rows));
  details.hidden = false;
}

/** Write a share of the score in points of a hundred. */
function signed(contribution) {
  return `${contribution < 0 ? "−" : "+"}${Math.abs(contribution * 100).toFixed(1)}`;
}
