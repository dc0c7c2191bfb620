// The page's language. Each part of the page brings its own words: `const t = speak({ en: {...}, ru: {...} })`, then `t("key", {n: 3})`.
//
// A word is a text with {names} to fill in, or an object of plural forms by CLDR's categories, chosen by {n}:
//   { one: "{n} call", other: "{n} calls" }     in Russian: one, few, many, other
import { keep, recall } from "./kept.js";
import { Signal } from "./signal.js";

export const LANGUAGES = { en: "English", ru: "Русский" };

export const language = new Signal(firstLanguage());
document.documentElement.lang = language.value;

/** All tables of words, for the test that holds the languages together. */
export const tables = [];

export function setLanguage(code) {
  keep("language", code);
  document.documentElement.lang = code;
  language.value = code;
}

/** The function that gives the words of one part of the page in the language of the moment. */
export function speak(words) {
  tables.push(words);
  return (key, values = {}) => {
    const word = words[language.value][key];
    if (word === undefined) throw new Error(`no word for ${key} in ${language.value}`);
    return filled(typeof word === "string" ? word : word[plural(values.n)] ?? word.other, values);
  };
}

function filled(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => {
    const value = values[name];
    if (value === undefined) return whole;
    return typeof value === "number" ? new Intl.NumberFormat(language.value).format(value) : String(value);
  });
}

function plural(n) {
  return new Intl.PluralRules(language.value).select(Number(n ?? 0));
}

function firstLanguage() {
  const wanted = [recall("language"), ...(navigator.languages ?? [])].filter(Boolean).map((code) => code.slice(0, 2));
  return wanted.find((code) => code in LANGUAGES) ?? "en";
}
