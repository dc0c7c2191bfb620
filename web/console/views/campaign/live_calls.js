// The calls that are going on now.
import { get, send } from "../../api.js";
import { count, duration, phone } from "../../format.js";
import { html } from "../../html.js";
import { speak } from "../../language.js";
import { usePolled } from "../../polled.js";
import { Button } from "../../ui/button.js";
import { ProblemNotice } from "../../ui/notice.js";
import { State } from "../../ui/outcome.js";
import { Card } from "../../ui/page.js";
import { Table } from "../../ui/table.js";
import { tried } from "../../ui/toast.js";
import { showCall } from "./places.js";

const POLL_MS = 1500;
const SHOWN = 50;
const t = speak({
  en: {
    title: "Live calls", number: "Number", name: "Name", state: "State", since: "For", hang_up: "Hang up", hang_up_on: "Hang up on {number}", done: "Hung up.",
    none: "No call is going on at the moment.",
    more: "The newest {n} are shown.", attempt: "Attempt",
  },
  ru: {
    title: "Идущие вызовы", number: "Номер", name: "Имя", state: "Состояние", since: "Длится", hang_up: "Положить трубку",
    hang_up_on: "Положить трубку: {number}", done: "Трубка положена.", none: "Сейчас вызовов нет.",
    more: "Показаны {n} самых новых.", attempt: "Попытка",
  },
});

export function LiveCalls({ campaign }) {
  const { data, problem, refresh } = usePolled((signal) => live(campaign.id, signal), POLL_MS, [campaign.id]);
  const calls = data?.calls ?? [];

  async function hangUp(call) {
    await tried(() => send("POST", `/calls/${call.id}/hangup`), t("done"));
    refresh();
  }

  return html`<${Card} title=${t("title")} class="live-calls" actions=${data?.hasMore && html`<span class="soft">${t("more", { n: count(SHOWN) })}</span>`}>
    <${ProblemNotice} problem=${problem} />
    ${data && html`<${Table} columns=${columns(data.names, hangUp)} rows=${calls} rowKey=${(call) => call.id} caption=${t("title")} empty=${t("none")} />`}
  <//>`;
}

function columns(names, hangUp) {
  const opener = (call) => html`<button type="button" class="link mono" onClick=${() => showCall(call.id)}>${phone(call.number)}</button>`;
  const name = { key: "name", title: t("name"), cell: (call) => names.get(call.cid) || "–" };
  const hanger = (call) => html`<${Button} icon="hangup" label=${t("hang_up_on", { number: call.number })} onClick=${() => hangUp(call)}>${t("hang_up")}<//>`;
  return [
    { key: "number", title: t("number"), isMain: true, cell: opener },
    ...([...names.values()].some(Boolean) ? [name] : []), // numbers given by hand have none
    { key: "state", title: t("state"), cell: (call) => html`<${State} state=${call.status} />` },
    { key: "since", title: t("since"), isNumber: true, cell: since },
    { key: "attempt", title: t("attempt"), isNumber: true, cell: (call) => call.attempt },
    { key: "hangup", title: "", cell: hanger },
  ];
}

// In its state of the moment.
function since(call) {
  return duration((Date.now() - Date.parse(call.answered_at ?? call.ringing_at ?? call.initiated_at)) / 1000);
}

// A call does not tell the name; those who are being called are as many as there are calls.
async function live(id, signal) {
  const [calls, targets] = await Promise.all([
    get(`/campaigns/${id}/calls`, { status: "initiated,ringing,in-progress", limit: SHOWN }, signal),
    get(`/campaigns/${id}/targets`, { state: "active", limit: 1000 }, signal),
  ]);
  return { calls: calls.items, hasMore: calls.next_cursor !== null, names: new Map(targets.items.map((target) => [target.cid, target.name])) };
}
