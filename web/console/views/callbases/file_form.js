// A new callbase from a file: it may be checked first, then it is imported.
import { bytes } from "../../format.js";
import { html, useState } from "../../html.js";
import { speak } from "../../language.js";
import { DropZone } from "../../ui/drop.js";
import { Card } from "../../ui/page.js";
import { ColumnsHelp } from "./columns_help.js";
import { ImportForm } from "./import_form.js";
import { waitingFile } from "./waiting_file.js";

const ACCEPT = ".csv,.tsv,.txt,.xlsx,.xlsm,.xlsb,.xls,.ods,.json,text/csv,text/plain,application/json";
const t = speak({
  en: {
    drop: "Drop the file here, or choose it", another: "Drop another file here, or choose it", kinds: "Excel (XLSX), ODS, CSV, TXT or JSON, up to 256 MB",
    chosen: "{name}, {size}",
  },
  ru: {
    drop: "Перетащите файл сюда или выберите его", another: "Перетащите сюда другой файл или выберите его",
    kinds: "Excel (XLSX), ODS, CSV, TXT или JSON, до 256 МБ",
    chosen: "{name}, {size}",
  },
});

export function FileForm() {
  const [file, setFile] = useState(waitingFile.take);
  const label = file ? t("chosen", { name: file.name, size: bytes(file.size) }) : t("drop");
  return html`<${Card}>
      <${ImportForm} file=${file} usualName=${file ? stem(file.name) : ""} content=${file && `${file.name} ${file.size} ${file.lastModified}`}>
        <${DropZone} accept=${ACCEPT} onFile=${setFile} label=${label} hint=${file ? t("another") : t("kinds")} icon=${file ? "file" : "upload"} />
      <//>
    <//>
    <${ColumnsHelp} />`;
}

function stem(name) {
  return name.replace(/\.[^.]+$/, "").slice(0, 200);
}
