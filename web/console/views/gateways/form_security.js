// What only some providers ask for: names, proxies, certificates.
import { html } from "../../html.js";
import { speak } from "../../language.js";
import { AreaField, TextField } from "../../ui/field.js";
import { Fold } from "./fold.js";

const t = speak({
  en: {
    title: "Security and details of the account", auth_username: "User for the digest", auth_username_hint: "The login, where it is another one than the user.",
    realm: "Realm", realm_hint: "Of the digest; * is any.", display_name: "Caller's name",
    display_name_hint: "Beside the number, where the provider carries it.",
    outbound_proxy: "Outbound proxy",
    outbound_proxy_hint: "When the provider names a proxy or an SBC beside the domain: proxy.example.com or proxy.example.com:5070.",
    tls_ca: "Certificates to trust (PEM)", tls_ca_hint: "For TLS with a certificate of the provider's own making. Empty: the usual authorities.",
  },
  ru: {
    title: "Безопасность и детали учётной записи", auth_username: "Имя для проверки пароля", auth_username_hint: "Логин, если он не тот же, что пользователь.",
    realm: "Realm", realm_hint: "Область проверки пароля; * — любая.", display_name: "Имя звонящего",
    display_name_hint: "Рядом с номером, если провайдер его передаёт.",
    outbound_proxy: "Исходящий прокси",
    outbound_proxy_hint: "Когда провайдер кроме домена называет прокси или SBC: proxy.example.com или proxy.example.com:5070.",
    tls_ca: "Доверенные сертификаты (PEM)", tls_ca_hint: "Для TLS с сертификатом, который провайдер выпустил сам. Пусто — обычные удостоверяющие центры.",
  },
});
const LINES = ["auth_username", "realm", "display_name", "outbound_proxy"];

export function Security({ values, set, error, wrong }) {
  const field = (name) => ({ label: t(name), hint: t(`${name}_hint`), value: values[name], onValue: set(name), error: error(name), optional: true });
  const line = (name) => html`<${TextField} key=${name} ...${field(name)} autocapitalize="none" spellcheck=${false} autocomplete="off" />`;
  return html`<${Fold} title=${t("title")} isWrong=${wrong(...LINES, "tls_ca")}>
    <div class="columns">${LINES.slice(0, 2).map(line)}</div>
    <div class="columns">${LINES.slice(2).map(line)}</div>
    <${AreaField} ...${field("tls_ca")} spellcheck=${false} />
  <//>`;
}
