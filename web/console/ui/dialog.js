// Windows over the page. They are the browser's own <dialog>: Escape closes them, and Tab stays inside.
import { html, useEffect, useId, useRef } from "../html.js";
import { speak } from "../language.js";
import { route } from "../route.js";
import { Signal, useSignal } from "../signal.js";
import { Button } from "./button.js";

const t = speak({ en: { close: "Close", cancel: "Cancel" }, ru: { close: "Закрыть", cancel: "Отмена" } });

/** `wide` for forms of several columns. `onClose` is called for Escape, the cross and the background. */
export function Dialog({ title, onClose, wide = false, footer, children }) {
  const element = useRef(null);
  const id = useId();

  useEffect(() => {
    const before = document.activeElement;
    element.current.showModal();
    return () => before?.focus?.();
  }, []);

  return html`<dialog ref=${element} class=${wide ? "wide" : ""} aria-labelledby=${id} onCancel=${(event) => closed(event, onClose)}
    onMouseDown=${(event) => event.target === element.current && onClose()}>
    <header><h2 id=${id}>${title}</h2><${Button} kind="quiet" icon="close" label=${t("close")} onClick=${onClose} /></header>
    <div class="content">${children}</div>
    ${footer && html`<footer>${footer}</footer>`}
  </dialog>`;
}

const question = new Signal(null);

/** Asks before something that can't be undone. `action` is the word on the button, `refusal` that on the other one. Gives a promise of whether it was pressed. */
export function confirmed({ title, text, action, refusal, kind = "danger" }) {
  return new Promise((resolve) => {
    question.value = { title, text, action, refusal, kind, answer: (yes) => ((question.value = null), resolve(yes)) };
  });
}

/** The place where `confirmed` asks. Whoever goes elsewhere meanwhile has said no. */
export function Questions() {
  const asked = useSignal(question);
  useEffect(() => route.watch(() => question.value?.answer(false)), []);
  if (!asked) return null;
  const footer = html`<${Button} onClick=${() => asked.answer(false)}>${asked.refusal ?? t("cancel")}<//>
    <${Button} kind=${asked.kind === "danger" ? "danger" : "primary"} onClick=${() => asked.answer(true)}>${asked.action}<//>`;
  return html`<${Dialog} title=${asked.title} onClose=${() => asked.answer(false)} footer=${footer}><p>${asked.text}</p><//>`;
}

function closed(event, onClose) {
  event.preventDefault(); // the one who opened it takes it away
  onClose();
}
