// The language and the theme.
import { html } from "../html.js";
import { LANGUAGES, language, setLanguage, speak } from "../language.js";
import { useSignal } from "../signal.js";
import { setTheme, theme, THEMES } from "../theme.js";
import { Button } from "../ui/button.js";

const t = speak({
  en: { language: "Language", system: "Colours: as the system has them", light: "Colours: light", dark: "Colours: dark" },
  ru: { language: "Язык", system: "Цвета: как в системе", light: "Цвета: светлые", dark: "Цвета: тёмные" },
});
const ICONS = { system: "system", light: "sun", dark: "moon" };

export function Preferences() {
  const now = useSignal(theme);
  const spoken = useSignal(language);
  const following = THEMES[(THEMES.indexOf(now) + 1) % THEMES.length];
  return html`<div class="preferences">
    <select aria-label=${t("language")} value=${spoken} onChange=${(event) => setLanguage(event.currentTarget.value)}>
      ${Object.entries(LANGUAGES).map(([code, name]) => html`<option key=${code} value=${code} lang=${code} selected=${code === spoken}>${name}</option>`)}
    </select>
    <${Button} kind="quiet" icon=${ICONS[now]} label=${t(now)} onClick=${() => setTheme(following)} />
  </div>`;
}
