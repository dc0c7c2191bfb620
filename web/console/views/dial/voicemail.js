// Voicemail: what is done when a machine answers.
import { html } from "../../html.js";
import { speak } from "../../language.js";
import { HelpLink } from "../../ui/help_link.js";
import { Section } from "./section.js";

const MODES = ["off", "report_only", "message_after_beep", "hang_up"];
const t = speak({
  en: {
    title: "Voicemail", legend: "When a machine answers", off: "Do not tell machines from people", off_hint: "The message begins at once, whoever answers.",
    report_only: "Only note it", report_only_hint: "The message begins at once; the results tell who was a machine.",
    message_after_beep: "Leave the message after the beep", message_after_beep_hint: "A person hears it after their greeting and a short silence.",
    hang_up: "Hang up on machines", hang_up_hint: "Only people hear the message; for a machine the call counts as heard in part.",
    more: "How machines are recognised",
  },
  ru: {
    title: "Автоответчики", legend: "Если ответил автоответчик", off: "Не отличать от людей", off_hint: "Сообщение начинается сразу, кто бы ни ответил.",
    report_only: "Только отметить", report_only_hint: "Сообщение начинается сразу; в итогах видно, где был автоответчик.",
    message_after_beep: "Оставить сообщение после сигнала", message_after_beep_hint: "Человек услышит его после своего «алло» и короткой тишины.",
    hang_up: "Класть трубку", hang_up_hint: "Сообщение слышат только люди; вызов с автоответчиком считается прослушанным не до конца.",
    more: "Как распознаются автоответчики",
  },
});

export function Voicemail({ draft, change, fault }) {
  const choice = (mode) => html`<label key=${mode} class="option">
    <input type="radio" name="voicemail" checked=${draft.machine_detection === mode} onChange=${() => change({ machine_detection: mode })} />
    <span>${t(mode)}<small>${t(`${mode}_hint`)}</small></span>
  </label>`;
  return html`<${Section} title=${t("title")} now=${t(draft.machine_detection)} hasFault=${Boolean(fault("machine_detection"))}>
    <fieldset><legend>${t("legend")}</legend>${MODES.map(choice)}</fieldset>
    <p><${HelpLink} page="voicemail">${t("more")}<//></p>
  <//>`;
}
