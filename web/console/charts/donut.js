// A ring in which each part is as long as its share, with a figure in its middle.
import { html } from "../html.js";
import { colourOf } from "./colours.js";

const RADIUS = 100 / (2 * Math.PI); // so that the ring is 100 long

/** @param parts [{ word, n }], clockwise from the top; @param figure, note what stands in the middle; @param label for those who can't see it. */
export function Donut({ parts, figure, note, label }) {
  return html`<div class="donut" role="img" aria-label=${label}>
    <svg viewBox="0 0 42 42" aria-hidden="true">${arcs(parts).map(arc)}</svg>
    <div aria-hidden="true"><b>${figure}</b><small>${note}</small></div>
  </div>`;
}

function arcs(parts) {
  const total = parts.reduce((sum, part) => sum + part.n, 0) || 1;
  let begin = 0;
  return parts.filter((part) => part.n > 0).map(({ word, n }) => {
    const length = (100 * n) / total;
    begin += length;
    return { word, length, begin: begin - length };
  });
}

function arc({ word, length, begin }) {
  return html`<circle key=${word} cx="21" cy="21" r=${RADIUS} fill="none" stroke-width="5.5" stroke-dasharray="${length} ${100 - length}"
    stroke-dashoffset=${25 - begin} style=${{ stroke: colourOf(word) }} />`;
}
