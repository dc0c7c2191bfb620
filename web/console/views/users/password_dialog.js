// An admin sets the password that somebody has forgotten.
import { send } from "../../api.js";
import { html, useState } from "../../html.js";
import { speak } from "../../language.js";
import { Button } from "../../ui/button.js";
import { Dialog } from "../../ui/dialog.js";
import { ProblemNotice } from "../../ui/notice.js";
import { useSubmit } from "../../ui/submit.js";
import { say } from "../../ui/toast.js";
import { isGood, NO_PASSWORD, PasswordFields } from "./password_fields.js";

const t = speak({
  en: {
    title: "New password for {login}", about: "The old one holds no longer, and {login} is logged out everywhere at once.", save: "Set the password",
    cancel: "Cancel", done: "{login} has a new password.",
  },
  ru: {
    title: "Новый пароль для {login}", about: "Старый больше не подойдёт, и {login} сразу выйдет везде.", save: "Задать пароль", cancel: "Отмена",
    done: "У пользователя {login} новый пароль.",
  },
});

/** `onDone` gets the user, and the password if one was made here. */
export function PasswordDialog({ account, onDone, onClose }) {
  const [secret, setSecret] = useState(NO_PASSWORD);
  const { submit, isBusy, problem } = useSubmit(async () => {
    await send("PATCH", `/users/${account.uid}`, { password: secret.password });
    say(t("done", { login: account.login }));
    onDone(account, secret.isMade ? secret.password : null);
  });
  return html`<${Dialog} title=${t("title", { login: account.login })} onClose=${onClose}>
    <form class="form" onSubmit=${submit} autocomplete="off">
      <p class="soft">${t("about", { login: account.login })}</p>
      <${PasswordFields} value=${secret} onValue=${setSecret} error=${problem?.of("password")} />
      <${ProblemNotice} problem=${problem} fields=${["password"]} />
      <div class="row end"><${Button} onClick=${onClose}>${t("cancel")}<//>
        <${Button} kind="primary" type="submit" busy=${isBusy} disabled=${!isGood(secret)}>${t("save")}<//></div>
    </form>
  <//>`;
}
