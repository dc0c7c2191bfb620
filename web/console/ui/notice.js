// What a person is told in the page itself.
import { html } from "../html.js";
import { speak } from "../language.js";
import { Button } from "./button.js";
import { Icon } from "./icon.js";

const t = speak({ en: { again: "Try again" }, ru: { again: "Повторить" } });
const ICONS = { error: "alert", warning: "alert", info: "info", good: "check" };

/** `kind`: error, warning, info or good. Errors are read out at once. */
export function Notice({ kind = "info", children }) {
  return html`<div class="notice ${kind}" role=${kind === "error" ? "alert" : "status"}><${Icon} name=${ICONS[kind]} /><div>${children}</div></div>`;
}

/** A Problem, with what was wrong with each field unless the fields tell it themselves (`fields`: their names). Nothing without one. */
export function ProblemNotice({ problem, onRetry, fields = [] }) {
  if (!problem) return null;
  const untold = (problem.errors ?? []).filter((error) => !fields.some((field) => error.field === field));
  return html`<${Notice} kind="error">
    <p>${problem.message}</p>
    ${untold.length > 0 && html`<ul>${untold.map((error) => html`<li key=${error.field}><code>${error.field}</code> ${error.reason}</li>`)}</ul>`}
    ${onRetry && html`<p><${Button} icon="repeat" onClick=${onRetry}>${t("again")}<//></p>`}
  <//>`;
}
