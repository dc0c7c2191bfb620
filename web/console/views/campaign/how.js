// How a campaign goes, in figures.
import { count, decimal, duration, percent, time } from "../../format.js";
import { html } from "../../html.js";
import { speak } from "../../language.js";
import { Card, Figures } from "../../ui/page.js";
import { Progress } from "../../ui/progress.js";
import { doneOf, isLive } from "./state.js";

const t = speak({
  en: {
    people: "People", done: "Done", delivered: "Delivered", lines: "Lines in use", rate: "Calls a second", left: "Time left", of: "of {n}",
    limit: "at most {n}",
    started: "Started", ended: "Ended", took: "It took", progress: "Done", of_total: "{n} of {total}", unknown: "not known yet", starts: "Starts",
  },
  ru: {
    people: "Людей", done: "Обработано", delivered: "Доставлено", lines: "Занято линий", rate: "Вызовов в секунду", left: "Осталось", of: "из {n}",
    limit: "не больше {n}",
    started: "Начата", ended: "Закончилась", took: "Заняла", progress: "Обработано", of_total: "{n} из {total}", unknown: "пока неизвестно", starts: "Начнётся",
  },
});

export function How({ campaign, things }) {
  const { counts } = campaign;
  const done = doneOf(counts);
  const people = { name: t("people"), value: count(counts.total) };
  const through = { name: t("done"), value: count(done), note: percent(done / counts.total) };
  const delivered = { name: t("delivered"), value: count(counts.delivered), note: percent(counts.delivered / counts.total) };
  const figures = isLive(campaign) ? [people, through, delivered, ...going(campaign, things)] : [people, delivered, ...over(campaign)];
  return html`<${Card} aria-label=${t("progress")} class="how">
    <${Progress} value=${done} max=${counts.total} label=${t("progress")} detail=${t("of_total", { n: done, total: counts.total })} />
    <${Figures} items=${figures} />
  <//>`;
}

function going(campaign, { gateway, lines }) {
  // The least of the limits holds.
  const most = Math.min(...[campaign.max_lines, gateway?.max_lines, lines].filter((limit) => limit != null));
  const rates = [campaign.calls_per_second, gateway?.calls_per_second].filter((limit) => limit != null);
  const used = campaign.lines_in_use ?? campaign.counts.active;
  return [
    { name: t("lines"), value: count(used), note: Number.isFinite(most) && t("of", { n: most }) },
    { name: t("rate"), value: decimal(campaign.calls_per_second_now), note: rates.length > 0 && t("limit", { n: decimal(Math.min(...rates)) }) },
    campaign.status === "scheduled" ? { name: t("starts"), value: time(campaign.start_at) } : left(campaign),
  ];
}

function left({ eta_s: seconds }) {
  return { name: t("left"), value: seconds === null ? html`<small>${t("unknown")}</small>` : duration(seconds) };
}

function over(campaign) {
  const took = campaign.started_at ? (Date.parse(campaign.ended_at) - Date.parse(campaign.started_at)) / 1000 : null;
  return [
    { name: t("started"), value: time(campaign.started_at) },
    { name: t("ended"), value: time(campaign.ended_at) },
    { name: t("took"), value: duration(took) },
  ];
}
