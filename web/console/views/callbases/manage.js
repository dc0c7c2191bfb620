// What is done with a callbase as a whole: export, rename, delete.
import { save, send } from "../../api.js";
import { html, useState } from "../../html.js";
import { speak } from "../../language.js";
import { go } from "../../route.js";
import { Button } from "../../ui/button.js";
import { confirmed, Dialog } from "../../ui/dialog.js";
import { TextField } from "../../ui/field.js";
import { ProblemNotice } from "../../ui/notice.js";
import { RegionField } from "../../ui/region.js";
import { tried } from "../../ui/toast.js";

const t = speak({
  en: {
    change: "Rename", change_title: "Name and country", name: "Name", region: "Country of local numbers",
    region_hint: "Holds for people who are added from now on.",
    save: "Save", cancel: "Cancel", delete: "Delete", delete_title: "Delete “{name}”?",
    delete_text: {
      one: "{n} person on it is forgotten. Campaigns that ran keep their results.",
      other: "{n} people on it are forgotten. Campaigns that ran keep their results.",
    },
    deleted: "Deleted.",
  },
  ru: {
    change: "Переименовать", change_title: "Название и страна", name: "Название", region: "Страна местных номеров",
    region_hint: "Действует для тех, кого добавят позже.",
    save: "Сохранить", cancel: "Отмена", delete: "Удалить", delete_title: "Удалить «{name}»?",
    delete_text: {
      one: "{n} человек из неё будет забыт. Итоги прошедших кампаний останутся.", few: "{n} человека из неё будут забыты. Итоги прошедших кампаний останутся.",
      many: "{n} человек из неё будут забыты. Итоги прошедших кампаний останутся.",
      other: "{n} человека из неё будут забыты. Итоги прошедших кампаний останутся.",
    },
    deleted: "Удалено.",
  },
});
const KINDS = { csv: "CSV", xlsx: "Excel" };

export function Manage({ callbase, onChange }) {
  const [isOpen, setOpen] = useState(false);

  async function remove() {
    const words = { title: t("delete_title", { name: callbase.name }), text: t("delete_text", { n: callbase.total }), action: t("delete") };
    if (!(await confirmed(words))) return;
    if (await tried(() => send("DELETE", `/callbases/${callbase.id}`), t("deleted"))) go("callbases");
  }

  const exported = (kind) => tried(() => save(`/callbases/${callbase.id}/subscribers.${kind}`, `${callbase.name}.${kind}`));
  return html`
    ${Object.keys(KINDS).map((kind) => html`<${Button} key=${kind} icon="download" disabled=${callbase.total === 0}
      onClick=${() => exported(kind)}>${KINDS[kind]}<//>`)}
    <${Button} icon="edit" onClick=${() => setOpen(true)}>${t("change")}<//>
    <${Button} kind="danger" icon="trash" onClick=${remove}>${t("delete")}<//>
    ${isOpen && html`<${ChangeDialog} callbase=${callbase} onClose=${() => setOpen(false)} onChange=${onChange} />`}`;
}

function ChangeDialog({ callbase, onClose, onChange }) {
  const [name, setName] = useState(callbase.name);
  const [region, setRegion] = useState(callbase.region);
  const [problem, setProblem] = useState(null);

  async function change(event) {
    event.preventDefault();
    try {
      await send("PATCH", `/callbases/${callbase.id}`, { name: name.trim(), region });
      onChange();
      onClose();
    } catch (caught) {
      setProblem(caught);
    }
  }

  return html`<${Dialog} title=${t("change_title")} onClose=${onClose}>
    <form class="form" onSubmit=${change}>
      <${TextField} label=${t("name")} value=${name} onValue=${setName} maxlength="200" required error=${problem?.of("name")} />
      <${RegionField} label=${t("region")} hint=${t("region_hint")} value=${region} onValue=${setRegion} error=${problem?.of("region")} />
      <${ProblemNotice} problem=${problem} fields=${["name", "region"]} />
      <div class="row end"><${Button} onClick=${onClose}>${t("cancel")}<//><${Button} kind="primary" type="submit">${t("save")}<//></div>
    </form>
  <//>`;
}
