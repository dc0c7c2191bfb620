// Several people at once, pasted into a list that is there already.
import { newKey, send } from "../../api.js";
import { html, useRef, useState } from "../../html.js";
import { speak } from "../../language.js";
import { reasonOf } from "../../reasons.js";
import { Button } from "../../ui/button.js";
import { Dialog } from "../../ui/dialog.js";
import { AreaField } from "../../ui/field.js";
import { Notice, ProblemNotice } from "../../ui/notice.js";
import { say } from "../../ui/toast.js";
import { peopleIn } from "./pasted.js";

const MOST = 10_000;
const t = speak({
  en: {
    title: "Add several people", label: "People, one a line", hint: "A number, or cells copied from a spreadsheet: number, name and comment.",
    add: { one: "Add {n} person", other: "Add {n} people" }, wrong: "Nobody was added. Correct these lines:", line: "Line {line}: {reason}",
    done: { one: "{n} person was added.", other: "{n} people were added." },
    known: { one: "{n} was on the list already.", other: "{n} were on the list already." },
    too_many: "At most {most} people at once. Upload a file for more.",
  },
  ru: {
    title: "Добавить нескольких", label: "Люди, по одному в строке", hint: "Номер или ячейки из таблицы: номер, имя и комментарий.",
    add: { one: "Добавить {n} человека", few: "Добавить {n} человек", many: "Добавить {n} человек", other: "Добавить {n} человека" },
    wrong: "Никто не добавлен. Исправьте эти строки:", line: "Строка {line}: {reason}",
    done: { one: "Добавлен {n} человек.", few: "Добавлены {n} человека.", many: "Добавлено {n} человек.", other: "Добавлено {n} человека." },
    known: { one: "{n} уже был в базе.", few: "{n} уже были в базе.", many: "{n} уже были в базе.", other: "{n} уже были в базе." },
    too_many: "Не больше {most} человек за раз. Для большего загрузите файл.",
  },
});

export function SeveralDialog({ path, onClose, onChange }) {
  const [text, setText] = useState("");
  const [problem, setProblem] = useState(null);
  const key = useRef(newKey());
  const found = peopleIn(text);
  const isTooMany = found.length > MOST;

  async function add(event) {
    event.preventDefault();
    setProblem(null);
    try {
      const { report } = await send("POST", path, { subscribers: found.map((one) => one.person) }, key.current);
      say([t("done", { n: report.accepted }), report.duplicates > 0 && t("known", { n: report.duplicates })].filter(Boolean).join(" "));
      onChange();
      onClose();
    } catch (caught) {
      if (caught.status) key.current = newKey();
      setProblem(caught);
    }
  }

  return html`<${Dialog} title=${t("title")} wide onClose=${onClose}>
    <form class="form" onSubmit=${add}>
      <${AreaField} label=${t("label")} hint=${t("hint")} rows=${10} value=${text} onValue=${setText} spellcheck=${false}
        error=${isTooMany ? t("too_many", { most: MOST }) : undefined} />
      <${Faults} problem=${problem} found=${found} />
      <div class="row end"><${Button} kind="primary" type="submit" disabled=${found.length === 0 || isTooMany}>${t("add", { n: found.length })}<//></div>
    </form>
  <//>`;
}

function Faults({ problem, found }) {
  if (!problem?.errors?.length) return html`<${ProblemNotice} problem=${problem} />`;
  const told = (error) => {
    const place = /^subscribers\[(\d+)\]/.exec(error.field);
    return t("line", { line: place ? found[place[1]]?.line : "?", reason: reasonOf(error.reason) });
  };
  return html`<${Notice} kind="error"><p>${t("wrong")}</p><ul>${problem.errors.map((error) => html`<li key=${error.field}>${told(error)}</li>`)}</ul><//>`;
}
