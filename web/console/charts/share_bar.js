// A bar in which each part is as long as its share.
import { html } from "../html.js";
import { colourOf } from "./colours.js";

/** @param parts [{ word, n }], from left to right; @param label what it says, for those who can't see it. */
export function ShareBar({ parts, label, size = "" }) {
  const there = parts.filter((part) => part.n > 0);
  return html`<div class="share-bar ${size}" role="img" aria-label=${label}>
    ${there.map((part) => html`<span key=${part.word} style=${{ flexGrow: part.n, background: colourOf(part.word) }}></span>`)}
  </div>`;
}
