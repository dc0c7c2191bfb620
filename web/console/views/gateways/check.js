// Trying a gateway without a call: the button, and the answer in words.
import { send } from "../../api.js";
import { html, useEffect, useState } from "../../html.js";
import { decimal } from "../../format.js";
import { speak } from "../../language.js";
import { Notice, ProblemNotice } from "../../ui/notice.js";
import { said } from "./said.js";
import { explained } from "./sip_codes.js";

const t = speak({
  en: {
    good: "The gateway answered: {answer}, after {rtt} ms.", good_plain: "The gateway answered: {answer}.",
    good_registered: "The registration was accepted too.",
    unproven: "The password is not proven by this: a gateway asks for it only when a call comes. Place a test call.", said: "It said: {answer}",
  },
  ru: {
    good: "Шлюз ответил: {answer}, через {rtt} мс.", good_plain: "Шлюз ответил: {answer}.", good_registered: "Регистрация тоже принята.",
    unproven: "Пароль этим не проверен: шлюз спрашивает его, только когда идёт вызов. Сделайте пробный звонок.", said: "Было сказано: {answer}",
  },
});

const LATE = /did not end in time/; // the service's words for a gateway that has said nothing so far

/** { check, isChecking, result }: `check()` asks the gateway, which may take 15 s; `result` is shown by CheckResult. `atOnce` asks it by itself. */
export function useCheck(id, atOnce = false) {
  const [result, setResult] = useState(null);
  const [isChecking, setChecking] = useState(false);

  async function check() {
    setResult(null);
    setChecking(true);
    try {
      setResult({ answer: await send("POST", `/gateways/${id}/check`) });
    } catch (problem) {
      setResult(LATE.test(problem.message) ? { answer: { ok: false, sip_code: null, reason: "", rtt_ms: null } } : { problem });
    }
    setChecking(false);
  }

  useEffect(() => {
    if (atOnce) check();
  }, [atOnce]);
  return { check, isChecking, result };
}

export function CheckResult({ result, gateway }) {
  if (!result) return null;
  if (result.problem) return html`<${ProblemNotice} problem=${result.problem} />`;
  return result.answer.ok ? html`<${Good} answer=${result.answer} gateway=${gateway} />` : html`<${Bad} answer=${result.answer} />`;
}

function Good({ answer, gateway }) {
  const words = [answer.sip_code, answer.reason].filter(Boolean).join(" ");
  return html`<${Notice} kind="good">
    <p>${answer.rtt_ms === null ? t("good_plain", { answer: words }) : t("good", { answer: words, rtt: decimal(answer.rtt_ms, 0) })}
      ${gateway.register && html` ${t("good_registered")}`}</p>
    ${gateway.username && !gateway.register && html`<p>${t("unproven")}</p>`}
  <//>`;
}

function Bad({ answer }) {
  const { meaning, advice } = explained(answer);
  const words = [answer.sip_code, said(answer.reason)].filter(Boolean).join(" ");
  return html`<${Notice} kind="error"><p><b>${meaning}</b> ${advice}</p>${words && html`<p>${t("said", { answer: words })}</p>`}<//>`;
}
