// A new password: typed twice, or made.
import { html } from "../../html.js";
import { speak } from "../../language.js";
import { Button } from "../../ui/button.js";
import { TextField } from "../../ui/field.js";
import { Notice } from "../../ui/notice.js";

const t = speak({
  en: {
    password: "Password", hint: "At least 8 characters.", again: "The same password again", differ: "The two are not the same.", make: "Make one",
    made: "A password was made. It is shown to you once it is saved, and never again.", own: "Type one instead",
  },
  ru: {
    password: "Пароль", hint: "Не меньше 8 символов.", again: "Тот же пароль ещё раз", differ: "Пароли не совпадают.", make: "Придумать за меня",
    made: "Пароль придуман. Он будет показан один раз, после сохранения.", own: "Ввести свой",
  },
});
const SHORTEST = 8;
const LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"; // none that look alike
const GROUPS = 4;
const GROUP = 5;

export const NO_PASSWORD = { password: "", again: "", isMade: false };

/** Whether it may be sent. */
export const isGood = ({ password, again }) => password.length >= SHORTEST && password === again;

/** `value`: { password, again, isMade }. */
export function PasswordFields({ value, onValue, error }) {
  if (value.isMade) {
    return html`<${Notice}><p>${t("made")}</p><p><${Button} onClick=${() => onValue(NO_PASSWORD)}>${t("own")}<//></p><//>`;
  }
  const differ = value.again !== "" && value.again !== value.password;
  return html`<${TextField} label=${t("password")} hint=${t("hint")} type="password" autocomplete="new-password" minlength=${SHORTEST} maxlength="1024"
      required error=${error} value=${value.password} onValue=${(password) => onValue({ ...value, password })} />
    <${TextField} label=${t("again")} type="password" autocomplete="new-password" required error=${differ ? t("differ") : undefined}
      value=${value.again} onValue=${(again) => onValue({ ...value, again })} />
    <div><${Button} icon="key" onClick=${() => onValue(made())}>${t("make")}<//></div>`;
}

// 20 letters of 31: 99 bits.
function made() {
  const password = Array.from({ length: GROUPS }, () => Array.from({ length: GROUP }, letter).join("")).join("-");
  return { password, again: password, isMade: true };
}

function letter() {
  const most = 256 - (256 % LETTERS.length);
  const [byte] = crypto.getRandomValues(new Uint8Array(1));
  return byte < most ? LETTERS[byte % LETTERS.length] : letter(); // each letter equally often
}
