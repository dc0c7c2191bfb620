// A way to a page of the help in the page's language.
import { html } from "../html.js";
import { language, speak } from "../language.js";

const t = speak({ en: { more: "More about this" }, ru: { more: "Подробнее" } });

/** `page`: its name below /help/. */
export function HelpLink({ page, children }) {
  return html`<a href=${helpAddress(page)} target="_blank" rel="noopener">${children ?? t("more")}</a>`;
}

/** The address of a page of the help, or of its first one. */
export function helpAddress(page = "") {
  return `/help/${language.value === "ru" ? "ru/" : ""}${page && `${page}/`}`;
}
