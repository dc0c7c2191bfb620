// A chosen file becomes a sound.
import { html } from "../../html.js";
import { bytes } from "../../format.js";
import { speak } from "../../language.js";
import { Dialog } from "../../ui/dialog.js";
import { Notice } from "../../ui/notice.js";
import { SaveForm } from "./save_form.js";

const t = speak({
  en: {
    title: "Upload a sound", file: "{name}, {size}",
    too_large: "This file has {size}. A sound may have up to 128 MB: save it as MP3 or FLAC, or as a WAV with one channel.",
  },
  ru: {
    title: "Загрузка звука", file: "{name}, {size}",
    too_large: "Размер файла — {size}, а звук может занимать до 128 МБ: сохраните его как MP3, FLAC или одноканальный WAV.",
  },
});
const LARGEST = 128 * 1024 * 1024;

export function UploadDialog({ file, onDone, onClose }) {
  const isTooLarge = file.size > LARGEST;
  return html`<${Dialog} title=${t("title")} onClose=${onClose}>
    <p class="soft">${t("file", { name: file.name, size: bytes(file.size) })}</p>
    ${isTooLarge ? html`<${Notice} kind="error">${t("too_large", { size: bytes(file.size) })}<//>`
      : html`<${SaveForm} file=${file} filename=${file.name} name=${nameOf(file)} onDone=${onDone} onCancel=${onClose} />`}
  <//>`;
}

const nameOf = (file) => file.name.replace(/\.[^.]+$/, "").replaceAll("_", " ").slice(0, 200);
