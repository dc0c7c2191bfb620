// Calls in tables.
import { clock, duration, phone, time } from "../../format.js";
import { html } from "../../html.js";
import { speak } from "../../language.js";
import { Icon } from "../../ui/icon.js";
import { State } from "../../ui/outcome.js";

const t = speak({
  en: {
    number: "Number", when: "When", attempt: "Attempt", outcome: "Outcome", talked: "Talked", played: "Heard", answer: "SIP answer", keys: "Keys",
    details: "Details of the call to {number} at {at}",
    not_counted: "did not count", of: "{played} of {all}", recording: "There is a recording",
  },
  ru: {
    number: "Номер", when: "Когда", attempt: "Попытка", outcome: "Исход", talked: "Разговор", played: "Прослушано", answer: "Ответ SIP", keys: "Клавиши",
    details: "Подробности вызова на {number}, {at}",
    not_counted: "не в счёт", of: "{played} из {all}", recording: "Есть запись",
  },
});

/** `onOpen` gets the id of the call that was chosen. */
export function callColumns(onOpen, { withNumber = true } = {}) {
  const when = (call) => time(call.initiated_at, true);
  const details = (call) => t("details", { number: call.number, at: when(call) });
  const opener = (call, text) => html`<button type="button" class="link mono" aria-label=${details(call)} onClick=${() => onOpen(call.id)}>${text}</button>`;
  const number = { key: "number", title: t("number"), isMain: true, cell: (call) => opener(call, phone(call.number)) };
  const first = withNumber
    ? [number, { key: "when", title: t("when"), cell: (call) => html`<span class="mono">${when(call)}</span>` }]
    : [{ key: "when", title: t("when"), isMain: true, cell: (call) => opener(call, when(call)) }];
  return [
    ...first,
    { key: "attempt", title: t("attempt"), isNumber: true, cell: (call) => call.attempt },
    { key: "outcome", title: t("outcome"), cell: outcomeOf },
    { key: "talked", title: t("talked"), isNumber: true, cell: (call) => seconds(call.talk_ms) },
    { key: "played", title: t("played"), isNumber: true, cell: playedOf },
    { key: "answer", title: t("answer"), cell: (call) => (call.sip_code ? `${call.sip_code} ${call.sip_reason ?? ""}` : "–") },
    { key: "keys", title: t("keys"), cell: keysOf },
  ];
}

/** How much of the message was heard. */
export function playedOf(call) {
  return call.played_ms === null ? "–" : html`<span class="mono">${t("of", { played: clock(call.played_ms), all: clock(call.audio_ms) })}</span>`;
}

/** The outcome; while the call is live its state; of an attempt that does not count the word for that. */
export function outcomeOf(call) {
  if (call.outcome) return html`<${State} state=${call.outcome} />`;
  return call.ended_at === null ? html`<${State} state=${call.status} />` : html`<span class="badge plain">${t("not_counted")}</span>`;
}

function keysOf(call) {
  if (!call.recording_ms) return html`<span class="mono">${call.digits || "–"}</span>`;
  return html`<span class="mono">${call.digits} <${Icon} name="record" size=${16} /><span class="unseen">${t("recording")}</span></span>`;
}

function seconds(ms) {
  return ms === null ? "–" : duration(ms / 1000);
}
