// The sounds: the list, and each with its player.
import { html } from "../html.js";
import { SoundList } from "./sounds/sound_list.js";
import { Sound } from "./sounds/sound.js";

export function Sounds({ parts: [id] }) {
  return id ? html`<${Sound} key=${id} id=${id} />` : html`<${SoundList} />`;
}
