// One person of a campaign, with the calls that were made to them.
import { get } from "../../api.js";
import { count, phone, time } from "../../format.js";
import { html } from "../../html.js";
import { speak } from "../../language.js";
import { usePolled } from "../../polled.js";
import { Dialog } from "../../ui/dialog.js";
import { ProblemNotice } from "../../ui/notice.js";
import { reason, State } from "../../ui/outcome.js";
import { Table } from "../../ui/table.js";
import { callColumns } from "./call_columns.js";
import { advice } from "./call_words.js";
import { Facts } from "./facts.js";
import { showCall } from "./places.js";

const CALLS = 50;
const t = speak({
  en: {
    number: "Number", state: "State", attempts: "Calls", waits: "Waits", next: "Next call", what: "What to do", calls: "The calls to this person",
    none: "No call was made.", loading: "Looking for the calls …",
  },
  ru: {
    number: "Номер", state: "Состояние", attempts: "Вызовов", waits: "Ждёт", next: "Следующий вызов", what: "Что делать", calls: "Вызовы этому человеку",
    none: "Ни одного вызова не было.", loading: "Ищем вызовы …",
  },
});

export function PersonDialog({ campaign, person, onClose }) {
  const { data, problem, isLoading } = usePolled((signal) => callsOf(campaign, person, signal), 0, [person.cid]);

  function open(id) {
    onClose();
    showCall(id);
  }

  const facts = [
    [t("number"), html`<span class="mono">${phone(person.number)}</span>`],
    [t("state"), html`<${State} state=${person.outcome} />`],
    [t("waits"), person.why_waiting && reason(person.why_waiting, campaign)],
    [t("next"), person.next_attempt_at && time(person.next_attempt_at, true)],
    [t("attempts"), count(person.attempts)],
    [t("what"), advice(person.outcome)],
  ];
  return html`<${Dialog} wide title=${person.name || phone(person.number)} onClose=${onClose}>
    <${Facts} facts=${facts} />
    <h3>${t("calls")}</h3>
    <${ProblemNotice} problem=${problem} />
    ${isLoading && html`<p class="soft" role="status"><span class="spinner" aria-hidden="true"></span> ${t("loading")}</p>`}
    ${data && html`<${Table} columns=${callColumns(open, { withNumber: false })} rows=${data.items} rowKey=${(call) => call.id}
      caption=${t("calls")} empty=${t("none")} />`}
  <//>`;
}

// Among a million calls this takes a second or two: not when there is nothing to find.
function callsOf(campaign, person, signal) {
  return person.attempts === 0 ? { items: [] } : get(`/campaigns/${campaign.id}/calls`, { cid: person.cid, limit: CALLS }, signal);
}
