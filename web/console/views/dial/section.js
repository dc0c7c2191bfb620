// A part of the form that is folded away until it is wanted; its heading tells in words what holds now.
import { html, useEffect, useState } from "../../html.js";
import { Icon } from "../../ui/icon.js";

/** `hasFault`: something in it is wrong, so it is unfolded. */
export function Section({ title, now, hasFault, children }) {
  const [isOpen, setOpen] = useState(false);
  useEffect(() => {
    if (hasFault) setOpen(true);
  }, [hasFault]);
  return html`<details class="card section" open=${isOpen} onToggle=${(event) => setOpen(event.currentTarget.open)}>
    <summary><${Icon} name="next" /><h2>${title}</h2><span class="now">${now}</span></summary>
    <div class="form">${children}</div>
  </details>`;
}
