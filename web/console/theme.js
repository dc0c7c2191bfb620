// Light, dark, or as the system has it.
import { keep, recall } from "./kept.js";
import { Signal } from "./signal.js";

export const THEMES = ["system", "light", "dark"];
export const theme = new Signal(THEMES.includes(recall("theme")) ? recall("theme") : "system");

/** Whether the page is dark now; the charts draw themselves by it. */
export const isDark = new Signal(false);

const system = matchMedia("(prefers-color-scheme: dark)");

export function setTheme(name) {
  keep("theme", name);
  theme.value = name;
  apply();
}

function apply() {
  const dark = theme.value === "dark" || (theme.value === "system" && system.matches);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
  isDark.value = dark;
}

system.addEventListener("change", apply);
apply();
