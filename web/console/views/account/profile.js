// Name and comment of one's own.
import { send } from "../../api.js";
import { html, useState } from "../../html.js";
import { speak } from "../../language.js";
import { user } from "../../session.js";
import { Button } from "../../ui/button.js";
import { TextField } from "../../ui/field.js";
import { ProblemNotice } from "../../ui/notice.js";
import { Card } from "../../ui/page.js";
import { useSubmit } from "../../ui/submit.js";
import { say } from "../../ui/toast.js";

const t = speak({
  en: {
    title: "About you", login: "Login", login_hint: "Only an admin can change it.", admin_hint: "You can change it under Users.", name: "Name", comment: "Comment", save: "Save",
    saved: "Saved.",
  },
  ru: {
    title: "О вас", login: "Логин", login_hint: "Его может сменить только администратор.", admin_hint: "Сменить его можно в разделе «Пользователи».", name: "Имя", comment: "Комментарий",
    save: "Сохранить", saved: "Сохранено.",
  },
});

export function Profile({ who }) {
  const [name, setName] = useState(who.name);
  const [comment, setComment] = useState(who.comment);
  const { submit, isBusy, problem } = useSubmit(async () => {
    user.value = await send("PATCH", "/users/me", { name: name.trim(), comment });
    say(t("saved"));
    return true;
  });
  return html`<${Card} title=${t("title")}>
    <form class="form" onSubmit=${submit}>
      <${TextField} label=${t("login")} hint=${t(who.role === "admin" ? "admin_hint" : "login_hint")} value=${who.login} onValue=${() => {}} readonly autocomplete="username" />
      <${TextField} label=${t("name")} value=${name} onValue=${setName} maxlength="200" autocomplete="name" error=${problem?.of("name")} />
      <${TextField} label=${t("comment")} value=${comment} onValue=${setComment} maxlength="1024" optional error=${problem?.of("comment")} />
      <${ProblemNotice} problem=${problem} fields=${["name", "comment"]} />
      <div><${Button} type="submit" busy=${isBusy}>${t("save")}<//></div>
    </form>
  <//>`;
}
