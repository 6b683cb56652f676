/** The page: its tabs, the key, and which model answers. A tab's own module is fetched with it. */

import { ask, getModel, setUpKeyDialog } from "./api.js";
import { byId, showAlert } from "./dom.js";
import { setUpOneText } from "./one-text.js";

const SET_UP = {
  one: async () => setUpOneText(),
  many: async () => (await import("./many-texts.js")).setUpManyTexts(),
  results: async () => (await import("./results.js")).setUpResults(),
};
const hasJobs = "jobs" in document.documentElement.dataset;
if (hasJobs) SET_UP.jobs = async () => (await import("./jobs.js")).setUpJobs();
const names = Object.keys(SET_UP);
const ready = new Set();

/** Show a tab's panel, and set it up when it is shown for the first time. */
async function showTab(name) {
  for (const other of names) {
    const tab = byId(`tab-${other}`);
    tab.setAttribute("aria-selected", String(other === name));
    tab.tabIndex = other === name ? 0 : -1;
    byId(other).hidden = other !== name;
  }
  const address = new URL(name === "one" ? "" : `#${name}`, document.baseURI);
  history.replaceState(null, "", address);
  if (ready.has(name)) return;
  ready.add(name);
  byId(name).inert = true; // what is done before it listens would be lost
  try {
    await SET_UP[name]();
    byId(name).inert = false;
  } catch (error) {
    ready.delete(name);
    showAlert(byId(`${name}-alert`), "This part of the page could not be loaded. Open it again to try once more.");
    throw error;
  }
}

/** Move among the tabs with the arrow keys, as the tabs pattern of ARIA has it. */
function moveTab(event) {
  const at = names.indexOf(event.target.id.replace("tab-", ""));
  const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: names.length - 1 }[event.key];
  if (at < 0 || to === undefined) return;
  event.preventDefault();
  const name = names.at(to % names.length);
  byId(`tab-${name}`).focus();
  showTab(name);
}

/** Say which model answers; a server that needs a key tells its health without one. */
async function showModel() {
  try {
    const { name, version } = await getModel({ isQuiet: true });
    byId("model").textContent = `${name}@${version}`;
  } catch {
    const { answer } = await ask("GET", "health", { isQuiet: true }).catch(() => ({}));
    if (answer?.model) byId("model").textContent = answer.model;
  }
}

setUpKeyDialog();
byId("tab-jobs").hidden = !hasJobs;
for (const name of names) byId(`tab-${name}`).addEventListener("click", () => showTab(name));
document.querySelector("[role=tablist]").addEventListener("keydown", moveTab);
showTab(names.includes(location.hash.slice(1)) ? location.hash.slice(1) : "one");
showModel();
document.documentElement.dataset.ready = "yes";
