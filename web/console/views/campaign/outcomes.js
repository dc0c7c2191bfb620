// The counts of a campaign as a picture and as a legend; a click on a word shows the people behind it.
import { Donut } from "../../charts/donut.js";
import { colourOf } from "../../charts/colours.js";
import { ShareBar } from "../../charts/share_bar.js";
import { count, percent } from "../../format.js";
import { html } from "../../html.js";
import { speak } from "../../language.js";
import { HelpLink } from "../../ui/help_link.js";
import { words } from "../../ui/outcome.js";
import { Card } from "../../ui/page.js";
import { showPeople } from "./places.js";
import { isLive, partsOf } from "./state.js";

const t = speak({
  en: {
    title: "Outcomes", delivered: "delivered", hint: "Choose an outcome to see the people.", help: "What the outcomes mean",
    label: "Of {total} people: {parts}",
  },
  ru: {
    title: "Исходы", delivered: "доставлено", hint: "Выберите исход, чтобы увидеть людей.", help: "Что значат исходы",
    label: "Из {total} человек: {parts}",
  },
});

export function Outcomes({ campaign, chosen }) {
  const { counts } = campaign;
  const parts = partsOf(counts).filter((part) => part.n > 0);
  const label = t("label", { total: counts.total, parts: parts.map((part) => `${words(part.word)} ${count(part.n)}`).join(", ") });
  return html`<${Card} title=${t("title")} class="outcomes">
    ${isLive(campaign)
      ? html`<${ShareBar} parts=${parts} label=${label} />`
      : html`<${Donut} parts=${parts} figure=${percent(counts.delivered / counts.total)} note=${t("delivered")} label=${label} />`}
    <ul class="legend">${parts.map((part) => html`<${Entry} key=${part.word} part=${part} total=${counts.total} isChosen=${part.word === chosen} />`)}</ul>
    <p class="hint">${t("hint")} <${HelpLink} page="outcomes">${t("help")}<//></p>
  <//>`;
}

function Entry({ part: { word, n }, total, isChosen }) {
  const share = n / total;
  return html`<li><button type="button" aria-pressed=${isChosen} onClick=${() => showPeople(isChosen ? {} : { outcome: word })}>
    <i class="swatch" style=${{ background: colourOf(word) }}></i>
    <span>${words(word)}</span><b>${count(n)}</b><small>${percent(share, share < 0.01 ? 1 : 0)}</small>
  </button></li>`;
}
