// How far an upload is, with the button that stops it.
import { bytes } from "../../format.js";
import { html } from "../../html.js";
import { speak } from "../../language.js";
import { Button } from "../../ui/button.js";
import { Notice, ProblemNotice } from "../../ui/notice.js";
import { Progress } from "../../ui/progress.js";

const t = speak({
  en: {
    sending: "Sending the file", of: "{sent} of {total}", reading: "The service reads the list", writing: "The service saves the list",
    finishing: "The list is being finished", rows: { one: "{n} row", other: "{n} rows" }, cancel: "Cancel",
    stopped: "Canceled. Nothing was kept.", maybe: "Canceled. Was the file already through? Look among the callbases.",
  },
  ru: {
    sending: "Файл отправляется", of: "{sent} из {total}", reading: "Сервис читает базу", writing: "Сервис сохраняет базу",
    finishing: "Осталось немного", rows: { one: "{n} строка", few: "{n} строки", many: "{n} строк", other: "{n} строки" }, cancel: "Отменить",
    stopped: "Отменено. Ничего не сохранено.", maybe: "Отменено. Если файл успел дойти целиком, база появится среди остальных.",
  },
});

/** `importing`: what useImport gives. `isCheck`: nothing is kept anyway. `fields`: those that tell their errors themselves. */
export function ImportProgress({ importing, isCheck, fields }) {
  const { progress, problem, wasStopped, stop } = importing;
  if (problem) return html`<${ProblemNotice} problem=${problem} fields=${fields} />`;
  if (wasStopped) return html`<${Notice} kind="info">${t(isCheck ? "stopped" : "maybe")}<//>`;
  if (!progress) return null;
  return html`<div class="importing">${progress.read ? html`<${Reading} read=${progress.read} />` : html`<${Sending} ...${progress} />`}
    <${Button} icon="close" onClick=${stop}>${t("cancel")}<//></div>`;
}

function Sending({ sent, total }) {
  const isSent = sent >= total && total > 0;
  if (isSent) return html`<${Progress} label=${t("reading")} value=${null} />`;
  return html`<${Progress} label=${t("sending")} value=${sent} max=${total} detail=${t("of", { sent: bytes(sent), total: bytes(total) })} />`;
}

function Reading({ read }) {
  const stage = ["reading", "writing"].includes(read.stage) ? read.stage : "finishing";
  const isKnown = read.bytes_total > 0 && stage !== "finishing";
  return html`<${Progress} label=${t(stage)} value=${isKnown ? read.bytes_read : null} max=${read.bytes_total} detail=${t("rows", { n: read.rows })} />`;
}
