// A new user, or changing one.
import { newKey, send } from "../../api.js";
import { html, useRef, useState } from "../../html.js";
import { speak } from "../../language.js";
import { learnUser } from "../../session.js";
import { Button } from "../../ui/button.js";
import { Dialog } from "../../ui/dialog.js";
import { SelectField, TextField } from "../../ui/field.js";
import { ProblemNotice } from "../../ui/notice.js";
import { useSubmit } from "../../ui/submit.js";
import { say } from "../../ui/toast.js";
import { isGood, NO_PASSWORD, PasswordFields } from "./password_fields.js";

const t = speak({
  en: {
    add: "Add a user", edit: "Change {login}", login: "Login", login_hint: "What they type to log in.", name: "Name", comment: "Comment", role: "Role",
    admin: "Admin: everything, and the users", user: "User: only their own things", save: "Save", create: "Add", cancel: "Cancel",
    added: "{login} can log in now.", saved: "{login} was changed.",
    taken: "This login is taken. Choose another one.", last: "This is the last admin. Make somebody else an admin first.",
    self_role: "It is your own role: with less you could not come back here.",
  },
  ru: {
    add: "Новый пользователь", edit: "Изменить {login}", login: "Логин", login_hint: "Что вводить при входе.", name: "Имя", comment: "Комментарий",
    role: "Роль",
    admin: "Администратор: всё, и пользователи", user: "Пользователь: только своё", save: "Сохранить", create: "Добавить", cancel: "Отмена",
    added: "{login} теперь может войти.", saved: "Пользователь {login} изменён.",
    taken: "Этот логин занят. Выберите другой.", last: "Это последний администратор. Сначала назначьте администратором кого-то ещё.",
    self_role: "Это ваша собственная роль: с меньшей вы сюда не вернётесь.",
  },
});
const FIELDS = ["login", "name", "comment", "role", "password"];

/** `account`: the user to change; a new one without it. `onDone` gets the user, and the password if one was made here. */
export function UserDialog({ account, isSelf = false, onDone, onClose }) {
  const [values, setValues] = useState(account ?? { login: "", name: "", role: "user", comment: "" });
  const [secret, setSecret] = useState(NO_PASSWORD);
  const key = useRef(newKey());
  const { submit, isBusy, problem } = useSubmit(save);
  const field = (name) => ({ label: t(name), value: values[name], onValue: (value) => setValues({ ...values, [name]: value }), error: errorOf(problem, name) });
  const roles = ["user", "admin"].map((value) => ({ value, label: t(value) }));

  async function save() {
    const { login, name, role, comment } = values;
    const body = { login: login.trim(), name: name.trim(), role, comment };
    if (account) return changed(account, body, isSelf, onDone);
    try {
      const made = await send("POST", "/users", { ...body, password: secret.password }, key.current);
      say(t("added", { login: made.login }));
      onDone(made, secret.isMade ? secret.password : null);
    } catch (caught) {
      if (caught.status !== 0) key.current = newKey(); // it was answered: the next try is another one
      throw caught;
    }
  }

  return html`<${Dialog} title=${account ? t("edit", { login: account.login }) : t("add")} onClose=${onClose}>
    <form class="form" onSubmit=${submit} autocomplete="off">
      <${TextField} ...${field("login")} hint=${t("login_hint")} required maxlength="200" autocapitalize="none" spellcheck=${false} autocomplete="off" />
      <${TextField} ...${field("name")} optional maxlength="200" />
      <${SelectField} ...${field("role")} options=${roles} hint=${isSelf && t("self_role")} />
      <${TextField} ...${field("comment")} optional maxlength="1024" />
      ${!account && html`<${PasswordFields} value=${secret} onValue=${setSecret} error=${problem?.of("password")} />`}
      ${problem?.status !== 409 && html`<${ProblemNotice} problem=${problem} fields=${FIELDS} />`}
      <div class="row end">
        <${Button} onClick=${onClose}>${t("cancel")}<//>
        <${Button} kind="primary" type="submit" busy=${isBusy} disabled=${!account && !isGood(secret)}>${account ? t("save") : t("create")}<//>
      </div>
    </form>
  <//>`;
}

async function changed(account, body, isSelf, onDone) {
  const fields = Object.fromEntries(Object.entries(body).filter(([name, value]) => value !== account[name]));
  if (Object.keys(fields).length) {
    await send("PATCH", `/users/${account.uid}`, fields);
    say(t("saved", { login: body.login }));
    if (isSelf) await learnUser();
  }
  onDone(account, null);
}

// A conflict names no field: it is the login's or the role's.
function errorOf(problem, name) {
  if (problem?.status !== 409) return problem?.of(name);
  const isOfRole = problem.message.includes("last admin");
  if (name === "role" && isOfRole) return t("last");
  return name === "login" && !isOfRole ? t("taken") : undefined;
}
