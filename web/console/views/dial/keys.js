// Keys: what pressing one does.
import { html } from "../../html.js";
import { speak } from "../../language.js";
import { NumberField, SelectField, TextField } from "../../ui/field.js";
import { Section } from "./section.js";
import { SoundField } from "./sound.js";

const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "0", "*", "#"];
const t = speak({
  en: {
    title: "Keys", none: "Nobody needs to press anything", opt_out: "Key for “never call me again”",
    opt_out_hint: "Who presses it is put on the do-not-call list at once. Say so in your message.",
    no_key: "none", opt_out_sound: "Sound that confirms it", opt_out_sound_hint: "Played in place of the rest of the message; then the call ends.",
    go_on: "none: the message goes on",
    collect: "How many keys to note",
    collect_hint: "For an answer such as “press 1 for yes”. 0 to 16. The default is 0: none are waited for. Up to 5 s after the message are waited.",
    transfer: "Key that transfers the call", transfer_to: "Where to", transfer_hint: "Ask your provider whether it takes transfers (REFER).",
    transfer_to_hint: "A number, an extension such as 100, or a name.",
    opt_out_now: "{key}: never call again", transfer_now: "{key}: transfer to {to}", collect_now: { one: "{n} key is noted", other: "{n} keys are noted" },
  },
  ru: {
    title: "Клавиши", none: "Нажимать ничего не нужно", opt_out: "Клавиша «больше не звонить»",
    opt_out_hint: "Номер нажавшего сразу попадает в список «не звонить». Скажите о ней в сообщении.",
    no_key: "нет", opt_out_sound: "Звук-подтверждение", opt_out_sound_hint: "Звучит вместо остатка сообщения, потом вызов завершается.",
    go_on: "нет: сообщение продолжится",
    collect: "Сколько нажатий записать",
    collect_hint: "Для ответа вроде «нажмите 1, если да». От 0 до 16. Обычно 0: нажатий не ждём. Ждём до 5 с после сообщения.",
    transfer: "Клавиша перевода вызова", transfer_to: "Куда", transfer_hint: "Спросите провайдера, принимает ли он перевод (REFER).",
    transfer_to_hint: "Номер, добавочный вроде 100 или имя.",
    opt_out_now: "{key}: больше не звонить", transfer_now: "{key}: перевод на {to}",
    collect_now: { one: "записывается {n} нажатие", few: "записываются {n} нажатия", many: "записывается {n} нажатий", other: "записывается {n} нажатия" },
  },
});

export function Keys({ draft, bound, fault, choices }) {
  const fields = ["opt_out_digit", "opt_out_audio_id", "transfer_digit", "transfer_to", "collect_digits"];
  const options = [{ value: "", label: t("no_key") }, ...KEYS.map((key) => ({ value: key, label: key }))];
  return html`<${Section} title=${t("title")} now=${inWords(draft)} hasFault=${fields.some((field) => fault(field))}>
    <div class="columns">
      <${SelectField} ...${bound("opt_out_digit")} label=${t("opt_out")} hint=${t("opt_out_hint")} options=${options} />
      ${draft.opt_out_digit && html`<${SoundField} ...${bound("opt_out_audio_id")} label=${t("opt_out_sound")} hint=${t("opt_out_sound_hint")}
        none=${t("go_on")} sounds=${choices.sounds} />`}
    </div>
    <${NumberField} ...${bound("collect_digits")} label=${t("collect")} hint=${t("collect_hint")} min="0" max="16" step="1" />
    <div class="columns">
      <${SelectField} ...${bound("transfer_digit")} label=${t("transfer")} hint=${t("transfer_hint")} options=${options} />
      ${draft.transfer_digit && html`<${TextField} ...${bound("transfer_to")} label=${t("transfer_to")} hint=${t("transfer_to_hint")} maxlength="64" />`}
    </div>
  <//>`;
}

function inWords(draft) {
  const now = [
    draft.opt_out_digit && t("opt_out_now", { key: draft.opt_out_digit }),
    draft.transfer_digit && t("transfer_now", { key: draft.transfer_digit, to: draft.transfer_to || "…" }),
    draft.collect_digits > 0 && t("collect_now", { n: draft.collect_digits }),
  ].filter(Boolean);
  return now.join("; ") || t("none");
}
