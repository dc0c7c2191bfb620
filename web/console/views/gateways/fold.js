// A part of the form that is folded away until it is wanted, or something in it is wrong.
import { html, useEffect, useRef } from "../../html.js";

/** `isWrong` opens it. `summary`: its settings in short, seen while it is folded. */
export function Fold({ title, summary, isWrong, isOpen = false, children }) {
  const details = useRef(null);
  useEffect(() => {
    if (isWrong || isOpen) details.current.open = true;
  }, [isWrong]);
  return html`<details ref=${details} class="card fold">
    <summary><h2>${title}</h2>${summary && html`<span class="soft small">${summary}</span>`}</summary>
    <div class="form">${children}</div>
  </details>`;
}
