// The fields of forms: a label, what is to be entered, a hint, and what was wrong with it.
import { html, useId } from "../html.js";
import { speak } from "../language.js";

const t = speak({ en: { optional: "optional" }, ru: { optional: "можно не заполнять" } });

/** What all fields share. `children` is called with the attributes that tie the control to its label, hint and error. */
export function Field({ label, hint, error, optional = false, children }) {
  const id = useId();
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
  return html`<div class="field ${error ? "wrong" : ""}">
    <label for=${id}>${label}${optional && html` <small>${t("optional")}</small>`}</label>
    ${children({ id, "aria-describedby": described || undefined, "aria-invalid": error ? "true" : undefined })}
    ${hint && html`<p class="hint" id="${id}-hint">${hint}</p>`}
    ${error && html`<p class="error" id="${id}-error">${error}</p>`}
  </div>`;
}

/** A line of text. `onValue` gets the text at each key. */
export function TextField({ label, hint, error, optional, value, onValue, type = "text", ...rest }) {
  return html`<${Field} ...${{ label, hint, error, optional }}>
    ${(tied) => html`<input ...${tied} ...${rest} type=${type} value=${value ?? ""} onInput=${(event) => onValue(event.currentTarget.value)} />`}
  <//>`;
}

/** Several lines of text. */
export function AreaField({ label, hint, error, optional, value, onValue, rows = 4, ...rest }) {
  return html`<${Field} ...${{ label, hint, error, optional }}>
    ${(tied) => html`<textarea ...${tied} ...${rest} rows=${rows} onInput=${(event) => onValue(event.currentTarget.value)} value=${value ?? ""}></textarea>`}
  <//>`;
}

/** A number; `onValue` gets null when the field is empty or holds none. */
export function NumberField({ value, onValue, ...rest }) {
  const take = (text) => onValue(text.trim() === "" || !Number.isFinite(Number(text)) ? null : Number(text));
  return html`<${TextField} ...${rest} type="number" inputmode="decimal" value=${value ?? ""} onValue=${take} />`;
}

/** One of `options`: [{ value, label, disabled }]. */
export function SelectField({ label, hint, error, optional, value, onValue, options, ...rest }) {
  const option = (one) => html`<option key=${one.value} value=${one.value} disabled=${one.disabled} selected=${one.value === value}>${one.label}</option>`;
  return html`<${Field} ...${{ label, hint, error, optional }}>
    ${(tied) => html`<select ...${tied} ...${rest} value=${value ?? ""} onChange=${(event) => onValue(event.currentTarget.value)}>${options.map(option)}</select>`}
  <//>`;
}

/** A box to tick, its label beside it. */
export function CheckField({ label, hint, checked, onValue, ...rest }) {
  const id = useId();
  return html`<div class="field check">
    <input ...${rest} id=${id} type="checkbox" checked=${checked} aria-describedby=${hint ? `${id}-hint` : undefined}
      onChange=${(event) => onValue(event.currentTarget.checked)} />
    <label for=${id}>${label}</label>
    ${hint && html`<p class="hint" id="${id}-hint">${hint}</p>`}
  </div>`;
}
