// Onto the list: typed, pasted, or from a file.
import { html, useState } from "../../html.js";
import { speak } from "../../language.js";
import { Button } from "../../ui/button.js";
import { DropZone } from "../../ui/drop.js";
import { AreaField, TextField } from "../../ui/field.js";
import { Notice, ProblemNotice } from "../../ui/notice.js";
import { Card } from "../../ui/page.js";
import { Progress } from "../../ui/progress.js";
import { RegionField, usualRegion } from "../../ui/region.js";
import { say } from "../../ui/toast.js";
import { addNumbers } from "./adding.js";
import { numbersOfFile, numbersOfText } from "./numbers.js";
import { Refused } from "./refused.js";

const t = speak({
  en: {
    title: "Add numbers", numbers: "Numbers", numbers_hint: "One a line, or with commas between them, written in any way: 8 (912) 345-67-89 or +79123456789.",
    region: "Country of local numbers", region_hint: "How a number without a country code is read.", reason: "Why",
    reason_hint: "For those who look here later, such as: asked on the phone.",
    add: "Add", drop: "Or drop a list of numbers here", drop_hint: "TXT with a number a line, or CSV",
    file: { one: "{name}: {n} number", other: "{name}: {n} numbers" }, forget: "Leave the file out",
    no_numbers: "There is no phone number in {name}. A spreadsheet must be saved as CSV first.",
    adding: "Adding", of: "{done} of {all}", added: { one: "{n} number is on the list.", other: "{n} numbers are on the list." },
  },
  ru: {
    title: "Добавить номера", numbers: "Номера", numbers_hint: "По одному в строке или через запятую, в любом виде: 8 (912) 345-67-89 или +79123456789.",
    region: "Страна местных номеров", region_hint: "Как читать номер без кода страны.", reason: "Почему",
    reason_hint: "Для тех, кто заглянет сюда позже, например: просил по телефону.",
    add: "Добавить", drop: "Или перетащите сюда список номеров", drop_hint: "TXT с номером в строке или CSV",
    file: { one: "{name}: {n} номер", few: "{name}: {n} номера", many: "{name}: {n} номеров", other: "{name}: {n} номера" }, forget: "Убрать файл",
    no_numbers: "В файле {name} нет телефонных номеров. Таблицу сначала сохраните как CSV.",
    adding: "Добавляем", of: "{done} из {all}",
    added: { one: "{n} номер в списке.", few: "{n} номера в списке.", many: "{n} номеров в списке.", other: "{n} номера в списке." },
  },
});

export function AddForm({ onAdded }) {
  const [text, setText] = useState("");
  const [region, setRegion] = useState(usualRegion);
  const [reason, setReason] = useState("");
  const [file, setFile] = useState(null);
  const { add, progress, refused, problem } = useAdding();
  const numbers = [...numbersOfText(text), ...(file?.numbers ?? [])];

  async function submit(event) {
    event.preventDefault();
    const result = await add(numbers, region, reason.trim());
    if (result === null) return;
    setFile(null);
    setText("");
    if (result.added) say(t("added", { n: result.added }));
    onAdded();
  }

  return html`<${Card} title=${t("title")}>
    <form class="form" onSubmit=${submit}>
      <div class="columns">
        <${AreaField} label=${t("numbers")} hint=${t("numbers_hint")} value=${text} onValue=${setText} rows="5" spellcheck=${false} autocomplete="off" />
        <${FromFile} file=${file} onFile=${setFile} />
      </div>
      <div class="columns">
        <${RegionField} label=${t("region")} hint=${t("region_hint")} value=${region} onValue=${setRegion} error=${problem?.of("region")} />
        <${TextField} label=${t("reason")} hint=${t("reason_hint")} value=${reason} onValue=${setReason} maxlength="200" optional
          error=${problem?.of("reason")} />
      </div>
      ${progress && html`<${Progress} value=${progress.done} max=${progress.all} label=${t("adding")} detail=${t("of", progress)} />`}
      <${ProblemNotice} problem=${problem} fields=${["region", "reason"]} />
      <${Refused} refused=${refused} />
      <div class="row"><${Button} kind="primary" icon="plus" type="submit" busy=${progress !== null} disabled=${numbers.length === 0}>${t("add")}<//></div>
    </form>
  <//>`;
}

function FromFile({ file, onFile }) {
  const [empty, setEmpty] = useState(null);

  async function read(chosen) {
    const numbers = await numbersOfFile(chosen);
    setEmpty(numbers.length ? null : chosen.name);
    onFile(numbers.length ? { name: chosen.name, numbers } : null);
  }

  if (file) {
    return html`<div class="chosen-file" role="status"><span>${t("file", { name: file.name, n: file.numbers.length })}</span>
      <${Button} kind="quiet" icon="close" label=${t("forget")} onClick=${() => onFile(null)} /></div>`;
  }
  return html`<div class="form"><${DropZone} accept=".txt,.csv,text/plain,text/csv" label=${t("drop")} hint=${t("drop_hint")} onFile=${read} />
    ${empty && html`<${Notice} kind="error">${t("no_numbers", { name: empty })}<//>`}</div>`;
}

// `progress` is null when nothing is under way; `refused`: [{ number, reason }] of the last time.
function useAdding() {
  const [progress, setProgress] = useState(null);
  const [refused, setRefused] = useState([]);
  const [problem, setProblem] = useState(null);

  async function add(numbers, region, reason) {
    setProblem(null);
    setRefused([]);
    setProgress({ done: 0, all: numbers.length });
    try {
      const result = await addNumbers(numbers, { region, reason }, (done) => setProgress({ done, all: numbers.length }));
      setRefused(result.refused);
      return result;
    } catch (caught) {
      setProblem(caught);
      return null;
    } finally {
      setProgress(null);
    }
  }

  return { add, progress, refused, problem };
}
