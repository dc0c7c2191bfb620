// What is told of a sound, and where its bytes are.
import { blob } from "../../api.js";
import { decimal } from "../../format.js";
import { speak } from "../../language.js";

const t = speak({
  en: { mono: "mono", stereo: "stereo", many: { one: "{n} channel", other: "{n} channels" }, khz: "{rate} kHz" },
  ru: { mono: "моно", stereo: "стерео", many: { one: "{n} канал", few: "{n} канала", many: "{n} каналов", other: "{n} канала" }, khz: "{rate} кГц" },
});

/** WAV · 44.1 kHz · stereo */
export function formatOf(sound) {
  const channels = sound.channels === 1 ? t("mono") : sound.channels === 2 ? t("stereo") : t("many", { n: sound.channels });
  return [sound.format.toUpperCase(), t("khz", { rate: decimal(sound.sample_rate / 1000) }), channels].join(" · ");
}

export const contentOf = (sound) => `/audio/${sound.id}/content`;

/** What the called person hears. */
export const phoneRendering = (sound) => blob(contentOf(sound), { rendering: "phone" });
