// The people of a campaign: a row for each, whatever number of calls they got.
import { count, phone, time } from "../../format.js";
import { html, useState } from "../../html.js";
import { speak } from "../../language.js";
import { adjust } from "../../route.js";
import { Button } from "../../ui/button.js";
import { SelectField, TextField } from "../../ui/field.js";
import { Pager, useList } from "../../ui/list.js";
import { ProblemNotice } from "../../ui/notice.js";
import { reason, State, words } from "../../ui/outcome.js";
import { Table } from "../../ui/table.js";
import { Exports } from "./exports.js";
import { PersonDialog } from "./person_dialog.js";
import { useSettled } from "./settled.js";
import { isLive, partsOf } from "./state.js";

const LIVE_MS = 3000;
const ROWS = 25;
const t = speak({
  en: {
    name: "Name", number: "Number", state: "State", attempts: "Calls", next: "Why it waits", caption: "People of the campaign",
    search: "Search by name or number", outcome: "Outcome", any: "All ({n})", option: "{word} ({n})",
    none: "Nobody fits these filters.", clear: "Clear the filters", waits_only: "Only those who wait: {why}", unnamed: "Without a name", at: "{why}, {at}",
    details: "Details of {who}",
  },
  ru: {
    name: "Имя", number: "Номер", state: "Состояние", attempts: "Вызовов", next: "Почему ждёт", caption: "Люди кампании", search: "Поиск по имени или номеру",
    outcome: "Исход", any: "Все ({n})", option: "{word} ({n})",
    none: "Под эти фильтры никто не подходит.", clear: "Снять фильтры", waits_only: "Только те, кто ждёт: {why}", unnamed: "Без имени", at: "{why}, {at}",
    details: "Подробности: {who}",
  },
});

export function People({ campaign, query }) {
  const [person, setPerson] = useState(null);
  const fields = { outcome: query.outcome, why_waiting: query.why, q: useSettled(query.q ?? "") };
  // A search looks through all of them: not each time again.
  const list = useList(`/campaigns/${campaign.id}/targets`, { fields, limit: ROWS, everyMs: isLive(campaign) && !fields.q ? LIVE_MS : 0 });

  return html`<div aria-busy=${list.isLoading} class="list">
    <${Filters} campaign=${campaign} query=${query} fields=${fields} />
    <${ProblemNotice} problem=${list.problem} onRetry=${list.refresh} />
    ${(list.items.length > 0 || (!list.isLoading && !list.problem)) && html`<${Table} rows=${list.items}
      columns=${columns(list.items, campaign, setPerson)} rowKey=${(one) => one.cid} caption=${t("caption")} empty=${html`<${NoneFits} />`} />`}
    <${Pager} pager=${list.pager} />
    ${person && html`<${PersonDialog} campaign=${campaign} person=${person} onClose=${() => setPerson(null)} />`}
  </div>`;
}

function Filters({ campaign, query, fields }) {
  const shown = partsOf(campaign.counts).filter(({ word, n }) => n > 0 || word === query.outcome);
  const any = { value: "", label: t("any", { n: campaign.counts.total }) };
  const options = [any, ...shown.map(({ word, n }) => ({ value: word, label: t("option", { word: words(word), n }) }))];
  return html`<div class="filters">
    <${TextField} label=${t("search")} type="search" value=${query.q ?? ""} onValue=${(q) => adjust({ q })} />
    <${SelectField} label=${t("outcome")} value=${query.outcome ?? ""} options=${options} onValue=${(outcome) => adjust({ outcome, why: "" })} />
    ${query.why && html`<${Button} icon="close" onClick=${() => adjust({ why: "" })}>${t("waits_only", { why: reason(query.why, campaign) })}<//>`}
    <${Exports} campaign=${campaign} list="targets" fields=${fields} />
  </div>`;
}

function NoneFits() {
  return html`<p>${t("none")}</p><${Button} onClick=${() => adjust({ q: "", outcome: "", why: "" })}>${t("clear")}<//>`;
}

function columns(people, campaign, onOpen) {
  const label = (one) => t("details", { who: one.name || one.number });
  const opener = (one, text) => html`<button type="button" class="link" aria-label=${label(one)} onClick=${() => onOpen(one)}>${text}</button>`;
  const number = (one) => html`<span class="mono">${phone(one.number)}</span>`;
  const who = people.some((one) => one.name) // numbers given by hand have none
    ? [
        { key: "name", title: t("name"), isMain: true, cell: (one) => opener(one, one.name || t("unnamed")) },
        { key: "number", title: t("number"), cell: number },
      ]
    : [{ key: "number", title: t("number"), isMain: true, cell: (one) => opener(one, number(one)) }];
  return [
    ...who,
    { key: "state", title: t("state"), cell: (one) => html`<${State} state=${one.outcome} />` },
    { key: "attempts", title: t("attempts"), isNumber: true, cell: (one) => count(one.attempts) },
    ...(isLive(campaign) ? [{ key: "next", title: t("next"), cell: (one) => waits(one, campaign) }] : []),
  ];
}

function waits({ why_waiting: why, next_attempt_at: at }, campaign) {
  if (!why) return html`<span class="soft">–</span>`;
  return html`<span>${at ? t("at", { why: reason(why, campaign), at: time(at, true) }) : reason(why, campaign)}</span>`;
}
