// The charts of how a campaign went over time.
import { get } from "../../api.js";
import { Timeline } from "../../charts/timeline.js";
import { html } from "../../html.js";
import { speak } from "../../language.js";
import { usePolled } from "../../polled.js";
import { ProblemNotice } from "../../ui/notice.js";
import { Card } from "../../ui/page.js";
import { isLive } from "./state.js";

const LIVE_MS = 3000;
const t = speak({
  en: { title: "Over time", none: "The chart begins with the first call.", never: "No call was made." },
  ru: { title: "По времени", none: "График начнётся с первого вызова.", never: "Ни одного вызова не было." },
});

export function OverTime({ campaign }) {
  const live = isLive(campaign);
  const { data, problem, refresh } = usePolled((signal) => get(`/campaigns/${campaign.id}/timeline`, {}, signal), live ? LIVE_MS : 0, [campaign.id]);
  return html`<${Card} title=${t("title")} class="over-time">
    <${ProblemNotice} problem=${problem} onRetry=${refresh} />
    ${data?.items.length > 0 && html`<${Timeline} points=${data.items} stepS=${data.step_s} />`}
    ${data?.items.length === 0 && html`<p class="soft">${t(live ? "none" : "never")}</p>`}
  <//>`;
}
