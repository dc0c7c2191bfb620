// The name and the loudness of a new sound, and its way to the service.
import { newKey, upload } from "../../api.js";
import { html, useEffect, useRef, useState } from "../../html.js";
import { bytes, percent } from "../../format.js";
import { speak } from "../../language.js";
import { Button } from "../../ui/button.js";
import { CheckField, TextField } from "../../ui/field.js";
import { ProblemNotice } from "../../ui/notice.js";
import { Progress } from "../../ui/progress.js";

const t = speak({
  en: {
    name: "Name", normalize: "Bring it to the usual loudness of a voice on the phone",
    why:
      "Then quiet and loud recordings are heard alike (-24 LUFS, measured on what a phone plays). Without it the sound keeps its level and is only turned " +
      "down where it would crackle.",
    save: "Save the sound", cancel: "Cancel", sending: "Sending", preparing: "Making what the phone will play …", of: "{sent} of {all}",
  },
  ru: {
    name: "Название", normalize: "Привести к обычной громкости голоса в телефоне",
    why:
      "Тогда тихие и громкие записи слышны одинаково (-24 LUFS, измеряется то, что играет телефон). Без этого звук сохраняет свой уровень, его только " +
      "убавляют там, где он хрипел бы.",
    save: "Сохранить звук", cancel: "Отмена", sending: "Отправляется", preparing: "Готовим то, что сыграет телефон …", of: "{sent} из {all}",
  },
});

/** `file`: a Blob. `filename` is sent with it; `name` is what the field begins with. `onDone` gets the sound; `onBusy` whether it is on its way. */
export function SaveForm({ file, filename, name: proposed, onDone, onCancel }) {
  const [name, setName] = useState(proposed);
  const [isNormalized, setNormalized] = useState(true);
  const { send, stop, sent, problem } = useSending(onDone);

  function save(event) {
    event.preventDefault();
    const form = new FormData();
    form.append("name", name.trim());
    form.append("normalize", String(isNormalized));
    form.append("file", file, filename);
    send(form);
  }

  return html`<form class="form" onSubmit=${save}>
    <${TextField} label=${t("name")} value=${name} onValue=${setName} maxlength="200" required error=${problem?.of("name")} />
    <${CheckField} label=${t("normalize")} hint=${t("why")} checked=${isNormalized} onValue=${setNormalized} />
    ${sent && html`<${Sending} sent=${sent} size=${file.size} />`}
    <${ProblemNotice} problem=${problem} fields=${["name"]} />
    <div class="row end">
      <${Button} onClick=${() => (stop(), onCancel())}>${t("cancel")}<//>
      <${Button} kind="primary" type="submit" busy=${sent !== null} disabled=${!name.trim()}>${t("save")}<//>
    </div>
  </form>`;
}

function Sending({ sent, size }) {
  if (sent.bytes >= sent.all) return html`<${Progress} value=${null} label=${t("preparing")} detail=${bytes(size)} />`;
  const detail = `${t("of", { sent: bytes(sent.bytes), all: bytes(sent.all) })} · ${percent(sent.bytes / sent.all)}`;
  return html`<${Progress} value=${sent.bytes} max=${sent.all} label=${t("sending")} detail=${detail} />`;
}

// `sent` is null when nothing is under way.
function useSending(onDone) {
  const [sent, setSent] = useState(null);
  const [problem, setProblem] = useState(null);
  const key = useRef(newKey());
  const abort = useRef(null);
  const stop = () => abort.current?.abort();
  useEffect(() => stop, []);

  async function send(form) {
    abort.current = new AbortController();
    setProblem(null);
    setSent({ bytes: 0, all: 1 });
    try {
      onDone(await upload("/audio", form, { key: key.current, stop: abort.current.signal, progress: (bytes_, all) => setSent({ bytes: bytes_, all }) }));
    } catch (caught) {
      if (caught.name === "AbortError") return;
      if (caught.status !== 0) key.current = newKey(); // it was answered: the next try is another one
      setProblem(caught);
      setSent(null);
    }
  }

  return { send, stop, sent, problem };
}
