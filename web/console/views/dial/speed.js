// Speed: how many calls at once, and how many a second.
import { decimal } from "../../format.js";
import { html } from "../../html.js";
import { speak } from "../../language.js";
import { NumberField } from "../../ui/field.js";
import { Section } from "./section.js";

const t = speak({
  en: {
    title: "Speed", free: "As fast as the service and the gateway allow", lines: "Calls at once", no_limit: "no limit of its own",
    lines_hint: "Empty: as many as the service has lines and the gateway takes.", rate: "New calls a second",
    rate_hint: "Empty: as the gateway allows. 0.5 is one call in two seconds.",
    lines_now: { one: "{n} call at once", other: "{n} calls at once" }, rate_now: "{rate} new calls a second",
  },
  ru: {
    title: "Скорость", free: "Так быстро, как позволяют сервис и шлюз", lines: "Вызовов одновременно", no_limit: "без своего предела",
    lines_hint: "Пусто — сколько линий у сервиса и сколько принимает шлюз.", rate: "Новых вызовов в секунду",
    rate_hint: "Пусто — сколько разрешает шлюз. 0,5 — один вызов в две секунды.",
    lines_now: { one: "{n} вызов одновременно", few: "{n} вызова одновременно", many: "{n} вызовов одновременно", other: "{n} вызова одновременно" },
    rate_now: "новых вызовов в секунду: {rate}",
  },
});

export function Speed({ draft, bound, fault }) {
  const lines = draft.max_lines && t("lines_now", { n: draft.max_lines });
  const rate = draft.calls_per_second && t("rate_now", { rate: decimal(draft.calls_per_second, 2) });
  const now = [lines, rate].filter(Boolean);
  return html`<${Section} title=${t("title")} now=${now.join(", ") || t("free")} hasFault=${Boolean(fault("max_lines") || fault("calls_per_second"))}>
    <div class="columns">
      <${NumberField} ...${bound("max_lines")} label=${t("lines")} hint=${t("lines_hint")} placeholder=${t("no_limit")} min="1" step="1" />
      <${NumberField} ...${bound("calls_per_second")} label=${t("rate")} hint=${t("rate_hint")} placeholder=${t("no_limit")} min="0.01" step="any" />
    </div>
  <//>`;
}
