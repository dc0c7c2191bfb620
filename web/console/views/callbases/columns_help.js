// What a list may look like, with samples to begin with.
import { html } from "../../html.js";
import { speak } from "../../language.js";
import { Button } from "../../ui/button.js";
import { HelpLink } from "../../ui/help_link.js";
import { Card } from "../../ui/page.js";

const t = speak({
  en: {
    title: "What the file may look like", row: "A row for each person, with or without headings, in any order of columns:",
    number: "Phone (needed)", number_how: "as you write it: +7 912 345-67-89, 8 (912) 345-67-89",
    name: "Name", name_how: "in one column, or first and last name in two",
    comment: "Comment", comment_how: "anything you want to see beside the person",
    others: "Other columns", others_how: "are kept and come back when you export the list",
    excel: "In Excel, make the column of numbers text before you type: it takes a phone number for a quantity and rounds it.",
    samples: "Samples", csv: "Table (CSV)", txt: "Numbers only (TXT)", json: "JSON", more: "All about lists",
    head_name: "Name", head_number: "Phone", head_comment: "Comment", anna: "Anna Petrova", ivan: "Ivan Sidorov", maria: "Maria Ivanova",
    note: "customer since 2019",
  },
  ru: {
    title: "Каким может быть файл", row: "Строка на человека, с заголовками или без, столбцы в любом порядке:",
    number: "Телефон (нужен)", number_how: "как вы его пишете: +7 912 345-67-89, 8 (912) 345-67-89",
    name: "Имя", name_how: "в одном столбце или имя и фамилия в двух",
    comment: "Комментарий", comment_how: "всё, что нужно видеть рядом с человеком",
    others: "Другие столбцы", others_how: "сохранятся и вернутся при выгрузке базы",
    excel: "В Excel сделайте столбец номеров текстовым до ввода: иначе он примет номер за количество и округлит его.",
    samples: "Образцы", csv: "Таблица (CSV)", txt: "Только номера (TXT)", json: "JSON", more: "Всё о списках",
    head_name: "ФИО", head_number: "Телефон", head_comment: "Комментарий", anna: "Анна Петрова", ivan: "Иван Сидоров", maria: "Мария Иванова",
    note: "клиент с 2019 года",
  },
});

export function ColumnsHelp() {
  const column = (name) => html`<div key=${name}><dt>${t(name)}</dt><dd>${t(`${name}_how`)}</dd></div>`;
  return html`<${Card} title=${t("title")} class="columns-help">
    <p>${t("row")}</p>
    <dl>${["number", "name", "comment", "others"].map(column)}</dl>
    <p class="soft">${t("excel")}</p>
    <div class="row"><h3>${t("samples")}</h3>
      ${Object.keys(SAMPLES).map((kind) => html`<${Button} key=${kind} icon="download" onClick=${() => download(kind)}>${t(kind)}<//>`)}
      <${HelpLink} page="lists">${t("more")}<//>
    </div>
  <//>`;
}

// Numbers that only the gateway sandbox calls: the third is busy there.
const people = () => [[t("anna"), "+79440000010", t("note")], [t("ivan"), "8 (944) 000-00-11", ""], [t("maria"), "+7 944 000-04-86", ""]];

const SAMPLES = {
  // With the mark of UTF-8 in front, and semicolons, a double click opens it in Excel as it should.
  csv: () => `\ufeff${[[t("head_name"), t("head_number"), t("head_comment")], ...people()].map((row) => row.join(";")).join("\r\n")}\r\n`,
  txt: () => `${people().map(([, number]) => number).join("\r\n")}\r\n`,
  json: () => `${JSON.stringify(people().map(([name, number, comment]) => ({ name, number, comment })), null, 2)}\n`,
};

function download(kind) {
  const url = URL.createObjectURL(new Blob([SAMPLES[kind]()], { type: "text/plain" }));
  Object.assign(document.createElement("a"), { href: url, download: `people.${kind}` }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
