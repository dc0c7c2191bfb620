// One sound: the player, what is known of it, what can be done with it.
import { blob, get, save, send } from "../../api.js";
import { html, useMemo, useState } from "../../html.js";
import { bytes, clock } from "../../format.js";
import { speak } from "../../language.js";
import { usePolled } from "../../polled.js";
import { go, to } from "../../route.js";
import { placeName } from "../../shell/place_names.js";
import { Player } from "../../sound/player.js";
import { Button, LinkButton } from "../../ui/button.js";
import { confirmed } from "../../ui/dialog.js";
import { Notice, ProblemNotice } from "../../ui/notice.js";
import { Card, Figures, Page } from "../../ui/page.js";
import { say, tried } from "../../ui/toast.js";
import { contentOf, formatOf, phoneRendering } from "./facts.js";
import { RenameDialog } from "./rename_dialog.js";

const t = speak({
  en: {
    phone: "What the phone hears", original: "The original", length: "Length", format: "Format", size: "Size", use: "Use in a campaign", rename: "Rename",
    remove: "Delete",
    get_phone: "Download what the phone hears", get_original: "Download the original",
    about: "A telephone carries one channel and a narrow band. What the phone hears is exactly what is sent to everybody who answers.",
    sure: "Delete {name}?", sure_text: "The sound is gone then. Campaigns that have played it keep their results.", removed: "{name} was deleted.",
    in_use: "A campaign that has not ended plays this sound, so it can't be deleted now. Wait for the campaign's end, or cancel it.",
    campaigns: "To the campaigns",
  },
  ru: {
    phone: "Что слышно в телефоне", original: "Оригинал", length: "Длина", format: "Формат", size: "Размер", use: "Начать кампанию", rename: "Переименовать",
    remove: "Удалить",
    get_phone: "Скачать телефонный вид", get_original: "Скачать оригинал",
    about: "Телефон передаёт один канал и узкую полосу частот. То, что слышно в телефоне, в точности отправляется каждому, кто ответит.",
    sure: "Удалить «{name}»?", sure_text: "Звука больше не будет. Результаты кампаний, которые его играли, останутся.", removed: "Звук «{name}» удалён.",
    in_use: "Этот звук играет кампания, которая ещё не закончилась, поэтому удалить его сейчас нельзя. Дождитесь её конца или отмените её.",
    campaigns: "К кампаниям",
  },
});

export function Sound({ id }) {
  const { data: sound, problem, refresh } = usePolled((signal) => get(`/audio/${encodeURIComponent(id)}`, {}, signal), 0, [id]);
  const back = { href: to("sounds"), label: placeName("sounds") };
  if (!sound) return html`<${Page} title=${placeName("sounds")} back=${back}><${ProblemNotice} problem=${problem} onRetry=${refresh} /><//>`;
  const use = html`<${LinkButton} kind="primary" icon="calls" href=${to("dial", { sound: sound.id })}>${t("use")}<//>`;
  return html`<${Page} title=${sound.name} back=${back} actions=${use}>
    <${Listen} sound=${sound} />
    <${About} sound=${sound} onChanged=${refresh} />
  <//>`;
}

function Listen({ sound }) {
  const takes = useMemo(
    () => [
      { name: "phone", label: t("phone"), load: () => phoneRendering(sound) },
      { name: "original", label: t("original"), load: () => blob(contentOf(sound)) },
    ],
    [sound.id],
  );
  return html`<${Card}><${Player} takes=${takes} drawn="phone" length=${sound.duration_ms} /><p class="soft small">${t("about")}</p><//>`;
}

function About({ sound, onChanged }) {
  const [isRenaming, setRenaming] = useState(false);
  const [isInUse, setInUse] = useState(false);

  async function remove() {
    if (!(await confirmed({ title: t("sure", { name: sound.name }), text: t("sure_text"), action: t("remove") }))) return;
    try {
      await send("DELETE", `/audio/${sound.id}`);
    } catch (problem) {
      if (problem.status === 409) setInUse(true);
      else say(problem.message, "error");
      return;
    }
    say(t("removed", { name: sound.name }));
    go("sounds");
  }

  const facts = [
    { name: t("length"), value: clock(sound.duration_ms, true) },
    { name: t("format"), value: formatOf(sound) },
    { name: t("size"), value: bytes(sound.size) },
  ];
  const download = (rendering, name) => tried(() => save(contentOf(sound), name, { rendering }));
  return html`<${Card}>
    <${Figures} items=${facts} />
    ${isInUse && html`<${Notice} kind="warning"><p>${t("in_use")}</p><p><a href=${to("campaigns")}>${t("campaigns")}</a></p><//>`}
    <div class="row">
      <${Button} icon="download" onClick=${() => download("phone", `${sound.name}.phone.wav`)}>${t("get_phone")}<//>
      <${Button} icon="download" onClick=${() => download("original", `${sound.name}.${sound.format}`)}>${t("get_original")}<//>
      <${Button} icon="edit" onClick=${() => setRenaming(true)}>${t("rename")}<//>
      <${Button} kind="danger" icon="trash" onClick=${remove}>${t("remove")}<//>
    </div>
    ${isRenaming && html`<${RenameDialog} sound=${sound} onClose=${() => setRenaming(false)} onDone=${() => (setRenaming(false), onChanged())} />`}
  <//>`;
}
