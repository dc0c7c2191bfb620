// How a gateway does, in words: whether it calls, why not, when it is tried next.
import { duration, time } from "../../format.js";
import { html } from "../../html.js";
import { speak } from "../../language.js";
import { Notice } from "../../ui/notice.js";
import { said } from "./said.js";

const t = speak({
  en: {
    works: "Ready to call", slowed: "One call at a time", open: "Stopped", unregistered: "Not registered", registering: "Registering …", asking: "Asking …",
    slowed_text: "Several errors in a row: one call at a time until one goes well.", open_text: "No calls go out through it since {since}:",
    next: "It is tried again with one call in {when}.", soon: "It is tried again with one call as soon as there is one to make.",
    person: "It waits for you: change the settings, or press Resume when they are right.",
    registration: "Registration", registered: "registered", failed: "failed", off: "–", reg_registering: "under way", reg_unregistered: "ended",
    lines: "Lines in use", of: "{used} of {most}", error: "Last error", registration_text: "Nothing is dialled until the registration succeeds.",
  },
  ru: {
    works: "Готов звонить", slowed: "По одному вызову", open: "Остановлен", unregistered: "Не зарегистрирован", registering: "Регистрируется …",
    asking: "Спрашиваем …",
    slowed_text: "Несколько ошибок подряд: звоним по одному, пока вызов не удастся.", open_text: "Вызовы через него не идут с {since}:",
    next: "Следующая проба одним вызовом — через {when}.", soon: "Проба одним вызовом — как только будет кому звонить.",
    person: "Он ждёт вас: измените настройки или нажмите «Продолжить», если они верны.",
    registration: "Регистрация", registered: "есть", failed: "не удалась", off: "–", reg_registering: "идёт", reg_unregistered: "снята",
    lines: "Занято линий", of: "{used} из {most}", error: "Последняя ошибка", registration_text: "Пока регистрация не удастся, вызовов не будет.",
  },
});

/** The state in one badge. `status`: of GET /gateways/{id}/status, undefined while it is not known. */
export function StateBadge({ status }) {
  const [word, tone] = judged(status);
  return html`<span class="badge ${tone}" role="status">${t(word)}</span>`;
}

function judged(status) {
  if (!status) return ["asking", "plain"];
  if (status.breaker.state === "open") return ["open", "bad"];
  if (["failed", "unregistered"].includes(status.registration.state)) return ["unregistered", "bad"];
  if (status.registration.state === "registering") return ["registering", "later"];
  return status.breaker.state === "slowed" ? ["slowed", "half"] : ["works", "good"];
}

/** Registration, lines and the last error. */
export function LiveFacts({ status, gateway }) {
  if (!status) return null;
  const { registration } = status;
  const word = { registering: "reg_registering", unregistered: "reg_unregistered" }[registration.state] ?? registration.state;
  const why = registration.state === "failed" && [registration.sip_code, said(registration.reason)].filter(Boolean).join(" ");
  const used = gateway.max_lines ? t("of", { used: status.lines_in_use, most: gateway.max_lines }) : status.lines_in_use;
  return html`<dl class="told">
    ${gateway.register && html`<div><dt>${t("registration")}</dt><dd>${t(word)}${why && html` <span class="soft">(${why})</span>`}</dd></div>`}
    <div><dt>${t("lines")}</dt><dd>${used}</dd></div>
    ${status.last_error && status.last_error !== status.breaker.reason && html`<div><dt>${t("error")}</dt><dd>${said(status.last_error)}</dd></div>`}
  </dl>`;
}

/** Why it does not call, or only slowly, and what comes next; nothing while it works. */
export function WhyStopped({ status }) {
  const breaker = status?.breaker;
  if (breaker?.state === "slowed") return html`<${Notice} kind="warning"><p>${t("slowed_text")}</p><p>${said(breaker.reason)}</p><//>`;
  if (breaker?.state === "open") {
    return html`<${Notice} kind="error"><p>${t("open_text", { since: time(breaker.since) })} <b>${said(breaker.reason)}</b></p>
      <p>${nextTry(breaker.next_try_at)}</p><//>`;
  }
  return ["failed", "unregistered"].includes(status?.registration.state) && html`<${Notice} kind="error">${t("registration_text")}<//>`;
}

function nextTry(at) {
  if (!at) return t("person");
  const seconds = (new Date(at) - Date.now()) / 1000;
  return seconds > 1 ? t("next", { when: duration(seconds) }) : t("soon");
}
