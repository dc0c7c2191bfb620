// The numbers that were not added, each with its reason.
import { html } from "../../html.js";
import { speak } from "../../language.js";
import { reasonOf } from "../../reasons.js";
import { Notice } from "../../ui/notice.js";

const t = speak({
  en: {
    refused: { one: "{n} number can't be read, and is not on the list:", other: "{n} numbers can't be read, and are not on the list:" },
    more: { one: "and {n} more", other: "and {n} more" },
  },
  ru: {
    refused: {
      one: "{n} номер прочесть нельзя, в список он не попал:",
      few: "{n} номера прочесть нельзя, в список они не попали:",
      many: "{n} номеров прочесть нельзя, в список они не попали:",
      other: "{n} номера прочесть нельзя, в список они не попали:",
    },
    more: { one: "и ещё {n}", few: "и ещё {n}", many: "и ещё {n}", other: "и ещё {n}" },
  },
});
const SHOWN = 50;

/** `refused`: [{ number, reason }]. */
export function Refused({ refused }) {
  if (refused.length === 0) return null;
  return html`<${Notice} kind="warning">
    <p>${t("refused", { n: refused.length })}</p>
    <ul>${refused.slice(0, SHOWN).map((one, index) => html`<li key=${index}><b>${one.number}</b> ${reasonOf(one.reason)}</li>`)}
      ${refused.length > SHOWN && html`<li>${t("more", { n: refused.length - SHOWN })}</li>`}</ul>
  <//>`;
}
