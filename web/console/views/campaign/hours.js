// When a campaign's hours open next, as a person says it.
import { language, speak } from "../../language.js";

export const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const MONDAY = Date.UTC(2024, 0, 1);

const t = speak({
  en: {
    today: "today at {clock}", tomorrow: "tomorrow at {clock}", later: "on {day} at {clock}", every_day: "every day, {from}–{to} ({timezone})",
    some_days: "{days}, {from}–{to} ({timezone})",
  },
  ru: {
    today: "сегодня в {clock}", tomorrow: "завтра в {clock}", later: "{day} в {clock}", every_day: "ежедневно, {from}–{to} ({timezone})",
    some_days: "{days}, {from}–{to} ({timezone})",
  },
});

/** Such as "tomorrow at 09:00"; null while it is open. `now` is a Date. It is the wall clock of the window's time zone that counts. */
export function opensNext(window, now) {
  const { day, clock } = wallClock(window.timezone, now);
  if (isOpen(window, day, clock)) return null;
  const days = openDays(window);
  if (days.includes(DAYS[day]) && clock < window.from) return t("today", { clock: window.from });
  const ahead = [1, 2, 3, 4, 5, 6, 7].find((n) => days.includes(DAYS[(day + n) % 7]));
  return ahead === 1 ? t("tomorrow", { clock: window.from }) : t("later", { day: dayName((day + ahead) % 7, "long"), clock: window.from });
}

/** The hours in one line. */
export function hoursOf(window) {
  const days = openDays(window);
  const shown = { from: window.from, to: window.to, timezone: window.timezone };
  return days.length === 7 ? t("every_day", shown) : t("some_days", { days: days.map((day) => dayName(DAYS.indexOf(day), "short")).join(", "), ...shown });
}

function openDays(window) {
  return DAYS.filter((day) => (window.days ?? DAYS).includes(day));
}

// Over midnight a window belongs to the day on which it starts.
function isOpen(window, day, clock) {
  const days = openDays(window);
  const [today, yesterday] = [days.includes(DAYS[day]), days.includes(DAYS[(day + 6) % 7])];
  if (window.from < window.to) return today && window.from <= clock && clock < window.to;
  return (today && clock >= window.from) || (yesterday && clock < window.to);
}

function wallClock(timeZone, now) {
  const parts = new Intl.DateTimeFormat("en-GB", { timeZone, weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).formatToParts(now);
  const of = (type) => parts.find((part) => part.type === type).value;
  return { day: DAYS.indexOf(of("weekday").toLowerCase()), clock: `${of("hour")}:${of("minute")}` };
}

const DAY_MS = 86_400_000;
const RU_ON_DAY = ["в понедельник", "во вторник", "в среду", "в четверг", "в пятницу", "в субботу", "в воскресенье"];

function dayName(day, weekday) {
  if (language.value === "ru" && weekday === "long") return RU_ON_DAY[day]; // "on" is a part of the word's form
  return new Intl.DateTimeFormat(language.value, { weekday, timeZone: "UTC" }).format(new Date(MONDAY + day * DAY_MS));
}
