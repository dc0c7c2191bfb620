// What went wrong with a request, as a person is told it.
import { speak } from "./language.js";

const t = speak({
  en: {
    unreachable: "The service does not answer. Is it running, and is this computer on the network?",
    logged_out: "You are logged out. Log in again.",
    strange: "The service gave an answer that could not be read (status {status}).",
    too_many: { one: "Too many tries. Try again in {n} second.", other: "Too many tries. Try again in {n} seconds." },
    wrong_login: "The login or the password is wrong.",
  },
  ru: {
    unreachable: "Сервис не отвечает. Запущен ли он и есть ли сеть у этого компьютера?",
    logged_out: "Вы вышли. Войдите снова.",
    strange: "Ответ сервиса не удалось прочесть (код {status}).",
    too_many: {
      one: "Слишком много попыток. Повторите через {n} секунду.",
      few: "Слишком много попыток. Повторите через {n} секунды.",
      many: "Слишком много попыток. Повторите через {n} секунд.",
      other: "Слишком много попыток. Повторите через {n} секунды.",
    },
    wrong_login: "Неверный логин или пароль.",
  },
});

/** `status` is 0 when no answer came. `errors`: what was wrong with which field. `code`: stable, see the API's documentation. */
export class Problem extends Error {
  constructor(status, code, detail, errors = []) {
    super(detail);
    this.status = status;
    this.code = code;
    this.errors = errors;
  }

  /** What was wrong with a field, or undefined. */
  of(field) {
    return this.errors.find((error) => error.field === field || error.field.startsWith(`${field}.`) || error.field.startsWith(`${field}[`))?.reason;
  }

  static unreachable() {
    return new Problem(0, "unreachable", t("unreachable"));
  }

  static loggedOut() {
    return new Problem(401, "logged_out", t("logged_out"));
  }

  /** Of an answer that is not 2xx: problem+json, or OAuth's errors. */
  static async of(response) {
    const body = await response.json().catch(() => null);
    if (response.status === 429) return new Problem(429, "slow_down", t("too_many", { n: Number(response.headers.get("Retry-After") ?? 1) }));
    if (body?.error === "invalid_grant") return new Problem(response.status, body.error, t("wrong_login"));
    if (body?.error) return new Problem(response.status, body.error, body.error_description ?? body.error);
    if (body?.code) return new Problem(response.status, body.code, body.detail ?? body.title, body.errors);
    return new Problem(response.status, "strange", t("strange", { status: response.status }));
  }
}
