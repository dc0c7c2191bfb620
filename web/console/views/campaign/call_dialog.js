// A call in all its details, in words.
import { get, send } from "../../api.js";
import { clock, decimal, duration, phone, time } from "../../format.js";
import { html, useEffect, useState } from "../../html.js";
import { speak } from "../../language.js";
import { usePolled } from "../../polled.js";
import { Button } from "../../ui/button.js";
import { Dialog } from "../../ui/dialog.js";
import { ProblemNotice } from "../../ui/notice.js";
import { tried } from "../../ui/toast.js";
import { outcomeOf, playedOf } from "./call_columns.js";
import { advice, ofCause, ofCode, ofOutcome } from "./call_words.js";
import { Facts } from "./facts.js";
import { showCall } from "./places.js";
import { Recording } from "./recording.js";

const LIVE_MS = 1000;
const t = speak({
  en: {
    title: "Call to {number}", one: "Call", hang_up: "Hang up", hung_up: "Hung up.", what: "What happened", course: "How it went",
    network: "What the network said", sound: "How the sound travelled",
    outcome: "Outcome", meaning: "What it means", todo: "What to do", began: "Began", ringing: "Began to ring", answered: "Answered", ended: "Ended",
    ring: "Rang for", talk: "Talked for", played: "Heard of the message", first: "Message began",
    first_ms: "{n} ms after the answer", by: "Hung up by", callee: "the called person", service: "Dozvon", by_network: "the network", keys: "Keys pressed",
    transfer: "Transfer", accepted: "accepted ({code})", transfer_failed: "failed ({code})",
    who: "Who answered", human: "a person", machine: "voicemail", beep: "voicemail with a beep", unknown: "not clear", attempt: "Attempt",
    dialled: "Dialled as", recording: "Recording", code: "SIP answer", code_means: "It means", cause: "Q.850 cause",
    id: "SIP Call-ID", sent: "Packets sent", lost: "Of these lost", received: "Packets received", received_lost: "Lost on the way here", jitter: "Jitter",
    rtt: "Round trip", ms: "{n} ms", no_report: "the other side reported nothing", none: "no answer came",
  },
  ru: {
    title: "Вызов на {number}", one: "Вызов", hang_up: "Положить трубку", hung_up: "Трубка положена.", what: "Что произошло", course: "Как он шёл",
    network: "Что ответила сеть", sound: "Как шёл звук",
    outcome: "Исход", meaning: "Что это значит", todo: "Что делать", began: "Начат", ringing: "Пошли гудки", answered: "Отвечен", ended: "Закончен",
    ring: "Гудки", talk: "Разговор", played: "Прослушано", first: "Сообщение началось",
    first_ms: "через {n} мс после ответа", by: "Трубку положил", callee: "вызываемый", service: "Dozvon", by_network: "сеть", keys: "Нажатые клавиши",
    transfer: "Перевод", accepted: "принят ({code})", transfer_failed: "не удался ({code})",
    who: "Кто ответил", human: "человек", machine: "автоответчик", beep: "автоответчик с сигналом", unknown: "неясно", attempt: "Попытка",
    dialled: "Набран как", recording: "Запись", code: "Ответ SIP", code_means: "Это значит", cause: "Причина Q.850",
    id: "SIP Call-ID", sent: "Отправлено пакетов", lost: "Из них потеряно", received: "Принято пакетов", received_lost: "Потеряно по пути сюда",
    jitter: "Джиттер", rtt: "Туда и обратно", ms: "{n} мс", no_report: "та сторона ничего не сообщила", none: "ответа не было",
  },
});

export function CallDialog({ id }) {
  const { call, problem, refresh } = useCall(id);
  const isLive = call && call.ended_at === null;

  async function hangUp() {
    await tried(() => send("POST", `/calls/${id}/hangup`), t("hung_up"));
    refresh();
  }

  const footer = isLive && html`<${Button} kind="danger" icon="hangup" onClick=${hangUp}>${t("hang_up")}<//>`;
  return html`<${Dialog} wide title=${call ? t("title", { number: phone(call.number) }) : t("one")} onClose=${() => showCall("")} footer=${footer}>
    <${ProblemNotice} problem=${problem} onRetry=${refresh} />
    ${call && html`<div class="call-details">
      <${Part} title=${t("what")} facts=${what(call)} />
      <${Part} title=${t("course")} facts=${course(call)} />
      <${Part} title=${t("network")} facts=${network(call)} />
      ${call.packets_sent !== null && html`<${Part} title=${t("sound")} facts=${sound(call)} />`}
    </div>`}
  <//>`;
}

function Part({ title, facts }) {
  return html`<section><h3>${title}</h3><${Facts} facts=${facts} /></section>`;
}

function what(call) {
  const by = call.hangup_by === "network" ? "by_network" : call.hangup_by;
  return [
    [t("outcome"), outcomeOf(call)],
    [t("meaning"), call.ended_at !== null && ofOutcome(call.outcome)],
    [t("todo"), call.ended_at !== null && advice(call.outcome)],
    [t("played"), call.answered_at && playedOf(call)],
    [t("by"), by && t(by)],
    [t("keys"), call.digits && html`<span class="mono">${call.digits}</span>`],
    [t("transfer"), call.transfer && t(call.transfer === "accepted" ? "accepted" : "transfer_failed", { code: call.transfer_code ?? "–" })],
    [t("who"), call.answered_by && t(call.answered_by)],
    [t("recording"), call.recording_ms !== null && html`<${Recording} call=${call} />`],
  ];
}

function course(call) {
  return [
    [t("began"), time(call.initiated_at, true)],
    [t("ringing"), call.ringing_at && time(call.ringing_at, true)],
    [t("answered"), call.answered_at && time(call.answered_at, true)],
    [t("ended"), call.ended_at && time(call.ended_at, true)],
    [t("ring"), call.ring_ms !== null && duration(call.ring_ms / 1000)],
    [t("talk"), call.talk_ms !== null && clock(call.talk_ms, true)],
    [t("first"), call.first_audio_ms !== null && t("first_ms", { n: call.first_audio_ms })],
    [t("attempt"), call.attempt],
    [t("dialled"), html`<span class="mono">${call.dialled}</span>`],
  ];
}

function network(call) {
  const code = call.sip_code ? `${call.sip_code} ${call.sip_reason ?? ""}` : call.sip_reason;
  return [
    [t("code"), code ?? (call.ended_at !== null && t("none"))],
    [t("code_means"), ofCode(call.sip_code)],
    [t("cause"), call.q850_cause !== null && ofCause(call.q850_cause)],
    [t("id"), html`<code>${call.sip_call_id}</code>`],
  ];
}

function sound(call) {
  const ms = (n) => n !== null && t("ms", { n: decimal(n) });
  return [
    [t("sent"), call.packets_sent],
    [t("lost"), call.packets_lost ?? t("no_report")],
    [t("jitter"), ms(call.jitter_ms)],
    [t("rtt"), ms(call.rtt_ms)],
    [t("received"), call.packets_received],
    [t("received_lost"), call.received_lost],
  ];
}

function useCall(id) {
  const [everyMs, setEvery] = useState(LIVE_MS);
  const { data, problem, refresh } = usePolled((signal) => get(`/calls/${encodeURIComponent(id)}`, {}, signal), everyMs, [id]);
  useEffect(() => {
    if (data) setEvery(data.ended_at === null ? LIVE_MS : 0);
  }, [data]);
  return { call: data, problem, refresh };
}
