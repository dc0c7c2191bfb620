// A place to drop a file on, or to choose one by a click or the keyboard.
import { html, useId, useState } from "../html.js";
import { Icon } from "./icon.js";

/** `accept`: as of <input type=file>, a hint only. `onFile` gets the File. */
export function DropZone({ accept, onFile, label, hint, icon = "upload" }) {
  const [isOver, setOver] = useState(false);
  const id = useId();

  function dropped(event) {
    event.preventDefault();
    setOver(false);
    const file = event.dataTransfer?.files?.[0];
    if (file) onFile(file);
  }

  function chosen(event) {
    const file = event.currentTarget.files?.[0];
    event.currentTarget.value = ""; // so that the same file can be chosen again
    if (file) onFile(file);
  }

  return html`<div class="drop ${isOver ? "over" : ""}" onDragOver=${(event) => (event.preventDefault(), setOver(true))} onDragLeave=${() => setOver(false)} onDrop=${dropped}>
    <input id=${id} class="unseen" type="file" accept=${accept} onChange=${chosen} />
    <label for=${id}><${Icon} name=${icon} size=${26} /><span>${label}</span>${hint && html`<small>${hint}</small>`}</label>
  </div>`;
}
