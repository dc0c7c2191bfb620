// One campaign, live: how it goes, what holds it up, and what came of it.
import { get } from "../../api.js";
import { html, useEffect, useState } from "../../html.js";
import { speak } from "../../language.js";
import { usePolled } from "../../polled.js";
import { to } from "../../route.js";
import { placeName } from "../../shell/place_names.js";
import { ProblemNotice } from "../../ui/notice.js";
import { Page } from "../../ui/page.js";
import { CallDialog } from "./call_dialog.js";
import { Findings, Quality } from "./findings.js";
import { How } from "./how.js";
import { LiveCalls } from "./live_calls.js";
import { Outcomes } from "./outcomes.js";
import { OverTime } from "./over_time.js";
import { Results } from "./results.js";
import { Settings } from "./settings.js";
import { CampaignState, isLive } from "./state.js";
import { Steer } from "./steer.js";
import { useThings } from "./things.js";
import { Waiting } from "./waiting.js";

const LIVE_MS = 1000;
const t = speak({
  en: { campaign: "Campaign", unnamed: "Without a name" },
  ru: { campaign: "Кампания", unnamed: "Без названия" },
});

export function Campaign({ id, query }) {
  const { campaign, problem, refresh } = useCampaign(id);
  const back = { href: to("campaigns"), label: placeName("campaigns") };
  if (!campaign) return html`<${Page} title=${t("campaign")} back=${back}><${ProblemNotice} problem=${problem} onRetry=${refresh} /><//>`;
  const badge = html`<span role="status"><${CampaignState} state=${campaign.status} /></span>`;
  const actions = html`<${Steer} campaign=${campaign} refresh=${refresh} />`;
  return html`<${Page} title=${campaign.name || t("unnamed")} back=${back} badge=${badge} actions=${actions}>
    <${ProblemNotice} problem=${problem} onRetry=${refresh} />
    <${Parts} campaign=${campaign} query=${query} refresh=${refresh} />
  <//>`;
}

function Parts({ campaign, query, refresh }) {
  const things = useThings(campaign);
  const live = isLive(campaign);
  return html`
    <${How} campaign=${campaign} things=${things} />
    ${live && html`<${Waiting} campaign=${campaign} things=${things} refresh=${refresh} />`}
    <div class="campaign-pictures">
      <${Outcomes} campaign=${campaign} chosen=${query.outcome} />
      <${OverTime} campaign=${campaign} />
    </div>
    ${live && html`<${LiveCalls} campaign=${campaign} />`}
    <${Findings} campaign=${campaign} />
    <${Results} campaign=${campaign} query=${query} />
    <${Quality} quality=${campaign.quality} />
    <${Settings} campaign=${campaign} things=${things} />
    ${query.call && html`<${CallDialog} key=${query.call} id=${query.call} />`}`;
}

function useCampaign(id) {
  const [everyMs, setEvery] = useState(LIVE_MS);
  const { data, problem, refresh } = usePolled((signal) => get(`/campaigns/${encodeURIComponent(id)}`, {}, signal), everyMs, [id]);
  useEffect(() => {
    if (data) setEvery(isLive(data) ? LIVE_MS : 0);
  }, [data]);
  return { campaign: data, problem, refresh };
}
