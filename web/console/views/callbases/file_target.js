// A part of the page on which a file may be dropped, though it shows something else.
import { html, useState } from "../../html.js";
import { speak } from "../../language.js";

const t = speak({ en: { here: "Drop the file to upload it as a new list" }, ru: { here: "Отпустите файл, чтобы загрузить его как новую базу" } });

/** `onFile` gets the File. */
export function FileTarget({ onFile, children }) {
  const [isOver, setOver] = useState(false);

  function over(event) {
    if (![...(event.dataTransfer?.types ?? [])].includes("Files")) return;
    event.preventDefault();
    setOver(true);
  }

  function left(event) {
    if (!event.currentTarget.contains(event.relatedTarget)) setOver(false);
  }

  function dropped(event) {
    event.preventDefault();
    setOver(false);
    const file = event.dataTransfer?.files?.[0];
    if (file) onFile(file);
  }

  return html`<div class="file-target ${isOver ? "over" : ""}" data-words=${t("here")} onDragOver=${over} onDragLeave=${left}
    onDrop=${dropped}>${children}</div>`;
}
