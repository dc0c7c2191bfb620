// Changing one's own password. It ends every login of this user, this one too; here one is logged in again with the new one.
import { send } from "../../api.js";
import { html, useState } from "../../html.js";
import { speak } from "../../language.js";
import { logIn } from "../../session.js";
import { Button } from "../../ui/button.js";
import { TextField } from "../../ui/field.js";
import { ProblemNotice } from "../../ui/notice.js";
import { Card } from "../../ui/page.js";
import { useSubmit } from "../../ui/submit.js";
import { say } from "../../ui/toast.js";

const t = speak({
  en: {
    title: "Password", about: "A new password logs you out everywhere else, at once.", password: "New password",
    hint: "At least 8 characters; several words make a good one.", again: "The same again", differ: "The two are not the same.",
    save: "Change the password", saved: "The password was changed. Everywhere else you are logged out.",
  },
  ru: {
    title: "Пароль", about: "С новым паролем вы сразу выходите во всех других местах.", password: "Новый пароль",
    hint: "Не меньше 8 символов; хорошо подходят несколько слов.", again: "Ещё раз", differ: "Пароли не совпадают.",
    save: "Сменить пароль", saved: "Пароль изменён. Во всех других местах вы вышли.",
  },
});
const SHORTEST = 8;

export function OwnPassword({ login }) {
  const [password, setPassword] = useState("");
  const [again, setAgain] = useState("");
  const { submit, isBusy, problem } = useSubmit(change);
  const differ = again !== "" && again !== password;

  async function change() {
    await send("PATCH", "/users/me", { password });
    await logIn(login, password);
    setPassword("");
    setAgain("");
    say(t("saved"));
    return true;
  }

  return html`<${Card} title=${t("title")}>
    <form class="form" onSubmit=${submit}>
      <p class="soft">${t("about")}</p>
      <input class="unseen" type="text" name="username" autocomplete="username" value=${login} readonly tabindex="-1" aria-hidden="true" />
      <${TextField} label=${t("password")} hint=${t("hint")} type="password" autocomplete="new-password" minlength=${SHORTEST} maxlength="1024" required
        value=${password} onValue=${setPassword} error=${problem?.of("password")} />
      <${TextField} label=${t("again")} type="password" autocomplete="new-password" required
        value=${again} onValue=${setAgain} error=${differ ? t("differ") : undefined} />
      <${ProblemNotice} problem=${problem} fields=${["password"]} />
      <div><${Button} type="submit" busy=${isBusy} disabled=${password.length < SHORTEST || password !== again}>${t("save")}<//></div>
    </form>
  <//>`;
}
