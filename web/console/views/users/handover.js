// A login and the password that was made for it, shown once.
import { html } from "../../html.js";
import { speak } from "../../language.js";
import { Button } from "../../ui/button.js";
import { Dialog } from "../../ui/dialog.js";
import { TextField } from "../../ui/field.js";
import { Notice } from "../../ui/notice.js";
import { tried } from "../../ui/toast.js";

const t = speak({
  en: {
    title: "Give this to {login}", once: "The password is not shown again. Pass it on in a safe way; it can be changed under My account.", login: "Login",
    password: "Password", copy: "Copy both", copied: "Copied.", close: "I have it",
  },
  ru: {
    title: "Передайте это пользователю {login}",
    once: "Пароль больше не будет показан. Передайте его надёжным способом; сменить его можно в разделе «Моя учётная запись».", login: "Логин",
    password: "Пароль", copy: "Скопировать оба", copied: "Скопировано.", close: "Готово",
  },
});

export function Handover({ account, password, onClose }) {
  const copy = () => tried(() => navigator.clipboard.writeText(`${account.login}\n${password}`), t("copied"));
  const shown = { readonly: true, onFocus: (event) => event.currentTarget.select(), onValue: () => {}, class: "code" };
  return html`<${Dialog} title=${t("title", { login: account.login })} onClose=${onClose}>
    <${Notice} kind="warning">${t("once")}<//>
    <${TextField} label=${t("login")} value=${account.login} ...${shown} />
    <${TextField} label=${t("password")} value=${password} ...${shown} />
    <div class="row end">
      ${navigator.clipboard && html`<${Button} onClick=${copy}>${t("copy")}<//>`}
      <${Button} kind="primary" onClick=${onClose}>${t("close")}<//>
    </div>
  <//>`;
}
