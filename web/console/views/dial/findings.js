// What stands against it: who will not be called and why, that the hours are closed, that the gateway does not work.
import { time } from "../../format.js";
import { html } from "../../html.js";
import { speak } from "../../language.js";
import { to } from "../../route.js";
import { Notice } from "../../ui/notice.js";
import { said } from "../gateways/said.js";
import { SANDBOX } from "./gateway.js";

const t = speak({
  en: {
    title: "Not called", do_not_call: { one: "{n} is on the do-not-call list", other: "{n} are on the do-not-call list" },
    not_allowed: { one: "{n} number is not allowed for this gateway", other: "{n} numbers are not allowed for this gateway" },
    allowed_hint: "Its settings tell with what numbers may begin; demo numbers are for the sandbox only.",
    bad: { one: "{n} number is none (line {lines})", other: "{n} numbers are none (lines {lines})" },
    refused: { one: "{n} row was refused when the list was uploaded", other: "{n} rows were refused when the list was uploaded" }, see: "see which",
    closed: "The hours are closed now. Calls begin at {at}.", closed_soon: "The hours are closed now.",
    down: "The gateway does not work now. Calls wait until it does.",
    slowed: "The gateway has trouble and is used more slowly.", reason: "The reason: {reason}", gateway: "Its state and settings",
    never: "Within these hours it would not end.",
  },
  ru: {
    title: "Не позвоним",
    do_not_call: { one: "{n} в списке «не звонить»", few: "{n} в списке «не звонить»", many: "{n} в списке «не звонить»", other: "{n} в списке «не звонить»" },
    not_allowed: {
      one: "{n} номер не разрешён этому шлюзу", few: "{n} номера не разрешены этому шлюзу", many: "{n} номеров не разрешены этому шлюзу",
      other: "{n} номера не разрешены этому шлюзу",
    },
    allowed_hint: "С чего могут начинаться номера, сказано в его настройках; демонстрационные — только для sandbox.",
    bad: {
      one: "{n} — не номер (строка {lines})", few: "{n} — не номера (строки {lines})", many: "{n} — не номера (строки {lines})",
      other: "{n} — не номера (строки {lines})",
    },
    refused: {
      one: "{n} строка не принята при загрузке базы", few: "{n} строки не приняты при загрузке базы", many: "{n} строк не приняты при загрузке базы",
      other: "{n} строки не приняты при загрузке базы",
    },
    see: "какие", closed: "Сейчас не те часы. Звонки начнутся {at}.", closed_soon: "Сейчас не те часы.",
    down: "Шлюз сейчас не работает. Вызовы подождут, пока он заработает.",
    slowed: "У шлюза неполадки, вызовы идут медленнее.", reason: "Причина: {reason}", gateway: "Его состояние и настройки",
    never: "В такие часы она не кончится.",
  },
});
const MOST_LINES = 10;

export function Findings({ estimate, draft, numbers }) {
  return html`
    <${NotCalled} ...${{ estimate, draft, numbers }} />
    ${!estimate.window_open && html`<${Notice} kind="warning">${estimate.starts_at ? t("closed", { at: time(estimate.starts_at) }) : t("closed_soon")}<//>`}
    ${estimate.to_dial > 0 && !estimate.ends_at && html`<${Notice} kind="warning">${t("never")}<//>`}
    ${(!estimate.gateway_ok || estimate.gateway_reason) && html`<${Notice} kind=${estimate.gateway_ok ? "warning" : "error"}>
      <p>${t(estimate.gateway_ok ? "slowed" : "down")}</p>
      ${estimate.gateway_reason && html`<p>${t("reason", { reason: said(estimate.gateway_reason) })}</p>`}
      ${draft.gateway_id !== SANDBOX && html`<p><a href=${to("gateways", draft.gateway_id)}>${t("gateway")}</a></p>`}
    <//>`}`;
}

function NotCalled({ estimate, draft, numbers }) {
  const bad = estimate.bad_numbers.filter(({ index }) => numbers[index]);
  const lines = bad.slice(0, MOST_LINES).map(({ index }) => numbers[index].line).join(", ") + (estimate.bad_numbers_total > MOST_LINES ? " …" : "");
  const refused = draft.who === "callbase" ? estimate.callbase_rejected : 0;
  const report = to("callbases", draft.callbase_id, { tab: "report" });
  const rows = [
    estimate.do_not_call > 0 && html`<li key="dnc">${t("do_not_call", { n: estimate.do_not_call })}</li>`,
    estimate.not_allowed > 0 && html`<li key="allowed">${t("not_allowed", { n: estimate.not_allowed })} <small>${t("allowed_hint")}</small></li>`,
    bad.length > 0 && html`<li key="bad">${t("bad", { n: estimate.bad_numbers_total, lines })}</li>`,
    refused > 0 && html`<li key="refused">${t("refused", { n: refused })} (<a href=${report}>${t("see")}</a>)</li>`,
  ].filter(Boolean);
  return rows.length > 0 && html`<section><h3>${t("title")}</h3><ul>${rows}</ul></section>`;
}
