// How far something has come.
import { html } from "../html.js";

/** `value` of `max`; null: nobody knows how far. `label` is read out and stands above. */
export function Progress({ value, max, label, detail }) {
  return html`<div class="progress">
    <div class="line"><span>${label}</span><span class="soft">${detail}</span></div>
    ${value === null ? html`<progress aria-label=${label}></progress>` : html`<progress aria-label=${label} value=${value} max=${max || 1}></progress>`}
  </div>`;
}
