// How numbers are dialled, with an example that follows the settings.
import { html, useEffect, useState } from "../../html.js";
import { phone } from "../../format.js";
import { speak } from "../../language.js";
import { CheckField, TextField } from "../../ui/field.js";
import { RegionField } from "../../ui/region.js";
import { Fold } from "./fold.js";
import { exampleOf } from "./numbers.js";
import { dialled, isAllowed } from "./settings.js";

const t = speak({
  en: {
    title: "Numbers", region: "Country of local numbers", region_hint: "How a number without a country code is read when numbers are typed into a campaign.",
    strip_plus: "Dial without the plus", strip_plus_hint: "79123456789 instead of +79123456789. Many providers want it so.",
    dial_prefix: "Put in front", dial_prefix_hint: "Such as 9 for an outside line of a PBX; it comes after the plus was taken off.",
    allowed_prefixes: "Only numbers that begin with",
    allowed_prefixes_hint: "Such as +7, or +7912, +7495. Empty: all. It keeps calls away from expensive countries, whatever stands on a list.",
    example: "An example", number: "Try a number", local: "{local} on a list is read as {number}.", sent: "Dialled", caller: "The called person sees",
    nothing: "what the provider sets",
    refused: "Not called: it begins with none of these.", no_number: "Type a number with its plus and country code.",
  },
  ru: {
    title: "Номера", region: "Страна местных номеров", region_hint: "Как читать номер без кода страны, когда номера вписаны в кампанию.",
    strip_plus: "Набирать без плюса", strip_plus_hint: "79123456789 вместо +79123456789. Так хотят многие провайдеры.",
    dial_prefix: "Поставить впереди", dial_prefix_hint: "Например, 9 для выхода в город с АТС; ставится после того, как убран плюс.",
    allowed_prefixes: "Разрешённые начала номеров",
    allowed_prefixes_hint: "Например, +7 или +7912, +7495. Пусто — на любые. Бережёт от звонков в дорогие страны, что бы ни было в списке.",
    example: "Пример", number: "Проверить на номере", local: "{local} в списке читается как {number}.", sent: "Набирается", caller: "Вызываемый видит",
    nothing: "что подставит провайдер",
    refused: "Не набирается: начинается иначе.", no_number: "Введите номер с плюсом и кодом страны.",
  },
});

export function Numbers({ values, set, error, wrong }) {
  return html`<${Fold} title=${t("title")} isOpen isWrong=${wrong("region", "strip_plus", "dial_prefix", "allowed_prefixes")}>
    <div class="columns">
      <${RegionField} label=${t("region")} hint=${t("region_hint")} value=${values.region} onValue=${set("region")} error=${error("region")} />
      <${Prefixes} value=${values.allowed_prefixes} onValue=${set("allowed_prefixes")} error=${error("allowed_prefixes")} />
    </div>
    <div class="columns">
      <${TextField} label=${t("dial_prefix")} hint=${t("dial_prefix_hint")} optional maxlength="32"
        value=${values.dial_prefix} onValue=${set("dial_prefix")} error=${error("dial_prefix")} />
      <${CheckField} label=${t("strip_plus")} hint=${t("strip_plus_hint")} checked=${values.strip_plus} onValue=${set("strip_plus")} />
    </div>
    <${Example} values=${values} />
  <//>`;
}

// Typed as one line; the commas and spaces between them stay as they are typed.
function Prefixes({ value, onValue, error }) {
  const [text, setText] = useState(value.join(", "));

  function typed(next) {
    setText(next);
    onValue(next.split(/[\s,;]+/).filter(Boolean).map((prefix) => (/^\d/.test(prefix) ? `+${prefix}` : prefix)));
  }

  return html`<${TextField} label=${t("allowed_prefixes")} hint=${t("allowed_prefixes_hint")} optional value=${text} onValue=${typed} error=${error}
    inputmode="tel" />`;
}

function Example({ values }) {
  const known = exampleOf(values.region);
  const [text, setText] = useState(known?.[1] ?? "");
  useEffect(() => setText(known?.[1] ?? ""), [values.region]);
  const number = text.replace(/[^\d+]/g, "");
  const isNumber = /^\+\d{5,15}$/.test(number);
  return html`<div class="example" role="group" aria-label=${t("example")}>
    <div class="columns">
      <${TextField} label=${t("number")} value=${text} onValue=${setText} inputmode="tel"
        hint=${known && number === known[1] ? t("local", { local: known[0], number: phone(number) }) : null} />
      <dl class="told" aria-live="polite">
        <div><dt>${t("sent")}</dt><dd>${isNumber ? html`<${Dialled} number=${number} values=${values} />` : t("no_number")}</dd></div>
        <div><dt>${t("caller")}</dt><dd>${values.caller_id || values.username || t("nothing")}</dd></div>
      </dl>
    </div>
  </div>`;
}

function Dialled({ number, values }) {
  if (!isAllowed(number, values)) return html`<span class="refused">${t("refused")}</span>`;
  return html`<code>sip:<b>${dialled(number, values)}</b>@${values.host || "…"}</code>`;
}
