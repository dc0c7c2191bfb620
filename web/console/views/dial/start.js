// The buttons: call them all, and first of all me.
import { newKey, send } from "../../api.js";
import { duration } from "../../format.js";
import { html, useRef, useState } from "../../html.js";
import { speak } from "../../language.js";
import { go, to } from "../../route.js";
import { Button } from "../../ui/button.js";
import { confirmed } from "../../ui/dialog.js";
import { Notice, ProblemNotice } from "../../ui/notice.js";
import { knowsAllBad } from "./bad_numbers.js";
import { forgetDraft } from "./draft.js";
import { missingThing } from "./faults.js";
import { SANDBOX } from "./gateway.js";
import { Trial } from "./trial.js";

const MANY_THAT_COST = 100;
const MANY = 1000;
const t = speak({
  en: {
    call: { one: "Call {n} person", other: "Call {n} people" }, start: "Start the campaign", me: "Call me first",
    me_hint: "One call to your own phone with these settings, to hear it before everybody does.",
    ask: { one: "Call {n} person?", other: "Call {n} people?" },
    ask_text: "The calls go out through “{gateway}” and take about {takes}. Your provider charges them.",
    ask_sandbox: "The calls go out through “{gateway}”, which calls nobody, and take about {takes}.",
    unsure: "No answer came: it may have been started all the same. Pressing the button again does not start it twice.", see: "Look among the campaigns",
  },
  ru: {
    call: { one: "Позвонить {n} человеку", few: "Позвонить {n} людям", many: "Позвонить {n} людям", other: "Позвонить {n} человека" }, start: "Начать кампанию",
    me: "Сначала мне",
    me_hint: "Один вызов на ваш телефон с этими настройками, чтобы услышать его раньше всех.",
    ask: { one: "Позвонить {n} человеку?", few: "Позвонить {n} людям?", many: "Позвонить {n} людям?", other: "Позвонить {n} человека?" },
    ask_text: "Вызовы пойдут через шлюз «{gateway}», это займёт около {takes}. Провайдер возьмёт за них плату.",
    ask_sandbox: "Вызовы пойдут через шлюз «{gateway}», который никому не звонит, это займёт около {takes}.",
    unsure: "Ответ не пришёл: кампания могла начаться. Повторное нажатие не начнёт её второй раз.", see: "Посмотреть среди кампаний",
  },
});

export function Start({ draft, body, missing, choices, numbers, forecast, refused, onRefused }) {
  const [isTrial, setTrial] = useState(false);
  const sent = useRef({ text: null, key: null });
  const gateway = choices.gateways?.find((one) => one.id === draft.gateway_id);
  const { isOfNow, isUnknown } = forecast;
  const estimate = isUnknown && !isOfNow ? null : forecast.estimate;
  const isReady = missing.length === 0 && (isOfNow ? estimate.to_dial > 0 && knowsAllBad(estimate) : isUnknown);

  async function start() {
    if (estimate && needsQuestion(estimate, draft) && !(await confirmed(question(estimate, gateway)))) return;
    const wanted = withoutBad(body, estimate);
    try {
      const campaign = await send("POST", "/dial", wanted, keyOf(sent, wanted));
      forgetDraft(draft.gateway_id);
      go("campaigns", campaign.id);
    } catch (problem) {
      if (problem.status) sent.current.key = null; // with no answer at all, the same key is sent again
      onRefused(inOldPlaces(problem, estimate, numbers));
    }
  }

  return html`<div class="form">
    ${refused && !missingThing(refused) && html`<${ProblemNotice} problem=${refused} fields=${named(refused)} />`}
    ${refused?.status === 0 && html`<${Notice} kind="warning"><p>${t("unsure")}</p><p><a href=${to("campaigns")}>${t("see")}</a></p><//>`}
    <${Button} kind="primary" icon="calls" class="start" disabled=${!isReady}
      onClick=${start}>${estimate?.to_dial > 0 ? t("call", { n: estimate.to_dial }) : t("start")}<//>
    <${Button} icon="user" disabled=${!draft.audio_id || !draft.gateway_id} onClick=${() => setTrial(true)}>${t("me")}<//>
    <p class="hint">${t("me_hint")}</p>
    ${isTrial && html`<${Trial} body=${body} name=${draft.name} onClose=${() => setTrial(false)} />`}
  </div>`;
}

// All of them are told at their fields, and the numbers by their lines.
function named(problem) {
  return (problem.errors ?? []).map((error) => error.field);
}

function needsQuestion(estimate, draft) {
  return estimate.to_dial > (draft.gateway_id === SANDBOX ? MANY : MANY_THAT_COST);
}

function question(estimate, gateway) {
  const told = { gateway: gateway?.name ?? "", takes: duration(estimate.duration_s) };
  const text = t(gateway?.id === SANDBOX ? "ask_sandbox" : "ask_text", told);
  return { title: t("ask", { n: estimate.to_dial }), text, action: t("call", { n: estimate.to_dial }), kind: "primary" };
}

/** The numbers that are known to be none are left out, as the page says; POST /dial would refuse them all because of them. */
function withoutBad(body, estimate) {
  if (!body.numbers || !estimate?.bad_numbers.length) return body;
  const bad = new Set(estimate.bad_numbers.map(({ index }) => index));
  return { ...body, numbers: body.numbers.filter((number, index) => !bad.has(index)) };
}

/** A refusal names numbers by their place among those that were sent; the page has the others between them. */
function inOldPlaces(problem, estimate, numbers) {
  const bad = new Set(estimate?.bad_numbers.map(({ index }) => index));
  const places = numbers.map((number, index) => index).filter((index) => !bad.has(index));
  for (const error of problem.errors ?? []) error.field = error.field.replace(/^numbers\[(\d+)\]/, (whole, index) => `numbers[${places[index] ?? index}]`);
  return problem;
}

function keyOf(sent, body) {
  const text = JSON.stringify(body);
  if (sent.current.text !== text || !sent.current.key) sent.current = { text, key: newKey() };
  return sent.current.key;
}
