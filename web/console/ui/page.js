// The frame of each view: its heading, its actions, the way back.
import { html, useEffect } from "../html.js";
import { Icon } from "./icon.js";

/** `back`: { href, label } of the view above. `actions`: buttons beside the heading. */
export function Page({ title, back, badge, actions, children }) {
  useEffect(() => {
    document.title = `${title} · Dozvon`;
  }, [title]);
  return html`<section class="page">
    ${back && html`<a class="back" href=${back.href}><${Icon} name="back" size=${16} />${back.label}</a>`}
    <div class="heading"><h1 tabindex="-1">${title}</h1>${badge}<div class="actions">${actions}</div></div>
    ${children}
  </section>`;
}

/** A box with a heading of its own. */
export function Card({ title, actions, children, ...rest }) {
  return html`<section ...${rest} class="card ${rest.class ?? ""}">
    ${title && html`<header><h2>${title}</h2>${actions}</header>`}
    ${children}
  </section>`;
}

/** A line of figures with their names: [{ name, value, note }]. */
export function Figures({ items }) {
  return html`<dl class="figures">${items.map((item) => html`<div key=${item.name}><dt>${item.name}</dt><dd>${item.value}${item.note && html` <small>${item.note}</small>`}</dd></div>`)}</dl>`;
}
