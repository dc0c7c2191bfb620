// The sound, which can be listened to as the phone plays it.
import { blob } from "../../api.js";
import { clock } from "../../format.js";
import { html, useEffect } from "../../html.js";
import { speak } from "../../language.js";
import { to } from "../../route.js";
import { QuickPlay } from "../../sound/quick_play.js";
import { LinkButton } from "../../ui/button.js";
import { SelectField } from "../../ui/field.js";

const t = speak({
  en: {
    label: "The sound to play", choose: "Choose a sound", none: "There are no sounds yet.", upload: "Upload or record one", option: "{name} ({length})",
    gone: "It is no longer there; choose another.",
  },
  ru: {
    label: "Какой звук проиграть", choose: "Выберите звук", none: "Звуков пока нет.", upload: "Загрузить или записать", option: "{name} ({length})",
    gone: "Его больше нет, выберите другой.",
  },
});

export function SoundChoice({ draft, change, fault, choices: { sounds } }) {
  useEffect(() => {
    if (!draft.audio_id && sounds?.length === 1) change({ audio_id: sounds[0].id });
  }, [sounds?.length]);

  if (sounds?.length === 0) {
    return html`<fieldset><legend>${t("label")}</legend><div class="row"><span>${t("none")}</span><${LinkButton} icon="upload"
      href=${to("sounds")}>${t("upload")}<//></div></fieldset>`;
  }
  return html`<${SoundField} label=${t("label")} none=${t("choose")} value=${draft.audio_id} sounds=${sounds} error=${fault("audio_id")}
    onValue=${(id) => change({ audio_id: id })} />`;
}

/** One of the sounds, with the button to hear it. `none`: what the empty choice is called. */
export function SoundField({ sounds, value, none, error, ...rest }) {
  const chosen = sounds?.find((sound) => sound.id === value);
  const options = (sounds ?? []).map((sound) => ({ value: sound.id, label: t("option", { name: sound.name, length: clock(sound.duration_ms) }) }));
  const isGone = sounds && value && !chosen;
  const load = () => blob(`/audio/${value}/content`, { rendering: "phone" });
  return html`<div class="choice">
    <${SelectField} ...${rest} value=${chosen ? value : ""} options=${[{ value: "", label: none }, ...options]} error=${isGone ? t("gone") : error} />
    ${chosen && html`<${QuickPlay} key=${value} name=${chosen.name} load=${load} />`}
  </div>`;
}
