// The table of people; what the list told of them beside name, number and comment is shown in columns of its own.
import { phone } from "../../format.js";
import { html } from "../../html.js";
import { speak } from "../../language.js";
import { adjust } from "../../route.js";
import { Button } from "../../ui/button.js";
import { Table } from "../../ui/table.js";

const MOST_FURTHER = 6; // columns; all of them are in the export
const t = speak({
  en: {
    caption: "People", choose: "Choose", name: "Name", number: "Number", comment: "Comment", no_name: "no name", choose_one: "Choose {who}",
    edit: "Change {who}",
    empty: "Nobody is on this list yet. Add people by hand, or upload a file as a new list.", not_found: "Nobody fits this search.", add: "Add a person",
  },
  ru: {
    caption: "Люди", choose: "Выбор", name: "Имя", number: "Номер", comment: "Комментарий", no_name: "без имени", choose_one: "Выбрать {who}",
    edit: "Изменить {who}",
    empty: "В этой базе пока никого нет. Добавьте людей вручную или загрузите файл как новую базу.", not_found: "Никто не подходит под поиск.",
    add: "Добавить человека",
  },
});

/** `chosen`: a Map by cid. */
export function PeopleTable({ people, chosen, onChoose, isSearch }) {
  const empty = isSearch
    ? html`<p>${t("not_found")}</p>`
    : html`<p>${t("empty")}</p><${Button} kind="primary" icon="plus" onClick=${() => adjust({ add: "one" })}>${t("add")}<//>`;
  return html`<${Table} columns=${columns(people, chosen, onChoose)} rows=${people} rowKey=${(row) => row.cid} caption=${t("caption")} empty=${empty} />`;
}

function columns(people, chosen, onChoose) {
  const who = (row) => row.name || row.number;
  const box = (row) => html`<input type="checkbox" checked=${chosen.has(row.cid)} aria-label=${t("choose_one", { who: who(row) })}
    onChange=${(event) => onChoose(row, event.currentTarget.checked)} />`;
  return [
    { key: "choose", title: t("choose"), cell: box },
    { key: "name", title: t("name"), isMain: true, cell: (row) => row.name || html`<span class="soft">${t("no_name")}</span>` },
    { key: "number", title: t("number"), cell: (row) => html`<span class="mono">${phone(row.number)}</span>` },
    { key: "comment", title: t("comment"), cell: (row) => row.comment },
    ...further(people).map((name) => ({ key: `further ${name}`, title: name, cell: (row) => row.attributes?.[name] ?? "" })),
    { key: "edit", title: "", cell: (row) => html`<${Button} kind="quiet" icon="edit" label=${t("edit", { who: who(row) })}
      onClick=${() => adjust({ person: row.cid })} />` },
  ];
}

function further(people) {
  return [...new Set(people.flatMap((person) => Object.keys(person.attributes ?? {})))].slice(0, MOST_FURTHER);
}
