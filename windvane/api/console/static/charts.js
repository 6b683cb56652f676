/** What many answers look like together: texts by label, and by score. */

import { build, buildBars, buildTable, commas, draw, nameLabel, percent, plural, toTone } from "./dom.js";

const BINS = 10;
const WIDTH = 320;
const HEIGHT = 150;
const FLOOR = HEIGHT - 22;

/** Build the bars of how many texts got which label. */
export function buildCounts(results, labels) {
  const count = (label) => results.filter((result) => result.label === label).length;
  return buildBars(addNone(results, labels).map((label) => {
    const share = results.length ? count(label) / results.length : 0;
    return { label, share, shown: `${commas(count(label))} (${percent(share)})` };
  }), labels);
}

/** Build the histogram of the scores, and the same as a table. */
export function buildHistogram(results, named) {
  const labels = addNone(results, named);
  const bins = Array.from({ length: BINS }, () => labels.map(() => 0));
  for (const { label, score } of results) {
    bins[Math.min(BINS - 1, Math.floor(score * BINS))][labels.indexOf(label)] += 1;
  }
  const rows = bins.map((counts, i) => [toRange(i), ...counts.map(String)]);
  return [
    drawBins(bins, labels, describe(bins)),
    build("details", {}, build("summary", {}, "The same as a table"),
      buildTable("Texts by score and label", ["Score", ...labels.map(nameLabel)], rows)),
  ];
}

/** Add what has no label, if anything does. */
const addNone = (results, labels) => (results.some(({ label }) => label === null) ? [...labels, null] : labels);
const toRange = (i) => `${((i * 100) / BINS).toFixed(0)} to ${(((i + 1) * 100) / BINS).toFixed(0)} %`;
const sum = (counts) => counts.reduce((total, one) => total + one, 0);

function describe(bins) {
  const totals = bins.map(sum);
  const highest = totals.indexOf(Math.max(...totals));
  return `Histogram of ${plural(sum(totals), "score")}; most, ${totals[highest]}, are from ${toRange(highest)}.`;
}

function drawBins(bins, labels, description) {
  const most = Math.max(...bins.map(sum), 1);
  const step = WIDTH / BINS;
  const svg = draw("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": description, class: "histogram" });
  bins.forEach((counts, i) => {
    let top = FLOOR;
    counts.forEach((count, at) => {
      const height = (count / most) * (FLOOR - 16);
      top -= height;
      if (count) {
        svg.append(draw("rect", { x: i * step + 2, y: top, width: step - 4, height, class: toTone(labels[at], labels) }));
      }
    });
    const total = sum(counts);
    if (total) svg.append(write(commas(total), i * step + step / 2, top - 4, "middle"));
  });
  svg.append(draw("line", { x1: 0, x2: WIDTH, y1: FLOOR, y2: FLOOR }),
    write("0 %", 0, HEIGHT - 6, "start"), write("50 %", WIDTH / 2, HEIGHT - 6, "middle"), write("100 %", WIDTH, HEIGHT - 6, "end"));
  return svg;
}

const write = (text, x, y, anchor) => draw("text", { x, y, "text-anchor": anchor }, text);
