// When: now or later, and in which hours.
import { time } from "../../format.js";
import { html, useId, useMemo } from "../../html.js";
import { language, speak } from "../../language.js";
import { CheckField, Field, TextField } from "../../ui/field.js";
import { hoursOf } from "../campaign/hours.js";
import { DAYS, ownTimezone } from "./draft.js";
import { Section } from "./section.js";

const t = speak({
  en: {
    title: "When", at_once: "At once", at_any_hour: "at any hour", summary: "{start}, {hours}", start: "Start", now: "Now", later: "At a time",
    start_at: "Begin at",
    start_at_hint: "By the clock of this computer ({timezone}). It begins by itself; this page may be closed.", hours: "Call only in certain hours",
    hours_hint: "Outside of them nobody is called; it goes on when they open again. Calls at night annoy people, and here and there the law forbids them.",
    from: "From", to: "Until", to_hint: "Earlier than the beginning: over midnight.", days: "Days", timezone: "Time zone",
    timezone_hint: "Type a city, such as Moscow. There it is {clock} now.",
    timezone_unknown: "Type a city, and choose from what is found.",
  },
  ru: {
    title: "Когда", at_once: "Сразу", at_any_hour: "в любые часы", summary: "{start}, {hours}", start: "Начало", now: "Сейчас", later: "В назначенное время",
    start_at: "Начать",
    start_at_hint: "По часам этого компьютера ({timezone}). Начнётся само, страницу можно закрыть.", hours: "Звонить только в определённые часы",
    hours_hint: "В другое время никому не звоним; кампания продолжится, когда часы настанут снова. Ночные звонки раздражают, а кое-где запрещены законом.",
    from: "С", to: "До", to_hint: "Раньше начала — через полночь.", days: "Дни", timezone: "Часовой пояс",
    timezone_hint: "Наберите город по-английски, например Moscow. Сейчас там {clock}.",
    timezone_unknown: "Наберите город по-английски и выберите из найденного.",
  },
});
const MONDAY = Date.UTC(2024, 0, 1);
const DAY_MS = 86_400_000;

export function When({ draft, change, bound, fault }) {
  const hasFault = Boolean(fault("window") || fault("start_at"));
  const start = draft.starts === "now" ? t("at_once") : draft.start_at ? time(draft.start_at) : "…";
  const hours = draft.has_hours ? hoursOf(draft) : t("at_any_hour");
  const way = (name) => html`<label class=${draft.starts === name ? "chosen" : ""}>
    <input type="radio" name="starts" checked=${draft.starts === name} onChange=${() => change({ starts: name })} />${t(name)}
  </label>`;
  return html`<${Section} title=${t("title")} now=${t("summary", { start, hours })} hasFault=${hasFault}>
    <fieldset><legend>${t("start")}</legend><div class="ways">${way("now")}${way("later")}</div></fieldset>
    ${draft.starts === "later" && html`<${TextField} ...${bound("start_at")} label=${t("start_at")} hint=${t("start_at_hint", { timezone: ownTimezone() })}
      type="datetime-local" />`}
    <${CheckField} label=${t("hours")} hint=${t("hours_hint")} checked=${draft.has_hours} onValue=${(has_hours) => change({ has_hours })} />
    ${draft.has_hours && html`<${Hours} ...${{ draft, change, bound, fault }} />`}
  <//>`;
}

function Hours({ draft, change, bound, fault }) {
  // A field for a time of the day knows no 24:00, which is what midnight is as an end.
  const end = { ...bound("to", "window.to"), value: draft.to === "24:00" ? "00:00" : draft.to, onValue: (to) => change({ to: to === "00:00" ? "24:00" : to }) };
  const day = (name, index) => html`<label key=${name} class=${draft.days.includes(name) ? "chosen" : ""}>
    <input type="checkbox" checked=${draft.days.includes(name)}
      onChange=${(event) => change({ days: withDay(draft.days, name, event.currentTarget.checked) })} />${dayName(index)}
  </label>`;
  return html`<div class="form inner">
    <div class="columns">
      <${TextField} ...${bound("from", "window.from")} label=${t("from")} type="time" />
      <${TextField} ...${end} label=${t("to")} hint=${t("to_hint")} type="time" />
    </div>
    <fieldset><legend>${t("days")}</legend><div class="ways days">${DAYS.map(day)}</div>${fault("window.days") && html`<p
      class="error">${fault("window.days")}</p>`}</fieldset>
    <${Timezone} ...${bound("timezone", "window.timezone")} />
  </div>`;
}

/** Searched by typing: the browser offers what fits. */
function Timezone({ value, onValue, error }) {
  const id = useId();
  const zones = useMemo(() => Intl.supportedValuesOf("timeZone"), []);
  const clock = clockIn(value);
  return html`<${Field} label=${t("timezone")} hint=${clock ? t("timezone_hint", { clock }) : t("timezone_unknown")} error=${error}>
    ${(tied) => html`<input ...${tied} list=${id} value=${value} autocomplete="off" spellcheck=${false}
      onInput=${(event) => onValue(event.currentTarget.value.trim())} />
      <datalist id=${id}>${zones.map((zone) => html`<option key=${zone} value=${zone}></option>`)}</datalist>`}
  <//>`;
}

function clockIn(timeZone) {
  try {
    return new Intl.DateTimeFormat(language.value, { timeZone, hour: "2-digit", minute: "2-digit" }).format(new Date());
  } catch {
    return null; // half typed
  }
}

function withDay(days, name, isOn) {
  return DAYS.filter((day) => (day === name ? isOn : days.includes(day)));
}

function dayName(index) {
  return new Intl.DateTimeFormat(language.value, { weekday: "short", timeZone: "UTC" }).format(new Date(MONDAY + index * DAY_MS));
}
