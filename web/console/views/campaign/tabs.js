// Tabs: the arrow keys go from one to the other, Tab goes into what they show.
import { html, useRef } from "../../html.js";

const STEPS = { ArrowRight: 1, ArrowLeft: -1 };

/** @param tabs [{ name, label }]; @param label what they choose between; `id` names the panel: `id-panel`. */
export function Tabs({ id, label, tabs, chosen, onChoose }) {
  const list = useRef(null);

  function move(event) {
    const step = STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    const next = (tabs.findIndex((tab) => tab.name === chosen) + step + tabs.length) % tabs.length;
    onChoose(tabs[next].name);
    list.current.children[next].focus();
  }

  const one = ({ name, label: text }) => html`<button type="button" role="tab" key=${name} id="${id}-${name}" aria-selected=${name === chosen}
    aria-controls="${id}-panel" tabindex=${name === chosen ? 0 : -1} onClick=${() => onChoose(name)}>${text}</button>`;
  return html`<div class="tabs" role="tablist" aria-label=${label} ref=${list} onKeyDown=${move}>${tabs.map(one)}</div>`;
}
