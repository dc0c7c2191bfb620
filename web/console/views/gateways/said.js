// The service's own words for why a gateway stopped, in the page's language. What the gateway itself said stays as it came.
import { language } from "../../language.js";

const RUSSIAN = [
  ["the gateway does not answer", "шлюз не отвечает"],
  ["the gateway's host name can't be resolved", "имя шлюза не находится в DNS"],
  ["the gateway can't be reached", "до шлюза не достучаться"],
  ["TLS with the gateway failed", "не удалось установить TLS со шлюзом"],
  ["no free port on this machine", "на этой машине нет свободного порта"],
  ["the STUN server can't be used", "сервером STUN нельзя воспользоваться"],
  ["the gateway's settings can't be used", "с такими настройками шлюза работать нельзя"],
  ["the registration failed", "регистрация не удалась"],
  ["an agent could not be started", "не удалось запустить агента"],
  ["the agent process died", "процесс агента упал"],
];
const ALIKE = /^the first (\d+) numbers all ended with (.*), so that the settings/;

/** A reason of `GET /gateways/{id}/status` or of a check. */
export function said(reason) {
  if (language.value !== "ru" || !reason) return reason;
  const alike = ALIKE.exec(reason);
  if (alike) {
    return `первые номера (${alike[1]}) все закончились ответом ${alike[2]}: похоже, дело в настройках, а не в номерах; ` +
      "исправьте их или продолжите, если номера и правда такие";
  }
  const known = RUSSIAN.find(([english]) => reason.startsWith(english));
  return known ? known[1] + reason.slice(known[0].length) : reason;
}
