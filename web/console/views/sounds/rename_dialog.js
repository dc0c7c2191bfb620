// Another name for a sound.
import { send } from "../../api.js";
import { html, useState } from "../../html.js";
import { speak } from "../../language.js";
import { Button } from "../../ui/button.js";
import { Dialog } from "../../ui/dialog.js";
import { TextField } from "../../ui/field.js";
import { ProblemNotice } from "../../ui/notice.js";

const t = speak({
  en: { title: "Rename the sound", name: "Name", save: "Save", cancel: "Cancel" },
  ru: { title: "Переименование звука", name: "Название", save: "Сохранить", cancel: "Отмена" },
});

export function RenameDialog({ sound, onDone, onClose }) {
  const [name, setName] = useState(sound.name);
  const [problem, setProblem] = useState(null);
  const [isBusy, setBusy] = useState(false);

  async function save(event) {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      await send("PATCH", `/audio/${sound.id}`, { name: name.trim() });
      onDone();
    } catch (caught) {
      setProblem(caught);
      setBusy(false);
    }
  }

  return html`<${Dialog} title=${t("title")} onClose=${onClose}>
    <form class="form" onSubmit=${save}>
      <${TextField} label=${t("name")} value=${name} onValue=${setName} maxlength="200" required error=${problem?.of("name")} />
      <${ProblemNotice} problem=${problem} fields=${["name"]} />
      <div class="row end">
        <${Button} onClick=${onClose}>${t("cancel")}<//>
        <${Button} kind="primary" type="submit" busy=${isBusy} disabled=${!name.trim()}>${t("save")}<//>
      </div>
    </form>
  <//>`;
}
