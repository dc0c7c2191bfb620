// One callbase: its people, and what became of the file that it was uploaded from.
import { get } from "../../api.js";
import { html } from "../../html.js";
import { speak } from "../../language.js";
import { usePolled } from "../../polled.js";
import { to } from "../../route.js";
import { placeName } from "../../shell/place_names.js";
import { LinkButton } from "../../ui/button.js";
import { ProblemNotice } from "../../ui/notice.js";
import { Card, Page } from "../../ui/page.js";
import { regionName } from "../../ui/region.js";
import { Manage } from "./manage.js";
import { People } from "./people.js";
import { Report } from "./report.js";

const POLL_MS = 5000;
const t = speak({
  en: {
    loading: "Callbase", people: { one: "{n} person", other: "{n} people" }, region: "Local numbers are read as those of {region}.", call: "Call this list",
    tab_people: "People", tab_report: "Import report", parts: "Parts of the callbase",
  },
  ru: {
    loading: "База", people: { one: "{n} человек", few: "{n} человека", many: "{n} человек", other: "{n} человека" },
    region: "Местные номера читаются как номера страны {region}.", call: "Позвонить по базе", tab_people: "Люди", tab_report: "Отчёт о загрузке",
    parts: "Части базы",
  },
});

export function OneCallbase({ id, query }) {
  const { data: callbase, problem, refresh } = usePolled((signal) => get(`/callbases/${id}`, {}, signal), POLL_MS, [id]);
  const back = { href: to("callbases"), label: placeName("callbases") };
  if (!callbase) return html`<${Page} title=${t("loading")} back=${back}><${ProblemNotice} problem=${problem} onRetry=${refresh} /><//>`;
  const actions = html`<${Manage} callbase=${callbase} onChange=${refresh} />
    ${callbase.total > 0 && html`<${LinkButton} kind="primary" icon="calls" href=${to("dial", { callbase: id })}>${t("call")}<//>`}`;
  const hasReport = callbase.report.rows > 0;
  const isReport = hasReport && query.tab === "report";
  return html`<${Page} title=${callbase.name} back=${back} badge=${html`<span class="badge">${t("people", { n: callbase.total })}</span>`} actions=${actions}>
    <p class="soft">${t("region", { region: regionName(callbase.region) })}</p>
    <${ProblemNotice} problem=${problem} />
    ${hasReport && html`<${Tabs} id=${id} isReport=${isReport} />`}
    ${isReport ? html`<${Card}><${Report} report=${callbase.report} isOld /><//>` : html`<${People} callbase=${callbase} query=${query} onChange=${refresh} />`}
  <//>`;
}

function Tabs({ id, isReport }) {
  const tab = (name, isHere) => html`<a href=${to("callbases", id, { tab: name })}
    aria-current=${isHere ? "page" : undefined}>${t(`tab_${name || "people"}`)}</a>`;
  return html`<nav class="ways" aria-label=${t("parts")}>${tab("", !isReport)}${tab("report", isReport)}</nav>`;
}
