// Times, durations, sizes and numbers as a person reads them, in the page's language.
import { language, speak } from "./language.js";

const t = speak({
  en: { hours: "{h} h {m} min", minutes: "{m} min {s} s", seconds: "{s} s", days: "{d} d {h} h" },
  ru: { hours: "{h} ч {m} мин", minutes: "{m} мин {s} с", seconds: "{s} с", days: "{d} д {h} ч" },
});

/** 1234567 → 1,234,567. */
export function count(n) {
  return n === null || n === undefined ? "–" : new Intl.NumberFormat(language.value).format(n);
}

/** With so many digits behind the point at most: 3.14159 → 3.1. */
export function decimal(n, digits = 1) {
  return n === null || n === undefined ? "–" : new Intl.NumberFormat(language.value, { maximumFractionDigits: digits }).format(n);
}

/** 0.256 → 26%. */
export function percent(share, digits = 0) {
  return Number.isFinite(share) ? new Intl.NumberFormat(language.value, { style: "percent", maximumFractionDigits: digits }).format(share) : "–";
}

/** RFC 3339 → day and time here; today's without the day. `withSeconds` for calls. */
export function time(text, withSeconds = false) {
  if (!text) return "–";
  const moment = new Date(text);
  // 24 hours in every language: a campaign's hours are written so too.
  const clock = { hourCycle: "h23", hour: "2-digit", minute: "2-digit", ...(withSeconds ? { second: "2-digit" } : {}) };
  const isToday = moment.toDateString() === new Date().toDateString();
  const isThisYear = moment.getFullYear() === new Date().getFullYear();
  const day = isToday ? {} : { day: "numeric", month: "short", ...(isThisYear ? {} : { year: "numeric" }) };
  return new Intl.DateTimeFormat(language.value, { ...day, ...clock }).format(moment);
}

/** Seconds → 1 h 20 min, 3 min 12 s, 8 s. */
export function duration(seconds) {
  if (seconds === null || seconds === undefined) return "–";
  const whole = Math.max(0, Math.round(seconds));
  const [d, h, m, s] = [Math.floor(whole / 86400), Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  if (d >= 2) return t("days", { d, h: h % 24 });
  if (h) return t("hours", { h, m });
  return m ? t("minutes", { m, s }) : t("seconds", { s });
}

/** Milliseconds of a sound or a call → 1:05, or 0:03.2 with tenths. */
export function clock(ms, tenths = false) {
  if (ms === null || ms === undefined) return "–";
  const whole = tenths ? Math.floor(ms / 100) / 10 : Math.round(ms / 1000);
  const minutes = Math.floor(whole / 60);
  const seconds = tenths ? (whole % 60).toFixed(1).padStart(4, "0") : String(whole % 60).padStart(2, "0");
  return `${minutes}:${seconds}`;
}

const UNITS = { en: ["B", "kB", "MB", "GB"], ru: ["Б", "кБ", "МБ", "ГБ"] };

/** Bytes → 1.4 MB. */
export function bytes(n) {
  const power = n < 1000 ? 0 : Math.min(3, Math.floor(Math.log10(n) / 3));
  return `${decimal(n / 1000 ** power, power ? 1 : 0)} ${UNITS[language.value][power]}`;
}

/** +79161234567 → +7 916 123-45-67, for reading only. Other countries' numbers stay as they are. */
export function phone(number) {
  const russian = /^\+7(\d{3})(\d{3})(\d{2})(\d{2})$/.exec(number ?? "");
  return russian ? `+7 ${russian[1]} ${russian[2]}-${russian[3]}-${russian[4]}` : (number ?? "–");
}
