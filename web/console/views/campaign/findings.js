// What came back from the called people: the keys they pressed, who answered, how the sound travelled.
import { count, decimal, percent } from "../../format.js";
import { html } from "../../html.js";
import { speak } from "../../language.js";
import { Figures } from "../../ui/page.js";

const t = speak({
  en: {
    keys: "Keys pressed", key: "Key {key}", opt_out: "do not call again", transfer: "transferred",
    answered_by: "Who answered", human: "A person", machine: "Voicemail", beep: "Voicemail with a beep", unknown: "Not clear",
    quality: "Quality of the sound", calls: "Calls with sound", reports: "With reports from the other side", lost: "Lost packets", jitter: "Jitter",
    rtt: "Round trip", ms: "{n} ms", lost_note: "{lost} of {sent}",
    quality_about: "As the called side reported it (RTCP); many phones report nothing. More than 1% lost, or 30 ms of jitter, can be heard.",
  },
  ru: {
    keys: "Нажатые клавиши", key: "Клавиша {key}", opt_out: "больше не звонить", transfer: "перевод",
    answered_by: "Кто ответил", human: "Человек", machine: "Автоответчик", beep: "Автоответчик с сигналом", unknown: "Неясно",
    quality: "Качество звука", calls: "Вызовов со звуком", reports: "Из них с отчётами той стороны", lost: "Потеряно пакетов", jitter: "Джиттер",
    rtt: "Туда и обратно", ms: "{n} мс", lost_note: "{lost} из {sent}",
    quality_about: "Так сообщила та сторона (RTCP); многие телефоны не сообщают ничего. Больше 1 % потерь или 30 мс джиттера уже слышно.",
  },
});

/** Nothing where nothing came back. */
export function Findings({ campaign }) {
  return html`<${Keys} campaign=${campaign} /><${AnsweredBy} found=${campaign.answered_by} />`;
}

function Keys({ campaign }) {
  const keys = Object.entries(campaign.keys).sort(([one], [other]) => one.localeCompare(other));
  if (keys.length === 0) return null;
  const meanings = { [campaign.opt_out_digit]: t("opt_out"), [campaign.transfer_digit]: t("transfer") };
  const items = keys.map(([key, n]) => ({ name: t("key", { key }), value: count(n), note: meanings[key] }));
  return html`<${Folded} title=${t("keys")} isOpen=${true}><${Figures} items=${items} /><//>`;
}

function AnsweredBy({ found }) {
  const total = Object.values(found).reduce((sum, n) => sum + n, 0);
  if (total === 0) return null;
  const items = ["human", "machine", "beep", "unknown"].map((word) => ({ name: t(word), value: count(found[word]), note: percent(found[word] / total) }));
  return html`<${Folded} title=${t("answered_by")} isOpen=${true}><${Figures} items=${items} /><//>`;
}

export function Quality({ quality }) {
  if (!quality.calls) return null;
  const ms = (n) => (n === null ? "–" : t("ms", { n: decimal(n) }));
  const lost = quality.lost_percent === null ? "–" : percent(quality.lost_percent / 100, 2);
  const items = [
    { name: t("calls"), value: count(quality.calls) },
    { name: t("reports"), value: count(quality.reports) },
    { name: t("lost"), value: lost, note: quality.reports > 0 && t("lost_note", { lost: quality.packets_lost, sent: quality.packets_sent }) },
    { name: t("jitter"), value: ms(quality.jitter_ms) },
    { name: t("rtt"), value: ms(quality.rtt_ms) },
  ];
  return html`<${Folded} title=${t("quality")}><${Figures} items=${items} /><p class="hint">${t("quality_about")}</p><//>`;
}

export function Folded({ title, isOpen = false, children }) {
  return html`<details class="card folded" open=${isOpen}><summary><h2>${title}</h2></summary>${children}</details>`;
}
