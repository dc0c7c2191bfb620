// The list of sounds, with the two ways to add one above it.
import { html, useState } from "../../html.js";
import { bytes, clock } from "../../format.js";
import { speak } from "../../language.js";
import { go, to } from "../../route.js";
import { placeName } from "../../shell/place_names.js";
import { QuickPlay } from "../../sound/quick_play.js";
import { Button, LinkButton } from "../../ui/button.js";
import { DropZone } from "../../ui/drop.js";
import { Pager, useList } from "../../ui/list.js";
import { ProblemNotice } from "../../ui/notice.js";
import { Card, Page } from "../../ui/page.js";
import { Table } from "../../ui/table.js";
import { say } from "../../ui/toast.js";
import { formatOf, phoneRendering } from "./facts.js";
import { RecordDialog } from "./record_dialog.js";
import { UploadDialog } from "./upload_dialog.js";

const t = speak({
  en: {
    add: "Add a sound", drop: "Drop a sound file here, or choose one", kinds: "WAV, MP3, FLAC or OGG, up to 10 minutes and 128 MB",
    record: "Record with the microphone",
    added: "{name} was added. Listen to how it sounds on the phone.", name: "Name", length: "Length", format: "Format", size: "Size", use: "Use in a campaign",
    listen: "Listen",
    caption: "Your sounds", none: "No sound yet. Add the message that people shall hear: choose a file above, or record it.",
  },
  ru: {
    add: "Добавить звук", drop: "Перетащите сюда звуковой файл или выберите его", kinds: "WAV, MP3, FLAC или OGG, до 10 минут и 128 МБ",
    record: "Записать с микрофона",
    added: "Звук «{name}» добавлен. Послушайте, как он звучит в телефоне.", name: "Название", length: "Длина", format: "Формат", size: "Размер",
    use: "Начать кампанию", listen: "Прослушать",
    caption: "Ваши звуки", none: "Звуков пока нет. Добавьте сообщение, которое услышат люди: выберите файл выше или запишите его.",
  },
});
const POLL_MS = 5000;

export function SoundList() {
  const { items, problem, isLoading, refresh, pager } = useList("/audio", { everyMs: POLL_MS });
  const [file, setFile] = useState(null);
  const [isRecording, setRecording] = useState(false);

  function added(sound) {
    say(t("added", { name: sound.name }));
    go("sounds", sound.id);
  }

  return html`<${Page} title=${placeName("sounds")}>
    <${Card} title=${t("add")} actions=${html`<${Button} icon="record" onClick=${() => setRecording(true)}>${t("record")}<//>`}>
      <${DropZone} accept="audio/*,.wav,.mp3,.flac,.ogg" label=${t("drop")} hint=${t("kinds")} onFile=${setFile} />
    <//>
    <${ProblemNotice} problem=${problem} onRetry=${refresh} />
    ${!isLoading && (items.length > 0 || !problem) && html`<${Table} columns=${COLUMNS()} rows=${items} rowKey=${(sound) => sound.id}
      caption=${t("caption")} empty=${t("none")} />`}
    <${Pager} pager=${pager} />
    ${file && html`<${UploadDialog} file=${file} onDone=${added} onClose=${() => setFile(null)} />`}
    ${isRecording && html`<${RecordDialog} onDone=${added} onClose=${() => setRecording(false)} />`}
  <//>`;
}

const COLUMNS = () => [
  {
    key: "name", title: t("name"), isMain: true,
    cell: (sound) => html`<span class="row tight"><${QuickPlay} name=${sound.name} load=${() => phoneRendering(sound)} />
      <a href=${to("sounds", sound.id)}>${sound.name}</a></span>`,
  },
  { key: "length", title: t("length"), isNumber: true, cell: (sound) => clock(sound.duration_ms) },
  { key: "format", title: t("format"), cell: formatOf },
  { key: "size", title: t("size"), isNumber: true, cell: (sound) => html`<span class="nowrap">${bytes(sound.size)}</span>` },
  { key: "use", title: "", cell: (sound) => html`<${LinkButton} icon="calls" href=${to("dial", { sound: sound.id })}>${t("use")}<//>` },
];
