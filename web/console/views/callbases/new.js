// A new callbase: of a file, of numbers that are pasted, or empty.
import { html } from "../../html.js";
import { speak } from "../../language.js";
import { adjust, to } from "../../route.js";
import { placeName } from "../../shell/place_names.js";
import { Page } from "../../ui/page.js";
import { EmptyForm } from "./empty_form.js";
import { FileForm } from "./file_form.js";
import { PasteForm } from "./paste_form.js";

const t = speak({
  en: { title: "New list", ways: "Where the people come from", file: "From a file", paste: "Paste numbers", empty: "By hand" },
  ru: { title: "Новая база", ways: "Откуда взять людей", file: "Из файла", paste: "Вставить номера", empty: "Вручную" },
});
const FORMS = { file: FileForm, paste: PasteForm, empty: EmptyForm };

export function NewCallbase({ query }) {
  const way = query.how in FORMS ? query.how : "file";
  const Form = FORMS[way];
  return html`<${Page} title=${t("title")} back=${{ href: to("callbases"), label: placeName("callbases") }}>
    <fieldset class="ways">
      <legend class="unseen">${t("ways")}</legend>
      ${Object.keys(FORMS).map((one) => html`<${Way} key=${one} one=${one} isChosen=${one === way} />`)}
    </fieldset>
    <${Form} key=${way} />
  <//>`;
}

function Way({ one, isChosen }) {
  return html`<label class=${isChosen ? "chosen" : ""}>
    <input type="radio" name="way" checked=${isChosen} onChange=${() => adjust({ how: one })} />${t(one)}
  </label>`;
}
