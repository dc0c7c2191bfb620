// The part that all lists share which come as a file: their name, their country, the check and the import.
import { html, useEffect, useState } from "../../html.js";
import { speak } from "../../language.js";
import { go } from "../../route.js";
import { Button } from "../../ui/button.js";
import { TextField } from "../../ui/field.js";
import { RegionField, usualRegion } from "../../ui/region.js";
import { say } from "../../ui/toast.js";
import { ImportProgress } from "./import_progress.js";
import { useImport } from "./importing.js";
import { Report } from "./report.js";

const FIELDS = ["file", "name", "region"];
const t = speak({
  en: {
    name: "Name of the list", region: "Country of local numbers", region_hint: "How a number without + and country code is read, such as 8 912 345-67-89.",
    check: "Check first", at_once: "Import at once", import_n: { one: "Import {n} person", other: "Import {n} people" },
    done: { one: "The list has {n} person.", other: "The list has {n} people." }, checked: "What the check found",
    nothing: "Choose a file or paste numbers first.",
  },
  ru: {
    name: "Название базы", region: "Страна местных номеров", region_hint: "Как читать номер без + и кода страны, например 8 912 345-67-89.",
    check: "Сначала проверить", at_once: "Загрузить сразу",
    import_n: { one: "Загрузить {n} человека", few: "Загрузить {n} человек", many: "Загрузить {n} человек", other: "Загрузить {n} человека" },
    done: { one: "В базе {n} человек.", few: "В базе {n} человека.", many: "В базе {n} человек.", other: "В базе {n} человека." },
    checked: "Что показала проверка", nothing: "Сначала выберите файл или вставьте номера.",
  },
});

/** @param file what is sent, or null as long as there is nothing.
 *  @param usualName what the list is called unless somebody enters another name.
 *  @param content what tells one file from another. */
export function ImportForm({ file, usualName, content, children }) {
  const [name, setName] = useState(null);
  const [region, setRegion] = useState(usualRegion);
  const [report, setReport] = useState(null);
  const [isCheck, setCheck] = useState(false);
  const importing = useImport();
  const { problem, progress } = importing;
  const isBusy = progress !== null;
  const shownName = name ?? usualName;

  useEffect(() => {
    setReport(null); // it was of something else
    importing.clear();
  }, [region, content]);
  useEffect(() => setName(null), [usualName]);

  async function send(asCheck) {
    setCheck(asCheck);
    const made = await importing.send({ file, name: shownName, region, isCheck: asCheck });
    if (!made) return;
    if (asCheck) setReport(made.report);
    else finish(made);
  }

  return html`<form class="form" onSubmit=${(event) => (event.preventDefault(), send(report === null))}>
    ${children}
    ${problem?.of("file") && html`<p class="file-fault">${problem.of("file")}</p>`}
    <div class="columns">
      <${TextField} label=${t("name")} value=${shownName} onValue=${setName} maxlength="200" error=${problem?.of("name")} />
      <${RegionField} label=${t("region")} hint=${t("region_hint")} value=${region} onValue=${setRegion} error=${problem?.of("region")} />
    </div>
    ${report && html`<h2>${t("checked")}</h2><${Report} report=${report} />`}
    <${ImportProgress} importing=${importing} isCheck=${isCheck} fields=${FIELDS} />
    ${!isBusy && html`<${Buttons} isReady=${file !== null} report=${report} onCheck=${() => send(true)} onImport=${() => send(false)} />`}
  </form>`;
}

function Buttons({ isReady, report, onCheck, onImport }) {
  if (report) {
    return html`<div class="row"><${Button} kind="primary" icon="upload" disabled=${report.accepted === 0}
      onClick=${onImport}>${t("import_n", { n: report.accepted })}<//></div>`;
  }
  return html`<div class="row">
    <${Button} kind="primary" icon="check" type="submit" disabled=${!isReady}>${t("check")}<//>
    <${Button} icon="upload" disabled=${!isReady} onClick=${onImport}>${t("at_once")}<//>
    ${!isReady && html`<span class="soft">${t("nothing")}</span>`}
  </div>`;
}

function finish(made) {
  say(t("done", { n: made.total }));
  const { rejected, duplicates } = made.report;
  go("callbases", made.id, { tab: rejected + duplicates > 0 ? "report" : "" });
}
