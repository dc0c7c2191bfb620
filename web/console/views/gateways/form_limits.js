// How much the provider may be asked at once.
import { html } from "../../html.js";
import { speak } from "../../language.js";
import { NumberField } from "../../ui/field.js";
import { Fold } from "./fold.js";

const t = speak({
  en: {
    title: "Limits", max_lines: "Calls at once, at most", max_lines_hint: "As many lines as you pay for. Empty: no limit of its own.", none: "no limit",
    calls_per_second: "Calls started a second, at most", calls_per_second_hint: "As your provider allows; 0.2 is a call every 5 s. Empty: no limit of its own.",
    lines: { one: "{n} line", other: "{n} lines" }, rate: "{rate} a second",
  },
  ru: {
    title: "Ограничения", max_lines: "Вызовов одновременно, не больше", max_lines_hint: "Сколько линий вы оплачиваете. Пусто — без ограничения.",
    none: "без ограничений",
    calls_per_second: "Вызовов в секунду, не больше", calls_per_second_hint: "Сколько разрешает провайдер; 0,2 — вызов каждые 5 с. Пусто — без ограничения.",
    lines: { one: "{n} линия", few: "{n} линии", many: "{n} линий", other: "{n} линии" }, rate: "{rate} в секунду",
  },
});

export function Limits({ values, set, error, wrong }) {
  const parts = [values.max_lines && t("lines", { n: values.max_lines }), values.calls_per_second && t("rate", { rate: values.calls_per_second })];
  const field = (name) => ({ label: t(name), hint: t(`${name}_hint`), value: values[name], onValue: set(name), error: error(name), optional: true });
  return html`<${Fold} title=${t("title")} summary=${parts.filter(Boolean).join(" · ") || t("none")} isWrong=${wrong("max_lines", "calls_per_second")}>
    <div class="columns">
      <${NumberField} ...${field("max_lines")} min="1" step="1" />
      <${NumberField} ...${field("calls_per_second")} min="0" step="any" />
    </div>
  <//>`;
}
