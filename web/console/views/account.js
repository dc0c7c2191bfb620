// Oneself: name, password, the page's language and colours, the end of the login.
import { html } from "../html.js";
import { time } from "../format.js";
import { recall } from "../kept.js";
import { LANGUAGES, language, setLanguage, speak } from "../language.js";
import { logOut, user } from "../session.js";
import { placeName } from "../shell/place_names.js";
import { useSignal } from "../signal.js";
import { setTheme, theme, THEMES } from "../theme.js";
import { Button } from "../ui/button.js";
import { SelectField } from "../ui/field.js";
import { Card, Page } from "../ui/page.js";
import { OwnPassword } from "./account/own_password.js";
import { Profile } from "./account/profile.js";

const t = speak({
  en: {
    admin: "Admin", user: "User", page: "This page", language: "Language", theme: "Colours", system: "As the system has them", light: "Light", dark: "Dark",
    login: "Your login here",
    until: "The access token of this browser ends at {at}. It is renewed by itself while you use the console; after 30 days without use you log in again.",
    log_out: "Log out",
  },
  ru: {
    admin: "Администратор", user: "Пользователь", page: "Эта страница", language: "Язык", theme: "Цвета", system: "Как в системе", light: "Светлые",
    dark: "Тёмные", login: "Ваш вход здесь",
    until: "Токен доступа этого браузера действует до {at}. Пока вы пользуетесь консолью, он обновляется сам; через 30 дней без неё понадобится войти снова.",
    log_out: "Выйти",
  },
});

export function Account() {
  const who = useSignal(user);
  if (!who) return null; // just logged out
  const badge = html`<span class="badge ${who.role === "admin" ? "later" : ""}">${t(who.role)}</span>`;
  return html`<${Page} title=${placeName("account")} badge=${badge}>
    <div class="cards">
      <${Profile} who=${who} />
      <${OwnPassword} login=${who.login} />
      <${ThisPage} />
      <${Login} />
    </div>
  <//>`;
}

function ThisPage() {
  const spoken = useSignal(language);
  const chosen = useSignal(theme);
  const languages = Object.entries(LANGUAGES).map(([value, label]) => ({ value, label }));
  return html`<${Card} title=${t("page")}>
    <${SelectField} label=${t("language")} value=${spoken} onValue=${setLanguage} options=${languages} />
    <${SelectField} label=${t("theme")} value=${chosen} onValue=${setTheme} options=${THEMES.map((value) => ({ value, label: t(value) }))} />
  <//>`;
}

function Login() {
  const until = new Date(recall("tokens")?.until ?? Date.now()).toISOString();
  return html`<${Card} title=${t("login")}>
    <p class="soft">${t("until", { at: time(until, true) })}</p>
    <div><${Button} icon="logout" onClick=${logOut}>${t("log_out")}<//></div>
  <//>`;
}
