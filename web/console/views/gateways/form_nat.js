// What helps behind a NAT, when the provider does not answer to where our messages come from.
import { html } from "../../html.js";
import { speak } from "../../language.js";
import { NumberField, TextField } from "../../ui/field.js";
import { HelpLink } from "../../ui/help_link.js";
import { Fold } from "./fold.js";

const t = speak({
  en: {
    title: "Behind a NAT",
    about:
      "Most providers answer to where our messages come from: then nothing is needed here. It is, when calls have no sound, or end by themselves after half " +
      "a minute.",
    public_address: "Our public address", public_address_hint: "Where the NAT keeps ports: an IP address or a host name, without a port.",
    stun_server: "STUN server", stun_server_hint: "Tells our public address when it is not known or changes: stun.example.com.",
    keep_alive_s: "Keep the way open every … seconds", keep_alive_s_hint: "15 unless given; 0 is never.",
  },
  ru: {
    title: "За NAT",
    about:
      "Большинство провайдеров отвечает туда, откуда пришли наши сообщения: тогда здесь ничего не нужно. Нужно, если в вызовах нет звука или они сами " +
      "обрываются через полминуты.",
    public_address: "Наш внешний адрес", public_address_hint: "Если NAT сохраняет порты: IP-адрес или имя, без порта.",
    stun_server: "Сервер STUN", stun_server_hint: "Сообщает наш внешний адрес, если он неизвестен или меняется: stun.example.com.",
    keep_alive_s: "Держать путь открытым, каждые … секунд", keep_alive_s_hint: "15, если не указано; 0 — никогда.",
  },
});

export function Nat({ values, set, error, wrong }) {
  const field = (name) => ({ label: t(name), hint: t(`${name}_hint`), value: values[name], onValue: set(name), error: error(name) });
  return html`<${Fold} title=${t("title")} isWrong=${wrong("public_address", "stun_server", "keep_alive_s")}>
    <p class="soft">${t("about")} <${HelpLink} page="providers" /></p>
    <div class="columns">
      <${TextField} ...${field("public_address")} optional autocapitalize="none" spellcheck=${false} />
      <${TextField} ...${field("stun_server")} optional autocapitalize="none" spellcheck=${false} />
      <${NumberField} ...${field("keep_alive_s")} min="0" max="3600" />
    </div>
  <//>`;
}
