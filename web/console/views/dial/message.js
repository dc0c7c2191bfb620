// Message: how often the sound is played, and the silence around it.
import { decimal } from "../../format.js";
import { html } from "../../html.js";
import { speak } from "../../language.js";
import { NumberField } from "../../ui/field.js";
import { Section } from "./section.js";

const t = speak({
  en: {
    title: "Message", now: { one: "Played {n} time", other: "Played {n} times, {pause} s apart" }, repeat: "How many times it is played",
    repeat_hint: "1 to 10. The default is 1.",
    pause: "Seconds between two times", pause_hint: "0 to 10. The default is 0.", lead_in: "Seconds of silence before it",
    lead_in_hint: "0 to 10. The default is 0.2: the phone is at the ear by then.",
    tail: "Seconds of silence after it", tail_hint: "0 to 10. The default is 0.2, so that the end is not cut.",
  },
  ru: {
    title: "Сообщение",
    now: {
      one: "Звучит {n} раз", few: "Звучит {n} раза, с паузой {pause} с", many: "Звучит {n} раз, с паузой {pause} с",
      other: "Звучит {n} раза, с паузой {pause} с",
    },
    repeat: "Сколько раз проиграть", repeat_hint: "От 1 до 10. Обычно 1.", pause: "Секунд между повторами", pause_hint: "От 0 до 10. Обычно 0.",
    lead_in: "Секунд тишины до него", lead_in_hint: "От 0 до 10. Обычно 0,2: трубка за это время у уха.", tail: "Секунд тишины после него",
    tail_hint: "От 0 до 10. Обычно 0,2, чтобы не обрезать конец.",
  },
});

export function Message({ draft, bound, fault }) {
  const hasFault = ["repeat", "repeat_pause_ms", "lead_in_ms", "tail_ms"].some((field) => fault(field));
  const seconds = (name, field) => html`<${NumberField} ...${bound(`${name}_s`, field)} label=${t(name)} hint=${t(`${name}_hint`)} min="0" max="10"
    step="0.1" />`;
  return html`<${Section} title=${t("title")} now=${t("now", { n: draft.repeat ?? 1, pause: decimal(draft.repeat_pause_s ?? 0) })} hasFault=${hasFault}>
    <div class="columns">
      <${NumberField} ...${bound("repeat")} label=${t("repeat")} hint=${t("repeat_hint")} min="1" max="10" step="1" />
      <${NumberField} ...${bound("repeat_pause_s", "repeat_pause_ms")} label=${t("pause")} hint=${t("pause_hint")} min="0" max="10" step="0.1" />
      ${seconds("lead_in", "lead_in_ms")}
      ${seconds("tail", "tail_ms")}
    </div>
  <//>`;
}
