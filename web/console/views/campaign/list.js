// The list of campaigns.
import { ShareBar } from "../../charts/share_bar.js";
import { count, duration, percent, time } from "../../format.js";
import { html } from "../../html.js";
import { speak } from "../../language.js";
import { adjust, to } from "../../route.js";
import { placeName } from "../../shell/place_names.js";
import { LinkButton } from "../../ui/button.js";
import { SelectField, TextField } from "../../ui/field.js";
import { Pager, useList } from "../../ui/list.js";
import { ProblemNotice } from "../../ui/notice.js";
import { words } from "../../ui/outcome.js";
import { Page } from "../../ui/page.js";
import { Table } from "../../ui/table.js";
import { FirstSteps } from "./first_steps.js";
import { useSettled } from "./settled.js";
import { CampaignState, doneOf, heldUpBy, isLive, partsOf, STATES, stateWord } from "./state.js";

const POLL_MS = 3000;
const t = speak({
  en: {
    name: "Name", state: "State", progress: "Progress", delivered: "Delivered", started: "Started", left: "Time left", any: "Any state",
    search: "Search by name",
    caption: "Campaigns", done: "{n} of {total}", none: "No campaign fits these filters.", clear: "Clear the filters", unnamed: "Without a name",
    starts: "starts {at}", ended: "ended {at}",
  },
  ru: {
    name: "Название", state: "Состояние", progress: "Ход", delivered: "Доставлено", started: "Начата", left: "Осталось", any: "Любое состояние",
    search: "Поиск по названию",
    caption: "Кампании", done: "{n} из {total}", none: "Ни одна кампания не подходит под эти фильтры.", clear: "Снять фильтры", unnamed: "Без названия",
    starts: "начнётся {at}", ended: "закончилась {at}",
  },
});

export function CampaignList({ query }) {
  const fields = { status: query.status, q: useSettled(query.q ?? "") };
  const list = useList("/campaigns", { fields, everyMs: POLL_MS });
  const isFiltered = Boolean(fields.status || fields.q);
  const isFirst = !list.isLoading && !list.problem && !isFiltered && list.items.length === 0 && list.pager.number === 1;

  const actions = !isFirst && html`<${LinkButton} kind="primary" icon="plus" href=${to("dial")}>${placeName("dial")}<//>`;

  return html`<${Page} title=${placeName("campaigns")} actions=${actions}>
    <${ProblemNotice} problem=${list.problem} onRetry=${list.refresh} />
    ${isFirst ? html`<${FirstSteps} />` : html`<div class="campaign-list" aria-busy=${list.isLoading}>
      <${Filters} query=${query} />
      ${(list.items.length > 0 || (!list.isLoading && !list.problem)) && html`<${Table} columns=${COLUMNS()} rows=${list.items} rowKey=${(one) => one.id}
        caption=${t("caption")} empty=${html`<${NoneFits} />`} />`}
      <${Pager} pager=${list.pager} />
    </div>`}
  <//>`;
}

function Filters({ query }) {
  const options = [{ value: "", label: t("any") }, ...STATES.filter((state) => state !== "preparing").map((value) => ({ value, label: stateWord(value) }))];
  return html`<div class="filters">
    <${TextField} label=${t("search")} type="search" value=${query.q ?? ""} onValue=${(q) => adjust({ q })} />
    <${SelectField} label=${t("state")} value=${query.status ?? ""} options=${options} onValue=${(status) => adjust({ status })} />
  </div>`;
}

function NoneFits() {
  return html`<p>${t("none")}</p><button type="button" class="button" onClick=${() => adjust({ q: "", status: "" })}>${t("clear")}</button>`;
}

const COLUMNS = () => [
  { key: "name", title: t("name"), isMain: true, cell: (one) => html`<a href=${to("campaigns", one.id)}>${one.name || t("unnamed")}</a>` },
  { key: "state", title: t("state"), cell: stateOf },
  { key: "progress", title: t("progress"), cell: (one) => html`<${Bar} counts=${one.counts} />` },
  { key: "delivered", title: t("delivered"), isNumber: true, cell: delivered },
  { key: "started", title: t("started"), cell: started },
  { key: "left", title: t("left"), isNumber: true, cell: (one) => html`<span class="nowrap">${isLive(one) ? duration(one.eta_s) : "–"}</span>` },
];

function stateOf(one) {
  const why = heldUpBy(one);
  return html`<span class="campaign-state"><${CampaignState} state=${one.status} />${why && html`<small>${words(`why_${why}`)}</small>`}</span>`;
}

function Bar({ counts }) {
  const done = t("done", { n: doneOf(counts), total: counts.total });
  const parts = partsOf(counts);
  const told = parts.filter((part) => part.n > 0).map((part) => `${words(part.word)}: ${count(part.n)}`);
  return html`<div class="campaign-bar"><${ShareBar} size="small" parts=${parts} label=${told.join(", ")} /><small class="mono">${done}</small></div>`;
}

function delivered({ counts }) {
  return html`<span class="mono">${count(counts.delivered)} <small>${percent(counts.delivered / counts.total)}</small></span>`;
}

function started(one) {
  if (one.started_at) return html`<span class="nowrap">${time(one.started_at)}</span>`;
  return html`<span class="nowrap">${one.start_at && isLive(one) ? t("starts", { at: time(one.start_at) }) : "–"}</span>`;
}
