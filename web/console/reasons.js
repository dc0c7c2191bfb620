// Why a number or a row of a list can't be used, and what is noted of a whole list. The service tells it in English; here it is in the page's language.
import { language } from "./language.js";

const AS_TEXT = "сделайте столбец текстовым и введите номер заново";
const RUSSIAN = [
  [/^is empty$/, "пусто"],
  [/^is too short$/, "слишком короткий"],
  [/^is too long$/, "слишком длинный"],
  [/^is longer than (\d+) characters$/, "длиннее $1 знаков"],
  [/^has no known country code$/, "неизвестный код страны"],
  [/^lacks its area code$/, "не хватает кода города"],
  [/^is not in use by its country's numbering plan$/, "такого номера нет в плане нумерации страны"],
  [/^is not a phone number$/, "это не номер телефона"],
  [/^is an emergency number$/, "это номер экстренной службы"],
  [/^has an extension, which cannot be dialled$/, "с добавочным номером, его не набрать"],
  [/^has letters$/, "в номере есть буквы"],
  [/^has characters that are no part of a phone number$/, "в номере есть лишние знаки"],
  [/^has control characters or line breaks$/, "в номере есть управляющие знаки или переводы строки"],
  [/^is the number of line (\d+) again$/, "тот же номер, что в строке $1"],
  [/^is a date: a spreadsheet made it of what was entered; .*$/, `дата: её сделала из номера таблица; ${AS_TEXT}`],
  [/^was rounded by a spreadsheet .*$/, `округлён таблицей (экспоненциальный формат), последние цифры потеряны; ${AS_TEXT}`],
  [/^is only #: .*$/, "только знаки #: столбец был слишком узким; расширьте его и скопируйте снова"],
  [/^is the error of a formula in a spreadsheet, not a number$/, "ошибка формулы в таблице, а не номер"],
  [/^seems to have lost its leading zero in a spreadsheet; .*$/, `похоже, таблица убрала ноль в начале; ${AS_TEXT}`],
  [/^seems to have lost its \+ or its leading zeros in a spreadsheet: .*$/, "похоже, таблица убрала + или нули в начале: с + это номер другой страны"],
  [/^is a demo number, which only the gateway sandbox may dial$/, "демонстрационный номер, на него звонит только шлюз sandbox"],
  [/^is outside of the gateway's allowed_prefixes$/, "шлюзу не разрешено звонить на такие номера (allowed_prefixes)"],
  [/^(\d+) cells? held several numbers; .*$/, "Ячеек, где было несколько номеров: $1. Каждый номер стал отдельной строкой отчёта и отдельным человеком."],
  [/^The workbook has (\d+) sheets; only the first that is not empty was read: (.*)\.$/, "В книге листов: $1. Прочитан только первый непустой: $2."],
];

/** A reason or a note of the service's in the page's language; as it came when it is not known here. */
export function reasonOf(text) {
  const found = language.value === "ru" && RUSSIAN.find(([pattern]) => pattern.test(text));
  return found ? text.replace(...found) : text;
}
