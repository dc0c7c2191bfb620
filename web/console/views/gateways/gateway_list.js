// All gateways, each with its live state; the built-in one last.
import { html } from "../../html.js";
import { speak } from "../../language.js";
import { to } from "../../route.js";
import { placeName } from "../../shell/place_names.js";
import { LinkButton } from "../../ui/button.js";
import { Pager, useList } from "../../ui/list.js";
import { ProblemNotice } from "../../ui/notice.js";
import { Page } from "../../ui/page.js";
import { GatewayCard } from "./gateway_card.js";
import { Kinds } from "./kinds.js";
import { SandboxCard } from "./sandbox_card.js";

const t = speak({
  en: {
    add: "Add a gateway", none: "No gateway of your own yet",
    none_text: "A gateway is your provider of telephone calls, or your own telephone system. What did they give you?",
  },
  ru: { add: "Добавить шлюз", none: "Своих шлюзов пока нет", none_text: "Шлюз — это ваш провайдер телефонии или собственная АТС. Что вам выдали?" },
});
const POLL_MS = 5000;
const SANDBOX = "sandbox";

/** `toCheck`: the id of a gateway that is checked at once. */
export function GatewayList({ toCheck }) {
  const { items, data, problem, refresh, pager } = useList("/gateways", { everyMs: POLL_MS, limit: 20 });
  const own = items.filter((one) => one.id !== SANDBOX);
  const sandbox = items.find((one) => one.id === SANDBOX);
  const card = (one) => html`<${GatewayCard} key=${one.id} gateway=${one} isToCheck=${one.id === toCheck} onChanged=${refresh} />`;
  const add = own.length > 0 && html`<${LinkButton} kind="primary" icon="plus" href=${to("gateways", "new")}>${t("add")}<//>`;
  return html`<${Page} title=${placeName("gateways")} actions=${add}>
    <${ProblemNotice} problem=${problem} onRetry=${refresh} />
    ${data && own.length === 0 && !pager.back && html`<section class="card"><h2>${t("none")}</h2><p class="soft">${t("none_text")}</p><${Kinds} /></section>`}
    ${own.length > 0 && html`<div class="gateways">${own.map(card)}</div>`}
    ${sandbox && html`<${SandboxCard} gateway=${sandbox} />`}
    <${Pager} pager=${pager} />
  <//>`;
}
