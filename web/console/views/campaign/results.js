// What came of a campaign: its people and its calls, to be searched, looked into, exported, and called again.
import { html, useState } from "../../html.js";
import { speak } from "../../language.js";
import { Button } from "../../ui/button.js";
import { Card } from "../../ui/page.js";
import { AgainDialog, canBeCalledAgain } from "./call_again.js";
import { Calls } from "./calls.js";
import { People } from "./people.js";
import { RESULTS, showTab } from "./places.js";
import { Tabs } from "./tabs.js";

const t = speak({
  en: { title: "Results", people: "People", calls: "Calls", tabs: "What to show", again: "Call again those who were not reached" },
  ru: { title: "Результаты", people: "Люди", calls: "Вызовы", tabs: "Что показать", again: "Позвонить ещё раз тем, до кого не дозвонились" },
});

export function Results({ campaign, query }) {
  const [isAsking, setAsking] = useState(false);
  const chosen = query.tab === "calls" ? "calls" : "people";
  const tabs = ["people", "calls"].map((name) => ({ name, label: t(name) }));
  const again = canBeCalledAgain(campaign) && html`<${Button} icon="repeat" onClick=${() => setAsking(true)}>${t("again")}<//>`;

  return html`<${Card} id=${RESULTS} title=${t("title")} class="results" actions=${again}>
    <${Tabs} id=${RESULTS} label=${t("tabs")} tabs=${tabs} chosen=${chosen} onChoose=${showTab} />
    <div id="${RESULTS}-panel" role="tabpanel" aria-labelledby="${RESULTS}-${chosen}">
      ${chosen === "calls" ? html`<${Calls} campaign=${campaign} query=${query} />` : html`<${People} campaign=${campaign} query=${query} />`}
    </div>
    ${isAsking && html`<${AgainDialog} campaign=${campaign} onClose=${() => setAsking(false)} />`}
  <//>`;
}
