// What outcomes, SIP codes (RFC 3261 section 21) and Q.850 causes mean to a person, and what to do.
import { speak } from "../../language.js";

const outcomes = speak({
  en: {
    delivered: "Answered, and the whole message was played.", partial: "Answered, but the call ended before the end of the message.",
    busy: "The line was engaged.",
    no_answer: "It rang, and nobody answered.", rejected: "The person or the network refused the call.", invalid_number: "There is no such number.",
    failed: "The network could not place the call.",
    do_not_call: "The number is on the do-not-call list; it was not called.", canceled: "Ended by you before it was answered.",
    interrupted: "The service died during the call, and nobody knows how it ended.",
    not_counted: "The gateway did not work. This attempt does not count, and the person is called again.",
  },
  ru: {
    delivered: "Ответили, сообщение проиграно целиком.", partial: "Ответили, но вызов закончился раньше сообщения.", busy: "Линия была занята.",
    no_answer: "Гудки были, никто не ответил.", rejected: "Человек или сеть отклонили вызов.", invalid_number: "Такого номера нет.",
    failed: "Сеть не смогла провести вызов.",
    do_not_call: "Номер в списке «Не звонить», на него не звонили.", canceled: "Вы закончили вызов до ответа.",
    interrupted: "Сервис оборвался во время вызова, и чем он кончился, неизвестно.",
    not_counted: "Шлюз не работал. Эта попытка не в счёт, человеку позвоним ещё раз.",
  },
});

const advices = speak({
  en: {
    partial: "Make the message shorter, and say first what it is about.", busy: "Call again later.", no_answer: "Call again at another hour.",
    rejected: "Leave it, or ask the person.",
    invalid_number: "Correct the number in the callbase.", failed: "Call again. If there are many, look at the gateway's state.",
    interrupted: "Call again if you wish: the person may have heard the message.", not_counted: "Look at the gateway's state.",
  },
  ru: {
    partial: "Сделайте сообщение короче и начните с главного.", busy: "Позвоните позже.", no_answer: "Позвоните в другое время.",
    rejected: "Оставьте или спросите человека.",
    invalid_number: "Исправьте номер в базе.", failed: "Позвоните ещё раз. Если таких много, посмотрите состояние шлюза.",
    interrupted: "Позвоните ещё раз, если хотите: сообщение могли уже услышать.", not_counted: "Посмотрите состояние шлюза.",
  },
});

const codes = speak({
  en: {
    200: "Answered.", 401: "The gateway wants a login: check the user name and the password.",
    403: "Forbidden: the number, the caller's number or the account is not allowed there. Ask the provider.", 404: "The number does not exist.",
    407: "The gateway wants a login: check the user name and the password.", 408: "No reply in time.", 410: "The number is not in use any more.",
    480: "Cannot be reached at the moment: switched off, or nobody answers.",
    484: "The number is incomplete: look at the prefix and “strip +” of the gateway.", 486: "Busy.", 487: "Ended by Dozvon before it was answered.",
    488: "No codec in common: allow others in the gateway's settings.",
    500: "A fault of the gateway.", 502: "A fault in the network behind the gateway.", 503: "The gateway or the network is overloaded, or out of lines.",
    504: "The network behind the gateway did not answer in time.",
    600: "Busy, on all phones.", 603: "Declined.", 604: "The number does not exist anywhere.",
    606: "Not acceptable: look at the codecs and SRTP of the gateway.", 607: "The person does not want this call.", 608: "Blocked as unwanted by the network.",
    "4xx": "The gateway refused the call.", "5xx": "A fault of the gateway or the network.", "6xx": "The call is refused everywhere.",
  },
  ru: {
    200: "Ответили.", 401: "Шлюз требует вход: проверьте имя пользователя и пароль.",
    403: "Запрещено: шлюз не пропускает этот номер, номер звонящего или учётную запись. Спросите провайдера.", 404: "Такого номера нет.",
    407: "Шлюз требует вход: проверьте имя пользователя и пароль.", 408: "Ответ не пришёл вовремя.", 410: "Номер больше не используется.",
    480: "Сейчас недоступен: выключен или никто не отвечает.",
    484: "Номер неполный: проверьте префикс и «убирать +» у шлюза.", 486: "Занято.", 487: "Закончен Dozvon до ответа.",
    488: "Нет общего кодека: разрешите другие в настройках шлюза.",
    500: "Ошибка шлюза.", 502: "Ошибка в сети за шлюзом.", 503: "Шлюз или сеть перегружены либо линии кончились.", 504: "Сеть за шлюзом не ответила вовремя.",
    600: "Занято на всех телефонах.", 603: "Отклонено.", 604: "Такого номера нет нигде.", 606: "Не подходит: проверьте кодеки и SRTP шлюза.",
    607: "Человек не хочет этого вызова.", 608: "Заблокировано сетью как нежелательное.",
    "4xx": "Шлюз отклонил вызов.", "5xx": "Ошибка шлюза или сети.", "6xx": "Вызов отклонён везде.",
  },
});

const causes = speak({
  en: {
    1: "unallocated number", 2: "no route to the network", 3: "no route to the destination", 16: "normal clearing", 17: "user busy", 18: "no user responding",
    19: "no answer from the user", 20: "subscriber absent", 21: "call rejected", 22: "number changed",
    27: "destination out of order", 28: "invalid number format", 29: "facility rejected", 31: "normal, unspecified", 34: "no circuit available",
    38: "network out of order", 41: "temporary failure", 42: "switching equipment congestion",
    44: "channel not available", 47: "resource unavailable", 50: "facility not subscribed", 57: "not authorized", 58: "bearer capability not available",
    63: "service not available", 65: "bearer capability not implemented", 79: "service not implemented",
    88: "incompatible destination", 102: "a timer ran out", 111: "protocol error", 127: "interworking, unspecified",
  },
  ru: {
    1: "номер не назначен", 2: "нет пути к сети", 3: "нет пути к адресату", 16: "обычное завершение", 17: "абонент занят", 18: "абонент не отвечает на вызов",
    19: "абонент не снял трубку", 20: "абонент отсутствует", 21: "вызов отклонён", 22: "номер изменён",
    27: "адресат неисправен", 28: "неверный формат номера", 29: "услуга отклонена", 31: "обычное, без уточнения", 34: "нет свободного канала",
    38: "сеть неисправна", 41: "временный сбой", 42: "перегрузка оборудования",
    44: "канал недоступен", 47: "нет ресурсов", 50: "услуга не подключена", 57: "нет разрешения", 58: "способ передачи недоступен", 63: "услуга недоступна",
    65: "способ передачи не реализован", 79: "услуга не реализована",
    88: "несовместимый адресат", 102: "истекло время ожидания", 111: "ошибка протокола", 127: "взаимодействие сетей, без уточнения",
  },
});

const told = speak({ en: { cause: "{code}: {text}" }, ru: { cause: "{code}: {text}" } });
const WITHOUT_ADVICE = ["delivered", "do_not_call", "canceled", "pending", "active"];
const KNOWN_CODES = new Set([200, 401, 403, 404, 407, 408, 410, 480, 484, 486, 487, 488, 500, 502, 503, 504, 600, 603, 604, 606, 607, 608]);
const KNOWN_CAUSES = new Set([1, 2, 3, 16, 17, 18, 19, 20, 21, 22, 27, 28, 29, 31, 34, 38, 41, 42, 44, 47, 50, 57, 58, 63, 65, 79, 88, 102, 111, 127]);

/** What an outcome of a call that has ended means; null: an attempt that does not count. */
export function ofOutcome(outcome) {
  return outcomes(outcome ?? "not_counted");
}

/** What to do about an outcome; null when there is nothing to do. */
export function advice(outcome) {
  return WITHOUT_ADVICE.includes(outcome) ? null : advices(outcome ?? "not_counted");
}

/** What a SIP code means; null without one, and for those of the 3xx that nobody meets. */
export function ofCode(code) {
  if (KNOWN_CODES.has(code)) return codes(code);
  return code >= 400 && code < 700 ? codes(`${Math.floor(code / 100)}xx`) : null;
}

/** The cause with its name, such as "17: user busy". */
export function ofCause(cause) {
  return KNOWN_CAUSES.has(cause) ? told("cause", { code: String(cause), text: causes(cause) }) : String(cause);
}
