// Whom: everybody on a callbase, or numbers that are typed or pasted.
import { html, useEffect } from "../../html.js";
import { speak } from "../../language.js";
import { to } from "../../route.js";
import { LinkButton } from "../../ui/button.js";
import { AreaField, SelectField } from "../../ui/field.js";
import { BadNumbers } from "./bad_numbers.js";

const t = speak({
  en: {
    whom: "Whom to call", callbase: "A callbase", numbers: "Numbers", choose: "Choose a callbase", list: "Callbase",
    people: { one: "{name} ({n} person)", other: "{name} ({n} people)" },
    none: "There are no callbases yet.", upload: "Upload a list", numbers_label: "Numbers, one a line",
    numbers_hint: "As you write them; those without + are read as of the gateway's country.",
    count: { one: "{n} number", other: "{n} numbers" }, gone: "It is no longer there; choose another.", open: "See the list",
  },
  ru: {
    whom: "Кому звонить", callbase: "По базе", numbers: "По номерам", choose: "Выберите базу", list: "База",
    people: { one: "{name} ({n} человек)", few: "{name} ({n} человека)", many: "{name} ({n} человек)", other: "{name} ({n} человека)" },
    none: "Баз пока нет.", upload: "Загрузить базу", numbers_label: "Номера, по одному в строке",
    numbers_hint: "Пишите как привыкли; номера без + читаются как номера страны шлюза.",
    count: { one: "{n} номер", few: "{n} номера", many: "{n} номеров", other: "{n} номера" }, gone: "Её больше нет, выберите другую.", open: "Посмотреть базу",
  },
});

export function Whom({ draft, change, bound, fault, choices, numbers, estimate }) {
  const way = (name) => html`<label class=${draft.who === name ? "chosen" : ""}>
    <input type="radio" name="whom" checked=${draft.who === name} onChange=${() => change({ who: name })} />${t(name)}
  </label>`;
  const wholeFault = fault.errors.find((error) => error.field === "numbers")?.reason; // those of single numbers stand below, by their lines
  return html`<fieldset>
    <legend>${t("whom")}</legend>
    <div class="ways">${way("callbase")}${way("numbers")}</div>
    ${draft.who === "callbase"
      ? html`<${OfCallbase} draft=${draft} change=${change} error=${fault("callbase_id")} callbases=${choices.callbases} />`
      : html`<${AreaField} ...${bound("numbers")} error=${wholeFault} label=${t("numbers_label")} hint=${hint(numbers)} rows=${6} spellcheck=${false} />
          <${BadNumbers} change=${change} numbers=${numbers} estimate=${estimate} fault=${fault} />`}
  </fieldset>`;
}

function hint(numbers) {
  return numbers.length ? `${t("count", { n: numbers.length })}. ${t("numbers_hint")}` : t("numbers_hint");
}

function OfCallbase({ draft, change, error, callbases }) {
  const chosen = callbases?.find((one) => one.id === draft.callbase_id);
  useEffect(() => {
    if (!draft.callbase_id && callbases?.length === 1) change({ callbase_id: callbases[0].id });
  }, [callbases?.length]);

  if (callbases?.length === 0) return html`<div class="row"><span>${t("none")}</span><${LinkButton} icon="upload"
    href=${to("callbases", "new")}>${t("upload")}<//></div>`;
  const options = (callbases ?? []).map((one) => ({ value: one.id, label: t("people", { name: one.name, n: one.total }), disabled: one.total === 0 }));
  const isGone = callbases && draft.callbase_id && !chosen;
  return html`<div class="form">
    <${SelectField} label=${t("list")} value=${chosen ? draft.callbase_id : ""} onValue=${(id) => change({ callbase_id: id })}
      options=${[{ value: "", label: t("choose") }, ...options]} error=${isGone ? t("gone") : error} />
    ${chosen && html`<p class="hint see"><a href=${to("callbases", chosen.id)}>${t("open")}</a></p>`}
  </div>`;
}
