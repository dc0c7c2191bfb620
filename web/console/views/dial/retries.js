// Retries: after which outcomes somebody is called again, when, and how often.
import { decimal } from "../../format.js";
import { html } from "../../html.js";
import { speak } from "../../language.js";
import { CheckField, NumberField } from "../../ui/field.js";
import { RETRIED } from "./draft.js";
import { Section } from "./section.js";

const t = speak({
  en: {
    title: "Calling again", none: "Everybody is called once", busy: "When it was busy", no_answer: "When nobody answered",
    failed: "When the call failed (the network or the gateway)",
    busy_now: { one: "busy: {n} more time after {after} min", other: "busy: {n} more times after {after} min" },
    no_answer_now: { one: "no answer: {n} more time after {after} min", other: "no answer: {n} more times after {after} min" },
    failed_now: { one: "failed: {n} more time after {after} min", other: "failed: {n} more times after {after} min" },
    after: "After how many minutes", times: "How many times more", times_hint: "1 to 20", after_hint: "At most 10080 (7 days)",
    total: "Calls to one person in all",
    total_hint: "Empty: what the lines above allow together.", no_limit: "no limit of its own",
  },
  ru: {
    title: "Повторные звонки", none: "Каждому звоним один раз", busy: "Если было занято", no_answer: "Если не ответили",
    failed: "Если вызов не удался (сеть или шлюз)",
    busy_now: {
      one: "занято: ещё {n} раз через {after} мин", few: "занято: ещё {n} раза через {after} мин", many: "занято: ещё {n} раз через {after} мин",
      other: "занято: ещё {n} раза через {after} мин",
    },
    no_answer_now: {
      one: "не ответили: ещё {n} раз через {after} мин", few: "не ответили: ещё {n} раза через {after} мин", many: "не ответили: ещё {n} раз через {after} мин",
      other: "не ответили: ещё {n} раза через {after} мин",
    },
    failed_now: {
      one: "не удалось: ещё {n} раз через {after} мин", few: "не удалось: ещё {n} раза через {after} мин", many: "не удалось: ещё {n} раз через {after} мин",
      other: "не удалось: ещё {n} раза через {after} мин",
    },
    after: "Через сколько минут", times: "Сколько раз ещё", times_hint: "От 1 до 20", after_hint: "Не больше 10080 (7 дней)",
    total: "Всего звонков одному человеку",
    total_hint: "Пусто — сколько дают вместе строки выше.", no_limit: "без своего предела",
  },
});

export function Retries({ draft, change, bound, fault }) {
  const on = RETRIED.filter((outcome) => draft.retry[outcome].isOn);
  const inWords = (outcome) => t(`${outcome}_now`, { n: draft.retry[outcome].times ?? 1, after: decimal(draft.retry[outcome].after_min ?? 0) });
  const set = (outcome) => (fields) => change({ retry: { ...draft.retry, [outcome]: { ...draft.retry[outcome], ...fields } } });
  return html`<${Section} title=${t("title")} now=${on.map(inWords).join("; ") || t("none")} hasFault=${Boolean(fault("retry") || fault("max_attempts"))}>
    ${RETRIED.map((outcome) => html`<${Rule} key=${outcome} outcome=${outcome} rule=${draft.retry[outcome]} set=${set(outcome)} fault=${fault} />`)}
    ${on.length > 0 && html`<${NumberField} ...${bound("max_attempts")} label=${t("total")} hint=${t("total_hint")} placeholder=${t("no_limit")} min="1"
      max="20" step="1" />`}
  <//>`;
}

function Rule({ outcome, rule, set, fault }) {
  return html`<fieldset>
    <legend class="unseen">${t(outcome)}</legend>
    <${CheckField} label=${t(outcome)} checked=${rule.isOn} onValue=${(isOn) => set({ isOn })} />
    ${rule.isOn && html`<div class="columns inner">
      <${NumberField} label=${t("after")} hint=${t("after_hint")} value=${rule.after_min} onValue=${(after_min) => set({ after_min })} min="0" max="10080"
        step="any" error=${fault(`retry.${outcome}.after_s`)} />
      <${NumberField} label=${t("times")} hint=${t("times_hint")} value=${rule.times} onValue=${(times) => set({ times })} min="1" max="20" step="1"
        error=${fault(`retry.${outcome}.max_attempts`)} />
    </div>`}
  </fieldset>`;
}
