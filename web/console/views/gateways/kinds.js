// What kind of provider it is: the way into a form with the usual settings filled in.
import { html } from "../../html.js";
import { speak } from "../../language.js";
import { to } from "../../route.js";

const t = speak({
  en: {
    account: "A login and a password", account_text: "An account at a provider, which registers. The usual case.",
    address: "A trunk by IP address", address_text: "The provider knows this machine's public address and asks for no password.",
    pbx: "An extension of our own PBX", pbx_text: "Asterisk, FreePBX, FreeSWITCH, 3CX and others in the office.",
  },
  ru: {
    account: "Логин и пароль", account_text: "Учётная запись у провайдера, с регистрацией. Обычный случай.",
    address: "Транк по IP-адресу", address_text: "Провайдер знает внешний адрес этой машины и пароля не спрашивает.",
    pbx: "Внутренний номер своей АТС", pbx_text: "Asterisk, FreePBX, FreeSWITCH, 3CX и другие в офисе.",
  },
});

/** `chosen`: the kind that the form now begins with, if any. */
export function Kinds({ chosen }) {
  const one = (kind) => html`<li key=${kind}><a href=${to("gateways", "new", { kind })} aria-current=${kind === chosen ? "true" : undefined}>
    <b>${t(kind)}</b><span class="soft small">${t(`${kind}_text`)}</span></a></li>`;
  return html`<ul class="kinds">${["account", "address", "pbx"].map(one)}</ul>`;
}
