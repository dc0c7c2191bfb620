// Numbers that are never called: the list, and the ways onto it.
import { send } from "../api.js";
import { html, useState } from "../html.js";
import { phone, time } from "../format.js";
import { speak } from "../language.js";
import { adjust } from "../route.js";
import { user } from "../session.js";
import { placeName } from "../shell/place_names.js";
import { Button } from "../ui/button.js";
import { confirmed } from "../ui/dialog.js";
import { TextField } from "../ui/field.js";
import { Pager, useList } from "../ui/list.js";
import { Notice, ProblemNotice } from "../ui/notice.js";
import { Card, Page } from "../ui/page.js";
import { Table } from "../ui/table.js";
import { tried } from "../ui/toast.js";
import { AddForm } from "./dnc/add_form.js";

const t = speak({
  en: {
    rule:
      "Nobody on this list is called, by any campaign, gateway or user; who is added while a campaign runs is called no further. Everybody's entries are " +
      "obeyed.",
    own: "You see your own entries.", all: "As an admin you see everybody's.",
    list: "The list", search: "Search for a number", caption: "Numbers that are never called", number: "Number", reason: "Why", since: "Since",
    allow: "Allow calls to {number} again",
    none: "Nobody is on the list yet. Add who does not want to be called.", not_found: "No entry of yours has these digits.",
    all_not_found: "No entry has these digits.",
    sure: "Allow calls to {number} again?", sure_text: "The entry is removed. If somebody else has entered the number too, it stays uncalled.",
    sure_text_all: "The entries of all users for this number are removed.",
    action: "Allow calls", removed: "{number} may be called again.", by_key: "pressed the opt-out key",
  },
  ru: {
    rule:
      "Тем, кто в этом списке, не звонит никто: ни одна кампания, ни один шлюз и пользователь; кого добавили во время кампании, тому она больше не звонит. " +
      "Действуют записи всех пользователей.",
    own: "Вы видите свои записи.", all: "Как администратор вы видите записи всех.",
    list: "Список", search: "Поиск номера", caption: "Номера, на которые не звонят никогда", number: "Номер", reason: "Почему", since: "С какого времени",
    allow: "Снова разрешить звонки на {number}",
    none: "Список пока пуст. Добавьте тех, кто не хочет звонков.", not_found: "Среди ваших записей таких цифр нет.",
    all_not_found: "Записей с такими цифрами нет.",
    sure: "Снова разрешить звонки на {number}?", sure_text: "Запись будет удалена. Если номер внёс и кто-то другой, звонить на него по-прежнему нельзя.",
    sure_text_all: "Будут удалены записи всех пользователей с этим номером.",
    action: "Разрешить звонки", removed: "На {number} снова можно звонить.", by_key: "нажатие клавиши отказа",
  },
});
const POLL_MS = 5000;
const BY_KEY = "opted out by key"; // as the service enters it

export function Dnc({ query }) {
  const isAdmin = user.value.role === "admin";
  const { items, data, problem, refresh, pager } = useList("/dnc", { everyMs: POLL_MS, fields: { q: query.q } });
  return html`<${Page} title=${placeName("dnc")}>
    <${Notice}>${t("rule")} ${t(isAdmin ? "all" : "own")}<//>
    <${AddForm} onAdded=${refresh} />
    <${Card} title=${t("list")}>
      <${Search} q=${query.q} />
      <${ProblemNotice} problem=${problem} onRetry=${refresh} />
      ${data && html`<${Table} columns=${columns(isAdmin, refresh)} rows=${items} caption=${t("caption")}
        rowKey=${(row) => `${row.number} ${row.created_at} ${row.reason}`}
        empty=${query.q ? t(isAdmin ? "all_not_found" : "not_found") : t("none")} />`}
      <${Pager} pager=${pager} />
    <//>
  <//>`;
}

function Search({ q }) {
  const [text, setText] = useState(q ?? "");

  function typed(next) {
    setText(next);
    adjust({ q: next.trim() });
  }

  return html`<div class="filters" role="search">
    <${TextField} label=${t("search")} type="search" inputmode="tel" value=${text} onValue=${typed} maxlength="64" />
  </div>`;
}

function columns(isAdmin, refresh) {
  async function remove({ number }) {
    const question = { title: t("sure", { number: phone(number) }), text: t(isAdmin ? "sure_text_all" : "sure_text"), action: t("action") };
    if (!(await confirmed(question))) return;
    await tried(() => send("DELETE", `/dnc/${encodeURIComponent(number)}`), t("removed", { number: phone(number) }));
    refresh();
  }

  return [
    { key: "number", title: t("number"), isMain: true, cell: (row) => html`<span class="mono">${phone(row.number)}</span>` },
    { key: "reason", title: t("reason"), cell: (row) => (row.reason === BY_KEY ? t("by_key") : row.reason || "–") },
    { key: "since", title: t("since"), cell: (row) => time(row.created_at) },
    {
      key: "remove", title: "",
      cell: (row) => html`<${Button} kind="quiet" icon="trash" label=${t("allow", { number: phone(row.number) })} onClick=${() => remove(row)} />`,
    },
  ];
}
