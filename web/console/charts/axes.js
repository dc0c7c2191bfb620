// What the charts over time share: axes in the page's language and the theme's colours.
import { count } from "../format.js";
import { language } from "../language.js";
import { painted } from "./colours.js";

const FONT = '12px system-ui, "Segoe UI", Roboto, sans-serif';
const WHOLE = [1, 2, 5].flatMap((n) => [n, n * 10, n * 100, n * 1000, n * 10_000, n * 100_000]).sort((a, b) => a - b);
const DAY_S = 86_400;

/** The options of a chart whose points are steps of time, each from its x to the next one's. `onIndex` is told which one is pointed at. */
export function overTime({ onIndex, series, group }) {
  return {
    legend: { show: false },
    padding: [8, 30, 0, 0],
    cursor: { y: false, drag: { x: false, y: false }, points: { show: false }, sync: { key: group }, dataIdx: stepAt },
    hooks: { setCursor: [(plot) => onIndex(plot.cursor.idx ?? null)] },
    scales: { x: { range: (_plot, first, last) => [first, last] }, y: { range: (_plot, _least, most) => [0, Math.max(1, most)] } },
    axes: [timeAxis(), numberAxis()],
    series: [{}, ...series],
  };
}

// uPlot takes the nearest point; here a point is the step that begins there.
function stepAt(plot, _series, nearest, x) {
  return plot.data[0][nearest] > x && nearest > 0 ? nearest - 1 : nearest;
}

function timeAxis() {
  return { ...drawn(), space: 90, values: (plot, splits) => splits.map((at) => moment(at, plot.scales.x.max - plot.scales.x.min)) };
}

function numberAxis() {
  return {
    ...drawn(), space: 34, incrs: WHOLE, splits: numbers, values: (_plot, splits) => splits.map((n) => count(n)),
    size: (_plot, values) => widthFor(values ?? []),
  };
}

// In a low chart there may be room for no step of WHOLE: then its top is told, as a scale with nothing but 0 tells nothing.
function numbers(_plot, _axis, _least, most, step) {
  return step > 0 && step <= most ? Array.from({ length: Math.floor(most / step) + 1 }, (_one, n) => n * step) : [0, most];
}

// At least so wide that the first time below does not lose its begin.
function widthFor(values) {
  return Math.max(38, 18 + 7 * Math.max(0, ...values.map((value) => value.length)));
}

function drawn() {
  const line = { stroke: painted("--line"), width: 1 };
  return { stroke: painted("--soft"), font: FONT, grid: line, ticks: { ...line, size: 4 } };
}

function moment(at, spanS) {
  const clock = { hourCycle: "h23", hour: "2-digit", minute: "2-digit", ...(spanS < 300 ? { second: "2-digit" } : {}) };
  const day = spanS > DAY_S ? { day: "numeric", month: "short" } : {};
  return new Intl.DateTimeFormat(language.value, { ...day, ...clock }).format(new Date(at * 1000));
}
