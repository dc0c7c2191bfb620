// All callbases.
import { count } from "../../format.js";
import { html } from "../../html.js";
import { speak } from "../../language.js";
import { go, to } from "../../route.js";
import { placeName } from "../../shell/place_names.js";
import { LinkButton } from "../../ui/button.js";
import { Pager, useList } from "../../ui/list.js";
import { ProblemNotice } from "../../ui/notice.js";
import { Page } from "../../ui/page.js";
import { regionName } from "../../ui/region.js";
import { Table } from "../../ui/table.js";
import { FileTarget } from "./file_target.js";
import { waitingFile } from "./waiting_file.js";

const POLL_MS = 5000;
const t = speak({
  en: {
    caption: "Callbases", name: "Name", people: "People", region: "Local numbers of", imported: "Import", call: "Call",
    upload: "Upload a list", empty: "No lists yet. Upload the list of people you want to call: an Excel file, a CSV or just numbers.",
    by_hand: "made by hand", all_taken: "all rows taken", refused: { one: "{n} row refused", other: "{n} rows refused" },
    repeated: { one: "{n} row twice", other: "{n} rows twice" },
    do_not_call: { one: "{n} on the do-not-call list", other: "{n} on the do-not-call list" },
    call_list: "Call {name}",
  },
  ru: {
    caption: "Базы", name: "Название", people: "Людей", region: "Местные номера", imported: "Загрузка", call: "Позвонить",
    upload: "Загрузить базу", empty: "Баз пока нет. Загрузите список тех, кому нужно позвонить: файл Excel, CSV или просто номера.",
    by_hand: "составлена вручную", all_taken: "приняты все строки",
    refused: { one: "не принята {n} строка", few: "не приняты {n} строки", many: "не принято {n} строк", other: "не принято {n} строки" },
    repeated: { one: "повторяется {n} строка", few: "повторяются {n} строки", many: "повторяется {n} строк", other: "повторяется {n} строки" },
    do_not_call: { one: "{n} в списке «не звонить»", few: "{n} в списке «не звонить»", many: "{n} в списке «не звонить»", other: "{n} в списке «не звонить»" },
    call_list: "Позвонить по базе {name}",
  },
});

export function AllCallbases() {
  const { items, problem, isLoading, refresh, pager } = useList("/callbases", { everyMs: POLL_MS });

  function take(file) {
    waitingFile.put(file);
    go("callbases", "new");
  }

  const upload = html`<${LinkButton} kind="primary" icon="upload" href=${to("callbases", "new")}>${t("upload")}<//>`;
  return html`<${Page} title=${placeName("callbases")} actions=${upload}>
    <${ProblemNotice} problem=${problem} onRetry=${refresh} />
    <${FileTarget} onFile=${take}>
      ${!isLoading && !(problem && items.length === 0) && html`<${Table} columns=${columns()} rows=${items} rowKey=${(row) => row.id} caption=${t("caption")}
        empty=${html`<p>${t("empty")}</p>${upload}`} />`}
      <${Pager} pager=${pager} />
    <//>
  <//>`;
}

function columns() {
  const call = (row) =>
    row.total > 0 && html`<${LinkButton} icon="calls" href=${to("dial", { callbase: row.id })}
      aria-label=${t("call_list", { name: row.name })}>${t("call")}<//>`;
  return [
    { key: "name", title: t("name"), isMain: true, cell: (row) => html`<a href=${to("callbases", row.id)}>${row.name}</a>` },
    { key: "people", title: t("people"), isNumber: true, cell: (row) => count(row.total) },
    { key: "region", title: t("region"), cell: (row) => regionName(row.region) },
    { key: "imported", title: t("imported"), cell: (row) => html`<${Imported} callbase=${row} />` },
    { key: "actions", title: "", cell: call },
  ];
}

function Imported({ callbase }) {
  const { rows, rejected, duplicates, do_not_call: listed } = callbase.report;
  if (rows === 0) return html`<span class="soft">${t("by_hand")}</span>`;
  const parts = [
    rejected > 0 && html`<a class="badge half" href=${to("callbases", callbase.id, { tab: "report" })}>${t("refused", { n: rejected })}</a>`,
    duplicates > 0 && html`<span class="badge">${t("repeated", { n: duplicates })}</span>`,
    listed > 0 && html`<span class="badge">${t("do_not_call", { n: listed })}</span>`,
  ].filter(Boolean);
  return html`<div class="badges">${parts.length ? parts : html`<span class="soft">${t("all_taken")}</span>`}</div>`;
}
