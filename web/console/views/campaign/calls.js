// The calls of a campaign: a row for each attempt, newest first.
import { html } from "../../html.js";
import { speak } from "../../language.js";
import { adjust } from "../../route.js";
import { Button } from "../../ui/button.js";
import { SelectField } from "../../ui/field.js";
import { Pager, useList } from "../../ui/list.js";
import { ProblemNotice } from "../../ui/notice.js";
import { OUTCOMES, words } from "../../ui/outcome.js";
import { Table } from "../../ui/table.js";
import { callColumns } from "./call_columns.js";
import { Exports } from "./exports.js";
import { showCall } from "./places.js";
import { isLive } from "./state.js";

const LIVE_MS = 3000;
const ROWS = 25;
const NEVER_CALLED = "do_not_call";
const STATUSES = { live: "initiated,ringing,in-progress", ended: "completed,busy,no-answer,failed,canceled,interrupted" };
const t = speak({
  en: {
    caption: "Calls of the campaign", outcome: "Outcome", any: "All", state: "State", live: "Going on now", ended: "Ended", none: "No call fits these filters.",
    clear: "Clear the filters", never: "No call was made yet.",
  },
  ru: {
    caption: "Вызовы кампании", outcome: "Исход", any: "Все", state: "Состояние", live: "Идут сейчас", ended: "Закончились",
    none: "Ни один вызов не подходит под эти фильтры.", clear: "Снять фильтры", never: "Вызовов ещё не было.",
  },
});

export function Calls({ campaign, query }) {
  const fields = { outcome: query.outcome, status: STATUSES[query.status] };
  const list = useList(`/campaigns/${campaign.id}/calls`, { fields, limit: ROWS, everyMs: isLive(campaign) ? LIVE_MS : 0 });
  const isFiltered = Boolean(fields.outcome || fields.status);

  return html`<div aria-busy=${list.isLoading} class="list">
    <${Filters} campaign=${campaign} query=${query} fields=${fields} />
    <${ProblemNotice} problem=${list.problem} onRetry=${list.refresh} />
    ${(list.items.length > 0 || (!list.isLoading && !list.problem)) && html`<${Table} columns=${callColumns(showCall)} rows=${list.items}
      rowKey=${(call) => call.id} caption=${t("caption")} empty=${html`<${None} isFiltered=${isFiltered} />`} />`}
    <${Pager} pager=${list.pager} />
  </div>`;
}

function Filters({ campaign, query, fields }) {
  const outcomes = OUTCOMES.filter((word) => word !== NEVER_CALLED).map((value) => ({ value, label: words(value) }));
  const states = Object.keys(STATUSES).map((value) => ({ value, label: t(value) }));
  const any = { value: "", label: t("any") };
  return html`<div class="filters">
    <${SelectField} label=${t("outcome")} value=${query.outcome ?? ""} options=${[any, ...outcomes]} onValue=${(outcome) => adjust({ outcome })} />
    <${SelectField} label=${t("state")} value=${query.status ?? ""} options=${[any, ...states]} onValue=${(status) => adjust({ status })} />
    <${Exports} campaign=${campaign} list="calls" fields=${fields} />
  </div>`;
}

function None({ isFiltered }) {
  if (!isFiltered) return html`<p>${t("never")}</p>`;
  return html`<p>${t("none")}</p><${Button} onClick=${() => adjust({ outcome: "", status: "" })}>${t("clear")}<//>`;
}
