// Buttons, and links that look like them.
import { html, useState } from "../html.js";
import { Icon } from "./icon.js";

/** `kind`: primary, plain, danger or quiet. While a promise that `onClick` gives is open, the button is busy and can't be pressed again. */
export function Button({ kind = "plain", icon, busy = false, disabled = false, onClick, type = "button", label, children, class: more = "", ...rest }) {
  const [isRunning, setRunning] = useState(false);
  const isBusy = busy || isRunning;

  async function press(event) {
    const result = onClick?.(event);
    if (!(result instanceof Promise)) return;
    setRunning(true);
    try {
      await result;
    } finally {
      setRunning(false);
    }
  }

  return html`<button ...${rest} type=${type} class="button ${kind} ${more}" aria-busy=${isBusy} disabled=${disabled || isBusy} onClick=${press} aria-label=${label} title=${label}>
    ${isBusy ? html`<span class="spinner" aria-hidden="true"></span>` : icon && html`<${Icon} name=${icon} />`}
    ${children && html`<span>${children}</span>`}
  </button>`;
}

/** A link to a place in the console (`to(...)`) that looks like a button. */
export function LinkButton({ kind = "plain", icon, href, children, ...rest }) {
  return html`<a ...${rest} class="button ${kind}" href=${href}>${icon && html`<${Icon} name=${icon} />`}<span>${children}</span></a>`;
}
