// What the campaign would be, kept up to date while the form is filled, and the buttons that start it.
import { count, duration, time } from "../../format.js";
import { html } from "../../html.js";
import { speak } from "../../language.js";
import { Notice } from "../../ui/notice.js";
import { Card, Figures } from "../../ui/page.js";
import { missingThing } from "./faults.js";
import { Findings } from "./findings.js";
import { Start } from "./start.js";

const t = speak({
  en: {
    title: "What will happen", missing: "Choose these, and it is told here what will happen:", whom: "whom to call", sound: "the sound", gateway: "the gateway",
    start_at: "when it begins", hours: "the hours", days: "the days of the week", timezone: "the time zone", transfer_to: "where calls are transferred to",
    wrong: "Something is not right yet; it is marked in the form.",
    asking: "Working it out …", unknown: "It can't be told beforehand; it can be started all the same.", calls: "Calls", takes: "Takes about", starts: "Begins",
    ends: "Ends about", now: "now",
    how: "{lines} at once, about {call} a call.", how_rate: "{lines} at once, {rate} new ones a second, about {call} a call.",
    retries: "Calling again comes on top.", of: "of {n}",
    nobody: "Nobody would be called.",
  },
  ru: {
    title: "Что будет", missing: "Выберите, и здесь будет сказано, что произойдёт:", whom: "кому звонить", sound: "звук", gateway: "шлюз",
    start_at: "когда начать", hours: "часы", days: "дни недели", timezone: "часовой пояс", transfer_to: "куда переводить вызовы",
    wrong: "Кое-что ещё не так, в форме это отмечено.",
    asking: "Считаем …", unknown: "Заранее сказать нельзя, но начать можно.", calls: "Вызовов", takes: "Займёт около", starts: "Начнётся",
    ends: "Кончится около", now: "сейчас",
    how: "одновременно {lines}, вызов около {call}.", how_rate: "одновременно {lines}, новых в секунду {rate}, вызов около {call}.",
    retries: "Повторные звонки — сверх того.", of: "из {n}",
    nobody: "Звонить некому.",
  },
});

export function Summary(props) {
  const { missing, forecast } = props;
  const isWorking = missing.length === 0 && !forecast.isOfNow && !forecast.isUnknown;
  return html`<aside class="dial-summary" aria-label=${t("title")}>
    <${Card} title=${t("title")} actions=${isWorking && html`<span class="spinner" role="img" aria-label=${t("asking")}></span>`}>
      ${missing.length ? html`<${Missing} missing=${missing} />` : html`<${Forecast} ...${props} />`}
      <${Start} ...${props} />
    <//>
  </aside>`;
}

function Missing({ missing }) {
  return html`<div class="form"><p>${t("missing")}</p><ul>${missing.map((one) => html`<li key=${one}>${t(one)}</li>`)}</ul></div>`;
}

function Forecast({ draft, body, numbers, forecast: { estimate, problem, isOfNow, isUnknown } }) {
  if (problem?.status === 400 || missingThing(problem)) return html`<${Notice} kind="warning">${t("wrong")}<//>`;
  if (!estimate) return html`<p class="soft" role="status">${t(isUnknown ? "unknown" : "asking")}</p>`;
  return html`<div class="form forecast" aria-busy=${!isOfNow}>
    ${estimate.to_dial === 0 && html`<p class="nobody">${t("nobody")}</p>`}
    <${Figures} items=${figures(estimate)} />
    ${estimate.to_dial > 0 && html`<p class="soft">${pace(estimate)}</p>`}
    ${estimate.to_dial > 0 && body.retry && html`<p class="soft">${t("retries")}</p>`}
    <${Findings} estimate=${estimate} draft=${draft} numbers=${numbers} />
  </div>`;
}

function figures(estimate) {
  const { to_dial: calls, subscribers, duration_s: takes, starts_at: starts, ends_at: ends } = estimate;
  const called = { name: t("calls"), value: count(calls), note: calls < subscribers && t("of", { n: subscribers }) };
  if (calls === 0) return [called];
  const begins = isSoon(starts) ? t("now") : time(starts);
  return [called, { name: t("takes"), value: duration(takes) }, { name: t("starts"), value: begins }, { name: t("ends"), value: time(ends) }];
}

function pace({ lines, calls_per_second: rate, call_s: call }) {
  return rate === null ? t("how", { lines, call: duration(call) }) : t("how_rate", { lines, rate, call: duration(call) });
}

function isSoon(moment) {
  return moment !== null && new Date(moment) - Date.now() < 60_000;
}
