// Logging in.
import { html, useEffect, useRef, useState } from "../html.js";
import { speak } from "../language.js";
import { logIn } from "../session.js";
import { Button } from "../ui/button.js";
import { TextField } from "../ui/field.js";
import { helpAddress } from "../ui/help_link.js";
import { ProblemNotice } from "../ui/notice.js";
import { Preferences } from "../shell/preferences.js";
import { Health } from "../shell/health.js";

const t = speak({
  en: {
    title: "Log in", login: "Login", password: "Password", log_in: "Log in",
    about: "Calls a list of people through your own SIP gateway and plays a sound to everyone who answers.",
    first: "First time here? The service made the user admin when it first started, and printed the password then unless ADMIN_PASSWORD was set.",
    api: "The API", help: "Help",
  },
  ru: {
    title: "Вход", login: "Логин", password: "Пароль", log_in: "Войти",
    about: "Обзванивает список людей через ваш собственный SIP-шлюз и проигрывает звук каждому, кто ответил.",
    first: "Вы здесь впервые? При первом запуске сервис завёл пользователя admin и напечатал его пароль, если не был задан ADMIN_PASSWORD.",
    api: "API", help: "Справка",
  },
});

export function Login() {
  const [login, setLogin] = useState("");
  const [password, setPassword] = useState("");
  const [problem, setProblem] = useState(null);
  const [isBusy, setBusy] = useState(false);
  const form = useRef(null);

  useEffect(() => {
    document.title = `${t("title")} · Dozvon`;
    form.current.querySelector("input").focus();
  }, []);

  async function enter(event) {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      await logIn(login, password);
    } catch (caught) {
      setProblem(caught);
      setBusy(false);
    }
  }

  return html`<main class="login">
    <form ref=${form} class="card" onSubmit=${enter}>
      <div class="brand"><img src="/assets/mark.svg" alt="" width="40" height="40" /><h1>Dozvon</h1><${Health} /></div>
      <p class="soft">${t("about")}</p>
      <${TextField} label=${t("login")} value=${login} onValue=${setLogin} name="username" autocomplete="username" autocapitalize="none" spellcheck=${false} required />
      <${TextField} label=${t("password")} value=${password} onValue=${setPassword} name="password" type="password" autocomplete="current-password" required />
      <${ProblemNotice} problem=${problem} />
      <${Button} kind="primary" type="submit" busy=${isBusy}>${t("log_in")}<//>
      <p class="soft small">${t("first")}</p>
      <footer><a href=${helpAddress()}>${t("help")}</a><a href="/docs">${t("api")}</a><${Preferences} /></footer>
    </form>
  </main>`;
}
