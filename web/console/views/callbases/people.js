// The people on a callbase: searched, a page at a time, added, changed, taken off.
import { send } from "../../api.js";
import { html, useEffect, useState } from "../../html.js";
import { speak } from "../../language.js";
import { adjust } from "../../route.js";
import { Button } from "../../ui/button.js";
import { confirmed } from "../../ui/dialog.js";
import { TextField } from "../../ui/field.js";
import { Pager, useList } from "../../ui/list.js";
import { ProblemNotice } from "../../ui/notice.js";
import { tried } from "../../ui/toast.js";
import { PeopleTable } from "./people_table.js";
import { PersonDialog } from "./person.js";
import { SeveralDialog } from "./several.js";

const POLL_MS = 5000;
const SEARCH_PAUSE_MS = 300;
const t = speak({
  en: {
    search: "Search", search_hint: "name, number or comment", add: "Add a person", add_several: "Add several",
    delete_title: { one: "Take {n} person off the list?", other: "Take {n} people off the list?" },
    delete_text: "Campaigns that were started before still call them. To make sure that somebody is never called, put the number on the do-not-call list.",
    delete: "Take off", deleted: { one: "{n} person was taken off.", other: "{n} people were taken off." },
    never: "Never call", never_title: { one: "Never call {n} person again?", other: "Never call {n} people again?" },
    never_text: "Their numbers go on the do-not-call list. It holds for all campaigns of everybody, also for those that run now.",
    never_done: "They are on the do-not-call list.", chosen: { one: "{n} chosen", other: "{n} chosen" }, none: "Choose none",
    reason: "chosen in the list {name}",
  },
  ru: {
    search: "Поиск", search_hint: "имя, номер или комментарий", add: "Добавить человека", add_several: "Добавить нескольких",
    delete_title: {
      one: "Убрать из базы {n} человека?", few: "Убрать из базы {n} человек?", many: "Убрать из базы {n} человек?", other: "Убрать из базы {n} человека?",
    },
    delete_text: "Начатые раньше кампании им всё равно позвонят. Чтобы на номер не звонили никогда, внесите его в список «не звонить».",
    delete: "Убрать", deleted: { one: "Убран {n} человек.", few: "Убраны {n} человека.", many: "Убрано {n} человек.", other: "Убрано {n} человека." },
    never: "Не звонить",
    never_title: {
      one: "Больше не звонить {n} человеку?", few: "Больше не звонить {n} людям?", many: "Больше не звонить {n} людям?",
      other: "Больше не звонить {n} человека?",
    },
    never_text: "Их номера попадут в список «не звонить». Он действует для всех кампаний всех пользователей, и для идущих сейчас.",
    never_done: "Они в списке «не звонить».", chosen: { one: "Выбран {n}", few: "Выбрано {n}", many: "Выбрано {n}", other: "Выбрано {n}" }, none: "Снять выбор",
    reason: "выбрано в базе {name}",
  },
});

export function People({ callbase, query, onChange }) {
  const path = `/callbases/${callbase.id}/subscribers`;
  const { items, problem, isLoading, refresh, pager } = useList(path, { fields: { q: query.q ?? "" }, everyMs: POLL_MS });
  const [chosen, setChosen] = useState(new Map());
  const choose = (person, yes) => setChosen((before) => withPerson(before, person, yes));

  function changed() {
    refresh();
    onChange();
  }

  return html`
    <${Toolbar} query=${query} />
    <${ProblemNotice} problem=${problem} onRetry=${refresh} />
    ${chosen.size > 0 && html`<${Chosen} path=${path} callbase=${callbase} chosen=${chosen} onDone=${() => (setChosen(new Map()), changed())} />`}
    ${!(isLoading && items.length === 0) && html`<${PeopleTable} people=${items} chosen=${chosen} onChoose=${choose} isSearch=${Boolean(query.q)} />`}
    <${Pager} pager=${pager} />
    <${Dialogs} path=${path} people=${items} query=${query} onChange=${changed} />`;
}

/** What is open is in the address: ?add=one, ?add=several, ?person=CID. */
function Dialogs({ path, people, query, onChange }) {
  const close = () => adjust({ add: "", person: "" });
  const person = people.find((one) => one.cid === query.person);
  if (query.add === "several") return html`<${SeveralDialog} path=${path} onClose=${close} onChange=${onChange} />`;
  if (query.add === "one" || person) return html`<${PersonDialog} key=${query.person} path=${path} person=${person} onClose=${close} onChange=${onChange} />`;
  return null;
}

function Toolbar({ query }) {
  const [text, setText] = useState(query.q ?? "");
  useEffect(() => {
    const timer = setTimeout(() => text !== (query.q ?? "") && adjust({ q: text }), SEARCH_PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return html`<div class="filters people-tools">
    <${TextField} label=${t("search")} type="search" placeholder=${t("search_hint")} value=${text} onValue=${setText} maxlength="200" />
    <${Button} icon="plus" onClick=${() => adjust({ add: "one" })}>${t("add")}<//>
    <${Button} icon="plus" onClick=${() => adjust({ add: "several" })}>${t("add_several")}<//>
  </div>`;
}

function Chosen({ path, callbase, chosen, onDone }) {
  const n = chosen.size;

  async function remove() {
    if (!(await confirmed({ title: t("delete_title", { n }), text: t("delete_text"), action: t("delete") }))) return;
    await tried(() => Promise.all([...chosen.keys()].map((cid) => send("DELETE", `${path}/${cid}`))), t("deleted", { n }));
    onDone();
  }

  async function never() {
    if (!(await confirmed({ title: t("never_title", { n }), text: t("never_text"), action: t("never") }))) return;
    const numbers = [...chosen.values()].map((person) => person.number);
    if (await tried(() => send("POST", "/dnc", { numbers, reason: t("reason", { name: callbase.name }).slice(0, 200) }), t("never_done"))) onDone();
  }

  return html`<div class="row chosen" role="status">
    <b>${t("chosen", { n })}</b>
    <${Button} kind="danger" icon="trash" onClick=${remove}>${t("delete")}<//>
    <${Button} kind="danger" icon="dnc" onClick=${never}>${t("never")}<//>
    <${Button} kind="quiet" onClick=${onDone}>${t("none")}<//>
  </div>`;
}

function withPerson(before, person, yes) {
  const after = new Map(before);
  if (yes) after.set(person.cid, person);
  else after.delete(person.cid);
  return after;
}
