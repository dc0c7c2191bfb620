// What became of an uploaded list: how many rows were taken, and of the others the line, the value and the reason.
import { count } from "../../format.js";
import { html } from "../../html.js";
import { speak } from "../../language.js";
import { reasonOf } from "../../reasons.js";
import { HelpLink } from "../../ui/help_link.js";
import { Notice } from "../../ui/notice.js";
import { Figures } from "../../ui/page.js";
import { Table } from "../../ui/table.js";

const t = speak({
  en: {
    rows: "Rows read", accepted: "People to call", duplicates: "Came twice", rejected: "Refused", do_not_call: "On the do-not-call list",
    kept: "in the list, but never called", once: "called once", table: "Rows that were not taken", line: "Line", value: "What stands there", reason: "Why",
    all_good: "Every row was taken.", only_first: "The first {n} of them are shown.",
    what_to_do: "Correct these lines in your file and upload it anew, or go on: everybody else is on the list, and you can add people by hand later.",
    nobody: "There is nobody to call in this file. Is there a column with telephone numbers, and is the country right?", empty_value: "(empty)",
  },
  ru: {
    rows: "Прочитано строк", accepted: "Людей для звонка", duplicates: "Повторы", rejected: "Не принято", do_not_call: "В списке «не звонить»",
    kept: "останутся в базе, но звонка не будет", once: "позвоним один раз", table: "Непринятые строки", line: "Строка", value: "Что там стоит",
    reason: "Почему",
    all_good: "Приняты все строки.", only_first: "Показаны первые {n}.",
    what_to_do: "Исправьте эти строки в файле и загрузите его заново или продолжайте: все остальные в базе, а людей можно добавить и позже, вручную.",
    nobody: "В этом файле некому звонить. Есть ли в нём столбец с номерами телефонов и та ли выбрана страна?", empty_value: "(пусто)",
  },
});

/** `report`: as the API gives it. `isOld`: it is looked at again later, when there is nothing to decide. */
export function Report({ report, isOld = false }) {
  const refused = report.rejected + report.duplicates;
  return html`<div class="form report">
    <${Figures} items=${figures(report)} />
    ${report.accepted === 0 && html`<${Notice} kind="warning"><p>${t("nobody")}</p><p><${HelpLink} page="lists" /></p><//>`}
    ${(report.notes ?? []).map((note) => html`<${Notice} key=${note} kind="info"><p>${reasonOf(note)}</p><//>`)}
    ${refused === 0 && report.rows > 0 && html`<${Notice} kind="good"><p>${t("all_good")}</p><//>`}
    ${refused > 0 && html`<section class="form">
      <${isOld ? "h2" : "h3"}>${t("table")}<//>
      ${report.rejected > 0 && !isOld && report.accepted > 0 && html`<p class="soft">${t("what_to_do")} <${HelpLink} page="lists" /></p>`}
      <${Table} columns=${columns()} rows=${report.details.map((row, place) => ({ ...row, place }))} rowKey=${(row) => row.place} caption=${t("table")} />
      ${refused > report.details.length && html`<p class="soft">${t("only_first", { n: report.details.length })}</p>`}
    </section>`}
  </div>`;
}

function figures(report) {
  return [
    { name: t("accepted"), value: count(report.accepted) },
    { name: t("rejected"), value: count(report.rejected) },
    { name: t("duplicates"), value: count(report.duplicates), note: report.duplicates > 0 && t("once") },
    { name: t("do_not_call"), value: count(report.do_not_call), note: report.do_not_call > 0 && t("kept") },
    { name: t("rows"), value: count(report.rows) },
  ];
}

function columns() {
  return [
    { key: "line", title: t("line"), isNumber: true, cell: (row) => count(row.line) },
    { key: "value", title: t("value"), cell: (row) => (row.value ? html`<code>${row.value}</code>` : html`<span class="soft">${t("empty_value")}</span>`) },
    { key: "reason", title: t("reason"), cell: (row) => reasonOf(row.reason) },
  ];
}
