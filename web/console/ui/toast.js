// Short messages that come and go in the corner: that something was done, or was not.
import { html } from "../html.js";
import { speak } from "../language.js";
import { Signal, useSignal } from "../signal.js";
import { Icon } from "./icon.js";

const t = speak({ en: { close: "Close" }, ru: { close: "Закрыть" } });
const GOOD_MS = 5000;
const ERROR_MS = 12_000;

const shown = new Signal([]);
let next = 1;

/** Shows a message for some seconds. `kind`: good or error. */
export function say(text, kind = "good") {
  const one = { id: next++, text, kind };
  shown.value = [...shown.value, one].slice(-4);
  setTimeout(() => drop(one.id), kind === "error" ? ERROR_MS : GOOD_MS);
}

/** Runs what a button does; what goes wrong is told in the corner. Gives whether it went well. */
export async function tried(run, done) {
  try {
    await run();
    if (done) say(done);
    return true;
  } catch (problem) {
    say(problem.message, "error");
    return false;
  }
}

export function Toasts() {
  return html`<div class="toasts" role="status" aria-live="polite">
    ${useSignal(shown).map(
      (one) => html`<div class="toast ${one.kind}" key=${one.id}>
        <${Icon} name=${one.kind === "error" ? "alert" : "check"} /><span>${one.text}</span>
        <button type="button" class="button quiet" aria-label=${t("close")} onClick=${() => drop(one.id)}><${Icon} name="close" size=${16} /></button>
      </div>`,
    )}
  </div>`;
}

function drop(id) {
  shown.value = shown.value.filter((one) => one.id !== id);
}
