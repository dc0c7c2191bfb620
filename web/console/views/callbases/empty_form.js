// A new callbase with nobody on it, to be filled by hand.
import { newKey, upload } from "../../api.js";
import { html, useRef, useState } from "../../html.js";
import { speak } from "../../language.js";
import { go } from "../../route.js";
import { Button } from "../../ui/button.js";
import { TextField } from "../../ui/field.js";
import { ProblemNotice } from "../../ui/notice.js";
import { Card } from "../../ui/page.js";
import { RegionField, usualRegion } from "../../ui/region.js";

const t = speak({
  en: {
    about: "An empty list: you add the people one by one, or several at once, afterwards.", name: "Name of the list", region: "Country of local numbers",
    region_hint: "How a number without + and country code is read.", make: "Make the list",
  },
  ru: {
    about: "Пустая база: людей вы добавите потом, по одному или сразу нескольких.", name: "Название базы", region: "Страна местных номеров",
    region_hint: "Как читать номер без + и кода страны.", make: "Создать базу",
  },
});

export function EmptyForm() {
  const [name, setName] = useState("");
  const [region, setRegion] = useState(usualRegion);
  const [problem, setProblem] = useState(null);
  const [isBusy, setBusy] = useState(false);
  const key = useRef(newKey());

  async function make(event) {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    const form = new FormData();
    form.append("name", name.trim());
    form.append("region", region);
    try {
      const made = await upload("/callbases", form, { key: key.current });
      go("callbases", made.id, { add: "one" });
    } catch (caught) {
      if (caught.status) key.current = newKey();
      setProblem(caught);
      setBusy(false);
    }
  }

  return html`<${Card}><form class="form" onSubmit=${make}>
    <p class="soft">${t("about")}</p>
    <div class="columns">
      <${TextField} label=${t("name")} value=${name} onValue=${setName} maxlength="200" required error=${problem?.of("name")} />
      <${RegionField} label=${t("region")} hint=${t("region_hint")} value=${region} onValue=${setRegion} error=${problem?.of("region")} />
    </div>
    <${ProblemNotice} problem=${problem} fields=${["name", "region"]} />
    <div class="row"><${Button} kind="primary" icon="plus" type="submit" busy=${isBusy}>${t("make")}<//></div>
  </form><//>`;
}
