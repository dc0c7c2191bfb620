// Calling again those who were not reached: chooses which of them, and leads to the form of a new campaign with the same settings.
import { count } from "../../format.js";
import { html, useState } from "../../html.js";
import { speak } from "../../language.js";
import { to } from "../../route.js";
import { LinkButton } from "../../ui/button.js";
import { Dialog } from "../../ui/dialog.js";
import { CheckField } from "../../ui/field.js";
import { words } from "../../ui/outcome.js";
import { isLive } from "./state.js";

// Those who said no, and numbers that there are not, are called again only by who asks for it; who is on the do-not-call list never.
const AT_FIRST = ["busy", "no_answer", "failed", "interrupted"];
const OTHERS = ["partial", "rejected", "canceled", "invalid_number"];
const t = speak({
  en: {
    title: "Call again",
    about: "Whom to call again? The form of a new campaign opens with the settings of this one and these numbers; nothing starts before you have seen it.",
    option: "{word}: {n}", go: "To the new campaign",
    chosen: { one: "{n} person is chosen.", other: "{n} people are chosen." },
  },
  ru: {
    title: "Позвонить ещё раз",
    about: "Кому позвонить ещё раз? Откроется форма новой кампании с настройками этой и с этими номерами; пока вы её не посмотрите, ничего не начнётся.",
    option: "{word}: {n}", go: "К новой кампании",
    chosen: { one: "Выбран {n} человек.", few: "Выбраны {n} человека.", many: "Выбрано {n} человек.", other: "Выбрано {n} человека." },
  },
});

/** Only once it has ended: nobody is to be called by both. */
export function canBeCalledAgain(campaign) {
  return !isLive(campaign) && [...AT_FIRST, ...OTHERS].some((outcome) => campaign.counts[outcome] > 0);
}

export function AgainDialog({ campaign, onClose }) {
  const there = [...AT_FIRST, ...OTHERS].filter((outcome) => campaign.counts[outcome] > 0);
  const [chosen, setChosen] = useState(there.filter((outcome) => AT_FIRST.includes(outcome)));
  const people = chosen.reduce((sum, outcome) => sum + campaign.counts[outcome], 0);
  const toggled = (outcome, isOn) => setChosen(isOn ? [...chosen, outcome] : chosen.filter((one) => one !== outcome));
  const box = (outcome) => html`<${CheckField} key=${outcome} label=${t("option", { word: words(outcome), n: count(campaign.counts[outcome]) })}
    checked=${chosen.includes(outcome)} onValue=${(isOn) => toggled(outcome, isOn)} />`;
  const href = to("dial", { from: campaign.id, outcomes: chosen.join(",") });
  const footer = html`<span class="soft">${t("chosen", { n: people })}</span>${people > 0 && html`<${LinkButton} kind="primary" href=${href}>${t("go")}<//>`}`;

  return html`<${Dialog} title=${t("title")} onClose=${onClose} footer=${footer}>
    <p>${t("about")}</p>
    <fieldset><legend class="unseen">${t("title")}</legend>${there.map(box)}</fieldset>
  <//>`;
}
