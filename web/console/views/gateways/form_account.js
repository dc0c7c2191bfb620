// Where the gateway is and who we are there.
import { html } from "../../html.js";
import { speak } from "../../language.js";
import { CheckField, NumberField, SelectField, TextField } from "../../ui/field.js";
import { usualPort } from "./settings.js";

const t = speak({
  en: {
    title: "The gateway", name: "Name", name_hint: "Your word for it.", host: "Address", host_hint: "A host name or an IP address, such as sip.example.com.",
    port: "Port", port_hint: "Usually {usual}.",
    transport: "Transport", transport_hint: "UDP unless the provider says otherwise.", udp: "UDP", tcp: "TCP", tls: "TLS, encrypted",
    username: "User", username_hint: "The account at the provider, often a number.", username_address: "Usually empty: the provider knows your address.",
    password: "Password", kept: "kept as it is", password_hint: "Kept encrypted, never shown.",
    password_kept: "Never shown. Type a new one only to replace it.", forget: "Remove the password",
    register: "Register the account", register_hint: "Some providers take calls only then. While it is not registered, nothing is dialled.",
    caller_id: "Caller's number", caller_id_hint: "What the called person sees; the user unless given. Most providers take only numbers of yours.",
  },
  ru: {
    title: "Шлюз", name: "Название", name_hint: "Как вы его называете.", host: "Адрес", host_hint: "Имя или IP-адрес, например sip.example.com.", port: "Порт",
    port_hint: "Обычно {usual}.",
    transport: "Транспорт", transport_hint: "UDP, если провайдер не говорит иного.", udp: "UDP", tcp: "TCP", tls: "TLS, с шифрованием",
    username: "Пользователь", username_hint: "Учётная запись у провайдера, часто это номер.", username_address: "Обычно пусто: провайдер узнаёт вас по адресу.",
    password: "Пароль", kept: "остаётся прежним", password_hint: "Хранится зашифрованным, нигде не показывается.",
    password_kept: "Не показывается. Введите новый, только чтобы заменить.", forget: "Удалить пароль",
    register: "Регистрировать учётную запись", register_hint: "Некоторые провайдеры принимают вызовы только так. Пока регистрации нет, вызовов не будет.",
    caller_id: "Номер звонящего", caller_id_hint: "Его видит вызываемый; если пусто — пользователь. Большинство провайдеров принимает только ваши номера.",
  },
});

export function Account({ values, set, error, isKept, kind }) {
  const field = (name) => ({ value: values[name], onValue: set(name), error: error(name), label: t(name) });
  const transports = ["udp", "tcp", "tls"].map((value) => ({ value, label: t(value) }));
  const usual = String(usualPort(values.transport));
  const isForgotten = values.password === null;
  return html`<section class="card">
    <h2>${t("title")}</h2>
    <div class="columns">
      <${TextField} ...${field("name")} hint=${t("name_hint")} required maxlength="200" />
      <${TextField} ...${field("host")} hint=${t("host_hint")} required autocapitalize="none" spellcheck=${false} />
    </div>
    <div class="columns">
      <${SelectField} ...${field("transport")} hint=${t("transport_hint")} options=${transports} />
      <${NumberField} ...${field("port")} hint=${t("port_hint", { usual })} placeholder=${usual} min="1" max="65535" />
    </div>
    <div class="columns">
      <${TextField} ...${field("username")} hint=${t(kind === "address" ? "username_address" : "username_hint")} optional
        autocapitalize="none" spellcheck=${false} autocomplete="off" />
      <div class="form">
        <${TextField} ...${field("password")} hint=${t(isKept ? "password_kept" : "password_hint")} type="password" optional autocomplete="new-password"
          placeholder=${isKept && !isForgotten ? t("kept") : ""} disabled=${isForgotten} />
        ${isKept && html`<${CheckField} label=${t("forget")} checked=${isForgotten} onValue=${(yes) => set("password")(yes ? null : undefined)} />`}
      </div>
    </div>
    <div class="columns">
      <${TextField} ...${field("caller_id")} hint=${t("caller_id_hint")} optional />
      <${CheckField} label=${t("register")} hint=${t("register_hint")} checked=${values.register} onValue=${set("register")} />
    </div>
  </section>`;
}
