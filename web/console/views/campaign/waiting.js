// Why the others wait, in words, and what can be done about it.
import { send } from "../../api.js";
import { decimal, time } from "../../format.js";
import { html } from "../../html.js";
import { speak } from "../../language.js";
import { to } from "../../route.js";
import { Button } from "../../ui/button.js";
import { Icon } from "../../ui/icon.js";
import { Card } from "../../ui/page.js";
import { tried } from "../../ui/toast.js";
import { GatewayState, useBreaker } from "./gateway_state.js";
import { hoursOf, opensNext } from "./hours.js";
import { showPeople } from "./places.js";

const t = speak({
  en: {
    title: "Why the others wait", show: "Show them",
    people: { one: "{n} person", other: "{n} people" },
    paused: "The campaign is paused.", paused_do: "Calls that are going on are finished; no new ones are started.", resume: "Resume",
    window: "It is outside of the hours.", window_do: "It goes on {when}. The hours: {hours}.",
    window_now: "The hours have just begun; it goes on in a moment.",
    start: "It has not begun yet.", start_do: "It begins at {at}. Nothing is to be done.",
    gateway: "The gateway is not proven yet.", gateway_do: "Its first call shows whether it works; then the others follow. If this stays, look at its state.",
    gateway_link: "The gateway",
    gateway_open: "The gateway does not work.", gateway_slowed: "The gateway has trouble and is given fewer calls.",
    gateway_see: "Why, and when it is tried again, stands above. They are called as soon as it works.",
    retry: "They were not reached and are called again later.", retry_do: "Each has a time of its own, by the rule for calling again; the list shows it.",
    lines: "All lines are in use.",
    lines_do: "Nothing is wrong: the next is called as soon as a line is free. More lines (of the campaign, the gateway, the service) make it faster.",
    rate: "The calls a second are limited.", rate_do: "At most {n} calls a second are started. Nothing is wrong.",
    rate_any: "The gateway or the campaign says how many may be started a second. Nothing is wrong.",
  },
  ru: {
    title: "Почему остальные ждут", show: "Показать их",
    people: { one: "{n} человек", few: "{n} человека", many: "{n} человек", other: "{n} человека" },
    paused: "Кампания на паузе.", paused_do: "Идущие вызовы закончатся сами, новых не будет.", resume: "Продолжить",
    window: "Сейчас не те часы.", window_do: "Обзвон продолжится {when}. Часы: {hours}.",
    window_now: "Нужные часы только что наступили, обзвон сейчас продолжится.",
    start: "Она ещё не началась.", start_do: "Начнётся в {at}. Делать ничего не нужно.",
    gateway: "Шлюз ещё не проверен.",
    gateway_do: "Первый вызов покажет, работает ли он, затем пойдут остальные. Если так и останется, посмотрите его состояние.", gateway_link: "Шлюз",
    gateway_open: "Шлюз не работает.", gateway_slowed: "У шлюза неполадки, вызовов через него идёт меньше.",
    gateway_see: "Почему и когда следующая попытка, сказано выше. Им позвоним, как только он заработает.",
    retry: "До них не дозвонились, позвоним ещё раз позже.", retry_do: "У каждого своё время по правилу повторных вызовов; оно видно в списке.",
    lines: "Все линии заняты.",
    lines_do: "Всё в порядке: следующему позвоним, как только линия освободится. Больше линий — быстрее: у кампании, у шлюза и у сервиса.",
    rate: "Ограничено число вызовов в секунду.", rate_do: "Начинается не больше {n} вызовов в секунду. Всё в порядке.",
    rate_any: "Шлюз или кампания задают, сколько вызовов начинать в секунду. Всё в порядке.",
  },
});
const ORDER = ["paused", "gateway", "window", "retry", "rate", "lines"]; // what wants somebody to act goes first
const ICONS = { paused: "pause", gateway: "alert", window: "clock", retry: "repeat", rate: "lines", lines: "calls" };

export function Waiting({ campaign, things, refresh }) {
  const { waiting = {} } = campaign;
  const there = ORDER.filter((why) => waiting[why] > 0);
  const gateway = useBreaker(campaign.gateway_id);
  const facts = { campaign, things, breaker: gateway.breaker };
  return html`
    <${GatewayState} id=${campaign.gateway_id} gateway=${things.gateway} ...${gateway} />
    ${there.length > 0 && html`<${Card} title=${t("title")} class="waiting">
      <ul>${there.map((why) => html`<${Reason} key=${why} why=${why} n=${waiting[why]} facts=${facts} refresh=${refresh} />`)}</ul>
    <//>`}`;
}

function Reason({ why, n, facts, refresh }) {
  const { campaign, things } = facts;
  const { title, text } = told(why, facts);
  return html`<li>
    <${Icon} name=${ICONS[why]} />
    <div><p><b>${t("people", { n })}</b> · ${title}</p><p class="soft">${text}</p></div>
    <div class="row end">
      ${why === "paused" && html`<${Button} kind="primary" icon="play" onClick=${() => resumed(campaign, refresh)}>${t("resume")}<//>`}
      ${why === "gateway" && things.gateway && html`<a class="button" href=${to("gateways", campaign.gateway_id)}>${t("gateway_link")}</a>`}
      <${Button} onClick=${() => showPeople({ why })}>${t("show")}<//>
    </div>
  </li>`;
}

function told(why, { campaign, things, breaker }) {
  if (why === "window") return ofHours(campaign);
  if (why === "gateway" && breaker && breaker.state !== "closed") return { title: t(`gateway_${breaker.state}`), text: t("gateway_see") };
  if (why !== "rate") return { title: t(why), text: t(`${why}_do`) };
  const limits = [campaign.calls_per_second, things.gateway?.calls_per_second].filter((limit) => limit != null);
  return { title: t("rate"), text: limits.length ? t("rate_do", { n: decimal(Math.min(...limits)) }) : t("rate_any") };
}

// The service calls both so: what is before start_at, and what is outside of the hours.
function ofHours({ start_at: startAt, window }) {
  const now = new Date();
  if (startAt && Date.parse(startAt) > now.getTime()) return { title: t("start"), text: t("start_do", { at: time(startAt) }) };
  const when = window && opensNext(window, now);
  return { title: t("window"), text: when ? t("window_do", { when, hours: hoursOf(window) }) : t("window_now") };
}

async function resumed(campaign, refresh) {
  await tried(() => send("POST", `/campaigns/${campaign.id}/resume`));
  refresh();
}
