// The built-in gateway that calls nobody, with what its numbers do.
import { html } from "../../html.js";
import { speak } from "../../language.js";
import { to } from "../../route.js";
import { Button, LinkButton } from "../../ui/button.js";
import { State } from "../../ui/outcome.js";
import { Table } from "../../ui/table.js";
import { CheckResult, useCheck } from "./check.js";
import { useStatus } from "./gateway_card.js";
import { LiveFacts } from "./live_state.js";

const t = speak({
  en: {
    built_in: "Built in", about: "For trying things out: it really speaks SIP and RTP, on this machine, and calls nobody. It can't be changed.",
    test: "Test call", check: "Check",
    numbers: "What its numbers do",
    rule:
      "A number whose last seven digits are 000, any digit, and one of these three behaves so, such as +7 944 000-04-86. Every other number rings, answers " +
      "within a second and listens to the end.",
    digits: "Last three digits", does: "What it does", outcome: "Outcome",
    486: "Is busy", 480: "Rings and never answers", 404: "There is no such number", 603: "Declines", 503: "The network is congested", 408: "No reply at all",
    "001": "Answers, hangs up after 2 s", "002": "Answers as voicemail: a greeting, a beep, silence",
    "101–109": "Answers and presses the key 1 to 9 after 1 s",
  },
  ru: {
    built_in: "Встроенный", about: "Для проб: по-настоящему говорит на SIP и RTP внутри этой машины и никому не звонит. Изменить его нельзя.",
    test: "Пробный звонок", check: "Проверить",
    numbers: "Как ведут себя его номера",
    rule:
      "Номер, у которого последние семь цифр — 000, любая цифра и одна из этих троек, ведёт себя так, например +7 944 000-04-86. Любой другой номер звонит, " +
      "отвечает в течение секунды и слушает до конца.",
    digits: "Последние три цифры", does: "Что делает", outcome: "Исход",
    486: "Занят", 480: "Гудки, никто не отвечает", 404: "Нет такого номера", 603: "Отклоняет вызов", 503: "Сеть перегружена", 408: "Никакого ответа",
    "001": "Отвечает, через 2 с кладёт трубку", "002": "Отвечает как автоответчик: приветствие, сигнал, тишина",
    "101–109": "Отвечает и через 1 с нажимает клавишу от 1 до 9",
  },
});
const MAGIC = [
  { digits: "486", outcome: "busy" }, { digits: "480", outcome: "no_answer" }, { digits: "404", outcome: "invalid_number" },
  { digits: "603", outcome: "rejected" }, { digits: "503", outcome: "failed" }, { digits: "408", outcome: "failed" },
  { digits: "001", outcome: "partial" }, { digits: "002", outcome: "delivered" }, { digits: "101–109", outcome: "delivered" },
];

export function SandboxCard({ gateway }) {
  const { data: status } = useStatus(gateway.id);
  const { check, result } = useCheck(gateway.id);
  return html`<section class="card" aria-labelledby="gateway-sandbox">
    <header><h2 id="gateway-sandbox">${gateway.name}</h2><span class="badge">${t("built_in")}</span></header>
    <p class="soft">${t("about")}</p>
    <${LiveFacts} status=${status} gateway=${gateway} />
    <${CheckResult} result=${result} gateway=${gateway} />
    <div class="row">
      <${Button} icon="lines" onClick=${check}>${t("check")}<//>
      <${LinkButton} icon="calls" href=${to("dial", { gateway: gateway.id })}>${t("test")}<//>
    </div>
    <details class="magic"><summary>${t("numbers")}</summary>
      <p class="soft small">${t("rule")}</p>
      <${Table} columns=${columns()} rows=${MAGIC} rowKey=${(row) => row.digits} caption=${t("numbers")} />
    </details>
  </section>`;
}

const columns = () => [
  { key: "digits", title: t("digits"), isMain: true, cell: (row) => html`<code>${row.digits}</code>` },
  { key: "does", title: t("does"), cell: (row) => t(row.digits) },
  { key: "outcome", title: t("outcome"), cell: (row) => html`<${State} state=${row.outcome} />` },
];
