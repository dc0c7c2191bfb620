// A new callbase from what was copied elsewhere: numbers a line, or cells of a spreadsheet with names beside them.
import { html, useMemo, useState } from "../../html.js";
import { speak } from "../../language.js";
import { AreaField } from "../../ui/field.js";
import { Card } from "../../ui/page.js";
import { ImportForm } from "./import_form.js";

const t = speak({
  en: {
    numbers: "Numbers", hint: "One number a line. Cells copied from a spreadsheet are understood too, with names and comments beside the numbers.",
    name: "Pasted numbers",
  },
  ru: {
    numbers: "Номера", hint: "По номеру в строке. Ячейки, скопированные из таблицы, тоже годятся: с именами и комментариями рядом с номерами.",
    name: "Вставленные номера",
  },
});

export function PasteForm() {
  const [text, setText] = useState("");
  const file = useMemo(() => (text.trim() ? new File([text], "pasted.txt", { type: "text/plain", lastModified: 0 }) : null), [text]);
  return html`<${Card}>
    <${ImportForm} file=${file} usualName=${t("name")} content=${text}>
      <${AreaField} label=${t("numbers")} hint=${t("hint")} rows=${10} value=${text} onValue=${setText} spellcheck=${false} />
    <//>
  <//>`;
}
