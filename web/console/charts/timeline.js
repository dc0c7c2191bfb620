// How a campaign went over time: how the calls of each step ended, and below it the lines that were in use.
import { html, useMemo, useState } from "../html.js";
import { count, time } from "../format.js";
import { speak } from "../language.js";
import UPlot from "../vendor/uplot.mjs";
import { OUTCOMES, words } from "../ui/outcome.js";
import { Table } from "../ui/table.js";
import { overTime } from "./axes.js";
import { colourOf, painted } from "./colours.js";
import { Plot } from "./plot.js";

const t = speak({
  en: {
    ended: "Calls that ended, by outcome", lines: "Lines in use", table: "The same as a table", at: "Time", started: "Started",
    ended_label: "Chart: {n} calls that ended from {from} to {until}, by outcome. The table below tells the same.",
    lines_label: "Chart: lines in use from {from} to {until}, {most} at most. The table below tells the same.",
    caption: "Calls and lines over time", none: "none ended", not_yet: "No call has ended yet.", lines_now: "lines in use: {n}",
  },
  ru: {
    ended: "Завершённые вызовы по исходам", lines: "Занято линий", table: "То же таблицей", at: "Время", started: "Начато",
    ended_label: "График: {n} вызовов завершилось с {from} до {until}, по исходам. То же в таблице ниже.",
    lines_label: "График: занятые линии с {from} до {until}, не больше {most}. То же в таблице ниже.",
    caption: "Вызовы и линии по времени", none: "ни один не завершился", not_yet: "Пока ни один вызов не завершился.", lines_now: "занято линий: {n}",
  },
});

/** @param points GET /campaigns/{id}/timeline's items; @param stepS how long each is, in seconds. */
export function Timeline({ points, stepS }) {
  const [pointed, setPointed] = useState(null);
  const present = OUTCOMES.filter((word) => points.some((point) => point[word] > 0));
  const lines = points.map((point) => point.lines);
  const data = useMemo(() => ({ ended: stacked(points, present, stepS), lines: [moments(points, stepS), [...lines, lines.at(-1)]] }), [points]);
  const span = { from: time(points[0].at, true), until: time(new Date(data.lines[0].at(-1) * 1000), true) };
  const ended = points.reduce((sum, point) => sum + endedIn(point), 0);
  const shared = { onIndex: setPointed, group: "timeline" };

  return html`<div class="timeline">
    <h3>${t("ended")}</h3>
    ${ended === 0
      ? html`<p class="soft">${t("not_yet")}</p>`
      : html`<${Plot} of=${String(present)} height=${220} data=${data.ended} label=${t("ended_label", { n: ended, ...span })}
        options=${() => overTime({ ...shared, series: [...present].reverse().map(bars) })} />`}
    <${Readout} point=${points[pointed] ?? points.at(-1)} present=${present} />
    <h3>${t("lines")}</h3>
    <${Plot} of="lines" height=${110} data=${data.lines} label=${t("lines_label", { most: Math.max(...lines), ...span })}
      options=${() => overTime({ ...shared, series: [steps()] })} />
    <${AsTable} points=${points} present=${present} />
  </div>`;
}

function Readout({ point, present }) {
  const parts = present.filter((word) => point[word] > 0);
  return html`<p class="readout" aria-hidden="true"><b>${time(point.at, true)}</b>
    ${parts.length === 0 && html`<span class="soft">${t("none")}</span>`}
    ${parts.map((word) => html`<span key=${word}><i class="swatch" style=${{ background: colourOf(word) }}></i>${words(word)} ${count(point[word])}</span>`)}
    <span class="soft">${t("lines_now", { n: point.lines })}</span>
  </p>`;
}

function AsTable({ points, present }) {
  const [isOpen, setOpen] = useState(false);
  const columns = [
    { key: "at", title: t("at"), isMain: true, cell: (point) => time(point.at, true) },
    { key: "started", title: t("started"), isNumber: true, cell: (point) => count(point.started) },
    ...present.map((word) => ({ key: word, title: words(word), isNumber: true, cell: (point) => count(point[word]) })),
    { key: "lines", title: t("lines"), isNumber: true, cell: (point) => count(point.lines) },
  ];
  return html`<details open=${isOpen} onToggle=${(event) => setOpen(event.currentTarget.open)}>
    <summary>${t("table")}</summary>
    ${isOpen && html`<${Table} columns=${columns} rows=${points} rowKey=${(point) => point.at} caption=${t("caption")} />`}
  </details>`;
}

function endedIn(point) {
  return OUTCOMES.reduce((sum, word) => sum + point[word], 0);
}

// The last step has an end too.
function moments(points, stepS) {
  const begins = points.map((point) => Date.parse(point.at) / 1000);
  return [...begins, begins.at(-1) + stepS];
}

// The topmost first: each is as high as all below it together, and what is drawn later covers its lower part.
function stacked(points, present, stepS) {
  let below = points.map(() => 0);
  const tops = present.map((word) => (below = points.map((point, index) => below[index] + point[word])));
  return [moments(points, stepS), ...tops.reverse().map((top) => [...top, null])];
}

function bars(word) {
  return { fill: painted(`--c-${word}`), width: 0, points: { show: false }, paths: UPlot.paths.bars({ align: 1, size: [0.86, 60] }) };
}

function steps() {
  const colour = painted("--c-active");
  return { stroke: colour, fill: `${colour}33`, width: 2, points: { show: false }, paths: UPlot.paths.stepped({ align: 1 }) };
}
