// Recording: what the called person says after the message.
import { html } from "../../html.js";
import { speak } from "../../language.js";
import { NumberField } from "../../ui/field.js";
import { Notice } from "../../ui/notice.js";
import { Section } from "./section.js";

const t = speak({
  en: {
    title: "Recording", none: "Nothing is recorded", now: "Up to {seconds} s after the message, kept for {days} days",
    seconds: "Seconds to record after the message",
    seconds_hint: "0 to 120. The default is 0: nothing is recorded. It ends after 5 s of silence, too.", days: "Days until the recordings are deleted",
    days_hint: "1 to 3650. The default is 30.",
    law: "In many countries people must be told before they are recorded, and must agree. Say so in your message, and ask somebody who knows the law.",
  },
  ru: {
    title: "Запись ответа", none: "Ничего не записывается", now: "До {seconds} с после сообщения, хранится дней: {days}",
    seconds: "Сколько секунд записывать после сообщения",
    seconds_hint: "От 0 до 120. Обычно 0: ничего не записывается. Запись кончается и после 5 с тишины.", days: "Через сколько дней записи удаляются",
    days_hint: "От 1 до 3650. Обычно 30.",
    law: "Во многих странах человека обязаны предупредить о записи, и он должен согласиться. Скажите об этом в сообщении и посоветуйтесь с юристом.",
  },
});

export function Recording({ draft, bound, fault }) {
  const isOn = draft.record_s > 0;
  const now = isOn ? t("now", { seconds: draft.record_s, days: draft.recording_days ?? 30 }) : t("none");
  return html`<${Section} title=${t("title")} now=${now} hasFault=${Boolean(fault("record_s") || fault("recording_days"))}>
    <div class="columns">
      <${NumberField} ...${bound("record_s")} label=${t("seconds")} hint=${t("seconds_hint")} min="0" max="120" step="1" />
      ${isOn && html`<${NumberField} ...${bound("recording_days")} label=${t("days")} hint=${t("days_hint")} min="1" max="3650" step="1" />`}
    </div>
    ${isOn && html`<${Notice} kind="warning">${t("law")}<//>`}
  <//>`;
}
