// Which of the typed numbers can't be called, by their lines, and the button that takes them out.
import { html } from "../../html.js";
import { speak } from "../../language.js";
import { reasonOf } from "../../reasons.js";
import { Button } from "../../ui/button.js";
import { Notice } from "../../ui/notice.js";

const MOST_SHOWN = 8;
const t = speak({
  en: {
    bad: { one: "{n} number can't be called and is left out:", other: "{n} numbers can't be called and are left out:" },
    too_many: "{n} numbers can't be called. Take them out, or look whether these are numbers at all and the gateway is the right one:",
    line: "Line {line}: {text} – {reason}", more: { one: "and {n} more", other: "and {n} more" }, remove: { one: "Take {n} out", other: "Take these {n} out" },
  },
  ru: {
    bad: {
      one: "На {n} номер позвонить нельзя, он пропускается:", few: "На {n} номера позвонить нельзя, они пропускаются:",
      many: "На {n} номеров позвонить нельзя, они пропускаются:", other: "На {n} номера позвонить нельзя, они пропускаются:",
    },
    too_many: "Номеров, на которые нельзя позвонить: {n}. Уберите их или проверьте, номера ли это и тот ли выбран шлюз:",
    line: "Строка {line}: {text} – {reason}", more: { one: "и ещё {n}", few: "и ещё {n}", many: "и ещё {n}", other: "и ещё {n}" },
    remove: { one: "Убрать {n}", few: "Убрать эти {n}", many: "Убрать эти {n}", other: "Убрать эти {n}" },
  },
});

/** The bad ones of the numbers: [{ index, reason }], from the estimate, or from the refusal of the start. */
export function badNumbers(estimate, fault) {
  if (estimate) return estimate.bad_numbers;
  return fault.errors.map((error) => ({ index: /^numbers\[(\d+)\]/.exec(error.field)?.[1], reason: error.reason })).filter((bad) => bad.index !== undefined);
}

/** Whether all bad numbers are known by their place, so that the others can be called without them. */
export function knowsAllBad(estimate) {
  return !estimate || estimate.bad_numbers.length === estimate.bad_numbers_total;
}

export function BadNumbers({ change, numbers, estimate, fault }) {
  const bad = badNumbers(estimate, fault).filter(({ index }) => numbers[index]);
  if (bad.length === 0) return null;
  const total = estimate?.bad_numbers_total ?? bad.length;

  function remove() {
    const out = new Set(bad.map(({ index }) => Number(index)));
    change({ numbers: numbers.filter((one, index) => !out.has(index)).map((one) => one.text).join("\n") });
  }

  return html`<${Notice} kind="warning">
    <p>${t(knowsAllBad(estimate) ? "bad" : "too_many", { n: total })}</p>
    <ul>${bad.slice(0, MOST_SHOWN).map(({ index, reason }) => html`<li
      key=${index}>${t("line", { line: numbers[index].line, text: numbers[index].text, reason: reasonOf(reason) })}</li>`)}</ul>
    ${total > MOST_SHOWN && html`<p>${t("more", { n: total - Math.min(bad.length, MOST_SHOWN) })}</p>`}
    <p><${Button} icon="trash" onClick=${remove}>${t("remove", { n: bad.length })}<//></p>
  <//>`;
}
