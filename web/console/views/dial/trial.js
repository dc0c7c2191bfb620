// A trial: one call to the person's own phone with the settings of the form, watched until it ends.
import { get, newKey, send } from "../../api.js";
import { clock } from "../../format.js";
import { html, useRef, useState } from "../../html.js";
import { keep, recall } from "../../kept.js";
import { speak } from "../../language.js";
import { usePolled } from "../../polled.js";
import { to } from "../../route.js";
import { Button } from "../../ui/button.js";
import { Dialog } from "../../ui/dialog.js";
import { TextField } from "../../ui/field.js";
import { Notice, ProblemNotice } from "../../ui/notice.js";
import { State } from "../../ui/outcome.js";
import { trialOf } from "./body.js";
import { SANDBOX } from "./gateway.js";

const POLL_MS = 700;
const OVER = ["completed", "canceled"];
const t = speak({
  en: {
    title: "Call me first", about: "The same sound, gateway, keys and voicemail settings; at once, whatever the hours say, and without calling again.",
    number: "Your number",
    sandbox: "The sandbox calls nobody: your phone won't ring, but you see here how a call goes.", call: "Call this number", again: "Call once more",
    close: "Close",
    name: "Trial", name_of: "Trial: {name}", now: "The call", heard: "{played} of {whole} was played.", keys: "Keys that were pressed: {digits}",
    see: "The trial in full", waits: "It waits …",
    dnc: "This number is on the do-not-call list, so it was not called.", sip: "The gateway answered {code} {reason}.",
  },
  ru: {
    title: "Сначала позвонить мне", about: "Тот же звук, шлюз, клавиши и автоответчик; сразу, в любые часы и без повторных звонков.", number: "Ваш номер",
    sandbox: "Sandbox никому не звонит: телефон не зазвонит, но здесь видно, как идёт вызов.", call: "Позвонить на этот номер", again: "Позвонить ещё раз",
    close: "Закрыть",
    name: "Проба", name_of: "Проба: {name}", now: "Вызов", heard: "Проиграно {played} из {whole}.", keys: "Нажаты клавиши: {digits}", see: "Проба подробно",
    waits: "Ждёт …",
    dnc: "Этот номер в списке «не звонить», на него не звонили.", sip: "Шлюз ответил {code} {reason}.",
  },
});

export function Trial({ body, name, onClose }) {
  const [number, setNumber] = useState(recall("own_number") ?? "");
  const [campaign, setCampaign] = useState(null);
  const [problem, setProblem] = useState(null);
  const key = useRef(newKey());

  async function call(event) {
    event.preventDefault();
    setProblem(null);
    keep("own_number", number);
    try {
      const title = name.trim() ? t("name_of", { name: name.trim() }).slice(0, 200) : t("name");
      setCampaign(await send("POST", "/dial", trialOf(body, number.trim(), title), key.current));
      key.current = newKey();
    } catch (caught) {
      if (caught.status) key.current = newKey();
      setProblem(caught);
    }
  }

  return html`<${Dialog} title=${t("title")} onClose=${onClose}>
    <p class="soft">${t("about")}</p>
    ${body.gateway_id === SANDBOX && html`<${Notice} kind="info">${t("sandbox")}<//>`}
    <form class="form" onSubmit=${call}>
      <${TextField} label=${t("number")} type="tel" value=${number} onValue=${setNumber} required maxlength="64" autocomplete="tel"
        error=${problem?.of?.("numbers")} />
      <${ProblemNotice} problem=${problem} fields=${["numbers[0]"]} />
      ${campaign && html`<${Watched} key=${campaign.id} id=${campaign.id} />`}
      <div class="row end"><${Button} onClick=${onClose}>${t("close")}<//><${Button} kind="primary" icon="calls"
        type="submit">${t(campaign ? "again" : "call")}<//></div>
    </form>
  <//>`;
}

function Watched({ id }) {
  const [isOver, setOver] = useState(false);
  const { data, problem } = usePolled((signal) => watched(id, signal, setOver), isOver ? 0 : POLL_MS, [id]);
  if (!data) return html`<${ProblemNotice} problem=${problem} />`;
  const { campaign, call } = data;
  return html`<div class="form trial" role="status">
    <p><b>${t("now")}</b> ${call ? html`<${State} state=${call.outcome ?? call.status} />` : t(campaign.counts.do_not_call ? "dnc" : "waits")}</p>
    ${call?.ended_at && call.audio_ms > 0 && html`<p>${t("heard", { played: clock(call.played_ms ?? 0), whole: clock(call.audio_ms) })}</p>`}
    ${call?.digits && html`<p>${t("keys", { digits: call.digits })}</p>`}
    ${call?.sip_code >= 300 && html`<p>${t("sip", { code: String(call.sip_code), reason: call.sip_reason ?? "" })}</p>`}
    <p><a href=${to("campaigns", id)}>${t("see")}</a></p>
  </div>`;
}

async function watched(id, signal, setOver) {
  const [campaign, calls] = await Promise.all([get(`/campaigns/${id}`, {}, signal), get(`/campaigns/${id}/calls`, { limit: 1 }, signal)]);
  if (OVER.includes(campaign.status)) setOver(true);
  return { campaign, call: calls.items[0] ?? null };
}
