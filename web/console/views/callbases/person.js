// One person on a callbase: added, changed, or taken off.
import { newKey, send } from "../../api.js";
import { html, useRef, useState } from "../../html.js";
import { speak } from "../../language.js";
import { Button } from "../../ui/button.js";
import { Dialog } from "../../ui/dialog.js";
import { AreaField, TextField } from "../../ui/field.js";
import { ProblemNotice } from "../../ui/notice.js";
import { say, tried } from "../../ui/toast.js";

const t = speak({
  en: {
    add_title: "Add a person", edit_title: "Change a person", name: "Name", number: "Number", number_hint: "As you would write it.", comment: "Comment",
    save: "Save", add: "Add", add_next: "Add and enter the next", remove: "Take off the list", removed: "Taken off the list.",
    added: "{who} was added.", twice: "This number is on the list already.",
  },
  ru: {
    add_title: "Добавить человека", edit_title: "Изменить человека", name: "Имя", number: "Номер", number_hint: "Пишите как привыкли.", comment: "Комментарий",
    save: "Сохранить", add: "Добавить", add_next: "Добавить и ввести следующего", remove: "Убрать из базы", removed: "Убран из базы.",
    added: "Добавлено: {who}.", twice: "Этот номер уже есть в базе.",
  },
});
const NOBODY = { name: "", number: "", comment: "" };

/** `person`: who is changed; undefined to add somebody. */
export function PersonDialog({ path, person, onClose, onChange }) {
  const [draft, setDraft] = useState(person ?? NOBODY);
  const [problem, setProblem] = useState(null);
  const [isTwice, setTwice] = useState(false);
  const key = useRef(newKey());
  const form = useRef(null);
  const field = (name) => ({ label: t(name), value: draft[name], onValue: (value) => setDraft({ ...draft, [name]: value }), error: faultOf(problem, name) });

  async function store(isLast) {
    if (!form.current.reportValidity()) return;
    setProblem(null);
    try {
      const isNew = person || (await add(path, draft, key.current));
      key.current = newKey();
      setTwice(!isNew);
      if (!isNew) return;
      if (person) await send("PATCH", `${path}/${person.cid}`, fieldsOf(draft));
      else say(t("added", { who: draft.name || draft.number }));
      onChange();
      if (isLast) onClose();
      else startAnew();
    } catch (caught) {
      if (caught.status) key.current = newKey();
      setProblem(caught);
    }
  }

  function startAnew() {
    setDraft(NOBODY);
    form.current.querySelector("input").focus();
  }

  async function remove() {
    if (!(await tried(() => send("DELETE", `${path}/${person.cid}`), t("removed")))) return;
    onChange();
    onClose();
  }

  return html`<${Dialog} title=${t(person ? "edit_title" : "add_title")} onClose=${onClose}>
    <form ref=${form} class="form" onSubmit=${(event) => (event.preventDefault(), store(true))}>
      <${TextField} ...${field("number")} hint=${t("number_hint")} error=${isTwice ? t("twice") : faultOf(problem, "number")} type="tel" required maxlength="64"
        autocomplete="off" />
      <${TextField} ...${field("name")} maxlength="1024" autocomplete="off" optional />
      <${AreaField} ...${field("comment")} rows=${2} maxlength="10000" optional />
      <${ProblemNotice} problem=${faultless(problem)} />
      <div class="row end">
        ${person ? html`<${Button} kind="danger" icon="trash" onClick=${remove}>${t("remove")}<//>` : html`<${Button}
          onClick=${() => store(false)}>${t("add_next")}<//>`}
        <${Button} kind="primary" type="submit">${t(person ? "save" : "add")}<//>
      </div>
    </form>
  <//>`;
}

/** Whether it is somebody new. */
async function add(path, draft, key) {
  const { report } = await send("POST", path, { subscribers: [fieldsOf(draft)] }, key);
  return report.accepted > 0;
}

function fieldsOf({ name, number, comment }) {
  return { name, number, comment };
}

/** What was wrong with a field: of the one who is changed, or of the first of those who are added. */
function faultOf(problem, name) {
  return problem?.errors?.find((error) => [name, `subscribers[0].${name}`].includes(error.field))?.reason;
}

function faultless(problem) {
  return problem && problem.errors?.length ? null : problem;
}
