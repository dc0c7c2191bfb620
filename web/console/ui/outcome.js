// The states of campaigns, calls and targets, each in words, with a colour that only repeats what the word says.
import { html } from "../html.js";
import { speak } from "../language.js";

export const OUTCOMES = ["delivered", "partial", "busy", "no_answer", "rejected", "invalid_number", "failed", "do_not_call", "canceled", "interrupted"];

export const words = speak({
  en: {
    pending: "Waiting", active: "Being called",
    delivered: "Delivered", partial: "Heard in part", busy: "Busy", no_answer: "No answer", rejected: "Rejected", invalid_number: "No such number",
    failed: "Failed", do_not_call: "Do not call", canceled: "Canceled", interrupted: "Interrupted",
    preparing: "Preparing", scheduled: "Scheduled", running: "Running", paused: "Paused", completed: "Completed",
    initiated: "Calling", ringing: "Ringing", "in-progress": "Talking", "no-answer": "No answer",
    why_window: "outside the hours", why_retry: "will be called again later", why_lines: "no line is free", why_rate: "calls a second are limited",
    why_paused: "paused", why_gateway: "the gateway does not work", why_start: "it has not begun yet",
  },
  ru: {
    pending: "Ждёт", active: "Звоним",
    delivered: "Доставлено", partial: "Прослушано не до конца", busy: "Занято", no_answer: "Не отвечает", rejected: "Отклонён", invalid_number: "Нет такого номера",
    failed: "Не удалось", do_not_call: "Не звонить", canceled: "Отменён", interrupted: "Прерван",
    preparing: "Готовится", scheduled: "Запланирован", running: "Идёт", paused: "На паузе", completed: "Завершён",
    initiated: "Набираем", ringing: "Гудки", "in-progress": "Разговор", "no-answer": "Не отвечает",
    why_window: "не те часы", why_retry: "позвоним ещё раз позже", why_lines: "нет свободной линии", why_rate: "ограничено число звонков в секунду",
    why_paused: "пауза", why_gateway: "шлюз не работает", why_start: "ещё не началось",
  },
});

const TONES = {
  delivered: "good", completed: "good", "in-progress": "good", running: "good",
  partial: "half", busy: "later", no_answer: "later", "no-answer": "later", paused: "later", scheduled: "later", ringing: "later",
  rejected: "bad", invalid_number: "bad", failed: "bad", interrupted: "bad",
};

/** Why somebody waits. `campaign`: of a scheduled one the hours are those of its start. */
export function reason(why, campaign) {
  return words(why === "window" && campaign.status === "scheduled" ? "why_start" : `why_${why}`);
}

/** A state in its word. `state`: any of the words above; nothing for null. `word`: another word for it, where this one does not fit. */
export function State({ state, word }) {
  return state ? html`<span class="badge ${TONES[state] ?? "plain"}">${word ?? words(state)}</span>` : html`<span class="soft">–</span>`;
}
