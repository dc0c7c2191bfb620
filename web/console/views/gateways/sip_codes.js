// What a gateway's answer to a check means, and what to do about it.
import { speak } from "../../language.js";

const t = speak({
  en: {
    none: "Nothing came back.", none_do: "See the address, the port and the transport, and whether a firewall lets UDP or TCP out to the gateway.",
    401: "The gateway does not take the login or the password.", "401_do": "See the user, the user for the digest and the password, as the provider gave them.",
    403: "The gateway is there, and forbids it.",
    "403_do":
      "By IP address: does the provider know this machine's public address? By password: is the account blocked, or out of money? Is the caller's number " +
      "one of yours?",
    404: "The gateway does not know the account.",
    "404_do": "See the user and the address: some providers want a domain of their own as the address and the server as the outbound proxy.",
    408: "The gateway was too slow, or what stands behind it does not answer.", "408_do": "Try again; if it stays so, ask the provider.",
    423: "The registration is too short for the gateway.", "423_do": "Ask the provider which time it wants.",
    488: "The gateway takes none of the codecs, or wants the sound encrypted.", "488_do": "See the codecs and the encryption of the sound below Sound.",
    503: "The gateway is overloaded or out of order.", "503_do": "Wait some minutes; if it stays so, ask the provider.",
    500: "The gateway has a fault of its own.", "500_do": "Try again later; if it stays so, ask the provider.",
    600: "The gateway refuses it.", "600_do": "Ask the provider why, with the code and the words that it gave.",
    certificate: "The gateway's certificate was refused.",
    certificate_do:
      "When it is of the provider's own making, put it (PEM) into the certificate authorities below Security; when it is for another name, give that name " +
      "as the address.",
    resolve: "The address can't be found in the DNS.", resolve_do: "See how it is written; a domain without records may need an outbound proxy.",
    settings: "These settings can't be used.", settings_do: "Correct what the words above name.",
  },
  ru: {
    none: "Ответа не было.", none_do: "Проверьте адрес, порт и транспорт, и выпускает ли межсетевой экран UDP или TCP к шлюзу.",
    401: "Шлюз не принимает логин или пароль.", "401_do": "Проверьте пользователя, имя для проверки пароля и пароль, как их дал провайдер.",
    403: "Шлюз есть, но запрещает это.",
    "403_do":
      "По IP-адресу: знает ли провайдер внешний адрес этой машины? По паролю: не заблокирована ли учётная запись, есть ли деньги? Ваш ли номер показывается " +
      "вызываемому?",
    404: "Шлюз не знает этой учётной записи.",
    "404_do": "Проверьте пользователя и адрес: некоторым провайдерам нужен их домен как адрес, а сервер — как исходящий прокси.",
    408: "Шлюз не успел ответить или не отвечает то, что за ним.", "408_do": "Повторите; если так и останется, спросите провайдера.",
    423: "Срок регистрации слишком мал для шлюза.", "423_do": "Спросите провайдера, какой срок ему нужен.",
    488: "Шлюз не принимает ни один кодек или требует шифровать звук.", "488_do": "Проверьте кодеки и шифрование звука в разделе «Звук».",
    503: "Шлюз перегружен или не работает.", "503_do": "Подождите несколько минут; если так и останется, спросите провайдера.",
    500: "У шлюза своя неисправность.", "500_do": "Повторите позже; если так и останется, спросите провайдера.",
    600: "Шлюз отказывает.", "600_do": "Спросите провайдера о причине, назовите ему код и слова ответа.",
    certificate: "Сертификат шлюза не принят.",
    certificate_do:
      "Если провайдер выпустил его сам, вставьте его (PEM) в поле доверенных сертификатов в разделе «Безопасность»; если он на другое имя, укажите это имя " +
      "как адрес.",
    resolve: "Адрес не находится в DNS.", resolve_do: "Проверьте, как он написан; домену без записей может быть нужен исходящий прокси.",
    settings: "С такими настройками работать нельзя.", settings_do: "Исправьте то, что названо выше.",
  },
});

const SAME = { 402: "403", 407: "401", 480: "408", 484: "404", 502: "500", 504: "408", 604: "404", 606: "488", 603: "600" };
const OWN = ["401", "403", "404", "408", "423", "488", "503", "500"];

/** { meaning, advice } of a check that failed: `sip_code`, null when nothing was answered, and `reason`, the words that came with it. */
export function explained({ sip_code: code, reason }) {
  const word = code ? ofCode(code) : ofReason(reason);
  return { meaning: t(word), advice: t(`${word}_do`) };
}

function ofCode(code) {
  const word = SAME[code] ?? String(code);
  if (OWN.includes(word)) return word;
  return code < 500 || code >= 600 ? "600" : "500";
}

function ofReason(reason) {
  if (/certificate/i.test(reason)) return "certificate";
  if (/resolved/i.test(reason)) return "resolve";
  return /settings can't|STUN/.test(reason) ? "settings" : "none";
}
