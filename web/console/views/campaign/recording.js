// What the called person said after the message: to be listened to, and saved.
import { blob, save } from "../../api.js";
import { clock } from "../../format.js";
import { html, useEffect, useState } from "../../html.js";
import { speak } from "../../language.js";
import { Button } from "../../ui/button.js";
import { tried } from "../../ui/toast.js";

const t = speak({
  en: { listen: "Listen ({length})", save: "Save the recording", player: "The recording" },
  ru: { listen: "Слушать ({length})", save: "Сохранить запись", player: "Запись" },
});

export function Recording({ call }) {
  const [url, setUrl] = useState(null);
  const path = `/calls/${call.id}/recording`;
  useEffect(() => () => url && URL.revokeObjectURL(url), [url]);

  async function load() {
    await tried(async () => setUrl(URL.createObjectURL(await blob(path))));
  }

  return html`<div class="row">
    ${url
      ? html`<audio controls autoplay src=${url} aria-label=${t("player")}></audio>`
      : html`<${Button} icon="play" onClick=${load}>${t("listen", { length: clock(call.recording_ms) })}<//>`}
    <${Button} icon="download" label=${t("save")} onClick=${() => tried(() => save(path, `${call.number}-${call.id.slice(0, 8)}.wav`))} />
  </div>`;
}
