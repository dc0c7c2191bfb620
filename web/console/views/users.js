// The users, for admins: who may log in, and as what.
import { send } from "../api.js";
import { html, useState } from "../html.js";
import { speak } from "../language.js";
import { user } from "../session.js";
import { placeName } from "../shell/place_names.js";
import { useSignal } from "../signal.js";
import { Button } from "../ui/button.js";
import { confirmed } from "../ui/dialog.js";
import { Pager, useList } from "../ui/list.js";
import { ProblemNotice } from "../ui/notice.js";
import { Page } from "../ui/page.js";
import { Table } from "../ui/table.js";
import { say } from "../ui/toast.js";
import { Handover } from "./users/handover.js";
import { PasswordDialog } from "./users/password_dialog.js";
import { UserDialog } from "./users/user_dialog.js";

const t = speak({
  en: {
    about: "Everybody has gateways, sounds, callbases and campaigns of their own; an admin sees and changes everybody's.", add: "Add a user", caption: "Users",
    login: "Login", name: "Name", role: "Role",
    comment: "Comment", admin: "Admin", user: "User", you: "you", edit: "Change {login}", password: "Set a new password for {login}", remove: "Delete {login}",
    none: "There are no users.",
    sure: "Delete the user {login}?",
    sure_text:
      "Everything that is theirs is deleted too: gateways, sounds, callbases, and campaigns with all their results. They are logged out at once. Only their " +
      "do-not-call entries stay, as yours.",
    action: "Delete the user and all of it", removed: "{login} was deleted.",
    running: "{login} has a campaign that has not ended. Cancel it first, then delete the user.", no_self: "You can't delete yourself. Another admin can.",
    last: "{login} is the last admin. Make somebody else an admin first.",
  },
  ru: {
    about: "У каждого свои шлюзы, звуки, базы и кампании; администратор видит и меняет всё.", add: "Добавить пользователя", caption: "Пользователи",
    login: "Логин", name: "Имя", role: "Роль",
    comment: "Комментарий", admin: "Администратор", user: "Пользователь", you: "это вы", edit: "Изменить {login}", password: "Задать новый пароль для {login}",
    remove: "Удалить {login}", none: "Пользователей нет.",
    sure: "Удалить пользователя {login}?",
    sure_text:
      "Вместе с ним удалится всё, что ему принадлежит: шлюзы, звуки, базы и кампании со всеми результатами. Его вход прекратится сразу. Останутся только " +
      "его записи «не звонить», они станут вашими.",
    action: "Удалить пользователя и всё его", removed: "Пользователь {login} удалён.",
    running: "У пользователя {login} есть незаконченная кампания. Сначала отмените её, потом удаляйте.",
    no_self: "Себя удалить нельзя. Это может сделать другой администратор.",
    last: "{login} — последний администратор. Сначала назначьте администратором кого-то ещё.",
  },
});
const POLL_MS = 5000;

export function Users() {
  const { items, data, problem, refresh, pager } = useList("/users", { everyMs: POLL_MS });
  const me = useSignal(user);
  const [open, setOpen] = useState(null); // { what: "add" | "edit" | "password" | "handover", ... }
  const close = () => setOpen(null);

  /** `password`: one that was made here, and is shown once. */
  function done(account, password) {
    setOpen(password ? { what: "handover", account, password } : null);
    refresh();
  }

  const add = html`<${Button} kind="primary" icon="plus" onClick=${() => setOpen({ what: "add" })}>${t("add")}<//>`;
  return html`<${Page} title=${placeName("users")} actions=${add}>
    <p class="soft">${t("about")}</p>
    <${ProblemNotice} problem=${problem} onRetry=${refresh} />
    ${data && html`<${Table} columns=${columns(me, setOpen, refresh)} rows=${items} rowKey=${(row) => row.uid} caption=${t("caption")} empty=${t("none")} />`}
    <${Pager} pager=${pager} />
    ${open?.what === "add" && html`<${UserDialog} onDone=${done} onClose=${close} />`}
    ${open?.what === "edit" && html`<${UserDialog} account=${open.account} isSelf=${open.account.uid === me.uid} onDone=${done} onClose=${close} />`}
    ${open?.what === "password" && html`<${PasswordDialog} account=${open.account} onDone=${done} onClose=${close} />`}
    ${open?.what === "handover" && html`<${Handover} account=${open.account} password=${open.password} onClose=${close} />`}
  <//>`;
}

function columns(me, setOpen, refresh) {
  const isSelf = (row) => row.uid === me.uid;
  const act = (row, what, icon) => html`<${Button} kind="quiet" icon=${icon} label=${t(what, { login: row.login })}
    onClick=${() => setOpen({ what, account: row })} />`;
  return [
    {
      key: "login", title: t("login"), isMain: true,
      cell: (row) => html`<span><b>${row.login}</b>${isSelf(row) && html` <span class="badge good">${t("you")}</span>`}</span>`,
    },
    { key: "name", title: t("name"), cell: (row) => row.name || "–" },
    { key: "role", title: t("role"), cell: (row) => html`<span class="badge ${row.role === "admin" ? "later" : ""}">${t(row.role)}</span>` },
    { key: "comment", title: t("comment"), cell: (row) => row.comment || "–" },
    {
      key: "actions", title: "",
      cell: (row) => html`${act(row, "edit", "edit")}${!isSelf(row) && act(row, "password", "key")}
        ${!isSelf(row) && html`<${Button} kind="quiet" icon="trash" label=${t("remove", { login: row.login })} onClick=${() => removed(row, refresh)} />`}`,
    },
  ];
}

async function removed(row, refresh) {
  if (!(await confirmed({ title: t("sure", { login: row.login }), text: t("sure_text"), action: t("action") }))) return;
  try {
    await send("DELETE", `/users/${row.uid}`);
    say(t("removed", { login: row.login }));
  } catch (problem) {
    say(problem.status === 409 ? t(refusal(problem), { login: row.login }) : problem.message, "error");
  }
  refresh();
}

// One code stands for three reasons; the words tell them apart.
function refusal({ message }) {
  if (message.includes("yourself")) return "no_self";
  return message.includes("last admin") ? "last" : "running";
}
