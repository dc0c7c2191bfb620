// What is seldom changed: how long it rings, crashes, and how machines are told from people.
import { duration } from "../../format.js";
import { html } from "../../html.js";
import { speak } from "../../language.js";
import { CheckField, NumberField } from "../../ui/field.js";
import { Section } from "./section.js";

const t = speak({
  en: {
    title: "Advanced", now: "Rings for {ring}", ring: "How long it may ring, in seconds",
    ring_hint: "5 to 180. The default is 45. Mailboxes often answer after 25.",
    redial: "Call again those whose call was cut by a crash of the service",
    redial_hint: "At once, and at most 3 times. They may hear the message twice. The default is not to.",
    detection: "Telling machines from people", detection_off: "These hold once Voicemail is set to something other than “Do not tell machines from people”.",
    timeout_ms: "Decided by (ms)", initial_silence_ms: "Nobody speaks for (ms): unknown", greeting_ms: "Speaks longer than (ms): a machine",
    after_greeting_silence_ms: "Silence after a short greeting (ms): a person",
    long_greeting_silence_ms: "Silence after a longer greeting (ms): a person", min_word_ms: "Shorter sounds are clicks (ms)",
    silence_dbov: "Quieter is no speech (dBov)",
    beep_timeout_ms: "Wait for a beep for at most (ms)", end_silence_ms: "A machine silent for (ms) has no beep",
    range: "{from} to {to}. The default is {usual}.",
  },
  ru: {
    title: "Для знатоков", now: "Гудки до {ring}", ring: "Сколько секунд ждать ответа",
    ring_hint: "От 5 до 180. Обычно 45. Голосовая почта часто отвечает через 25.",
    redial: "Перезвонить тем, чей вызов оборвал сбой сервиса", redial_hint: "Сразу, не больше 3 раз. Они могут услышать сообщение дважды. Обычно нет.",
    detection: "Как отличать автоответчик от человека", detection_off: "Действует, когда в разделе «Автоответчики» выбрано не «Не отличать от людей».",
    timeout_ms: "Решить не позже (мс)", initial_silence_ms: "Молчат (мс): неизвестно кто", greeting_ms: "Говорят дольше (мс): автоответчик",
    after_greeting_silence_ms: "Тишина после короткого приветствия (мс): человек",
    long_greeting_silence_ms: "Тишина после длинного приветствия (мс): человек", min_word_ms: "Звуки короче — щелчки (мс)",
    silence_dbov: "Тише — не речь (dBov)",
    beep_timeout_ms: "Ждать сигнала не дольше (мс)", end_silence_ms: "Молчит (мс): сигнала не будет", range: "От {from} до {to}. Обычно {usual}.",
  },
});
// Of each: the least, the most, and the default of the API's.
const PARAMS = {
  timeout_ms: [3000, 30_000, 10_000], initial_silence_ms: [1000, 10_000, 3000], greeting_ms: [1000, 6000, 2400], after_greeting_silence_ms: [300, 1600, 700],
  long_greeting_silence_ms: [300, 1600, 1500],
  min_word_ms: [20, 300, 60], silence_dbov: [-70, -20, -46], beep_timeout_ms: [1000, 120_000, 30_000], end_silence_ms: [1000, 20_000, 4000],
};

export function Advanced({ draft, change, bound, fault }) {
  const hasFault = ["ring_timeout_s", "redial_interrupted", "machine_detection_params"].some((field) => fault(field));
  const isOff = draft.machine_detection === "off";
  const param = ([name, [from, to, usual]]) => html`<${NumberField} key=${name} label=${t(name)} hint=${t("range", { from, to, usual })}
    value=${draft.params[name]} placeholder=${usual}
    onValue=${(value) => change({ params: { ...draft.params, [name]: value } })} min=${from} max=${to} step="1" disabled=${isOff}
      error=${fault(`machine_detection_params.${name}`)} />`;
  return html`<${Section} title=${t("title")} now=${t("now", { ring: duration(draft.ring_timeout_s ?? 45) })} hasFault=${hasFault}>
    <${NumberField} ...${bound("ring_timeout_s")} label=${t("ring")} hint=${t("ring_hint")} min="5" max="180" step="1" />
    <${CheckField} label=${t("redial")} hint=${t("redial_hint")} checked=${draft.redial_interrupted}
      onValue=${(redial_interrupted) => change({ redial_interrupted })} />
    <fieldset>
      <legend>${t("detection")}</legend>
      ${isOff && html`<p class="hint">${t("detection_off")}</p>`}
      <div class="columns">${Object.entries(PARAMS).map(param)}</div>
    </fieldset>
  <//>`;
}
