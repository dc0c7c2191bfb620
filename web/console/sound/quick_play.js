// A button that plays a sound where it stands in a list. Only one plays at a time.
import { html, useEffect, useRef, useState } from "../html.js";
import { speak } from "../language.js";
import { Button } from "../ui/button.js";
import { tried } from "../ui/toast.js";

const t = speak({ en: { play: "Play {name}", stop: "Stop {name}" }, ru: { play: "Слушать {name}", stop: "Остановить {name}" } });
let stopOther = () => {};

/** `load()` gives a promise of a Blob. */
export function QuickPlay({ name, load }) {
  const [isPlaying, setPlaying] = useState(false);
  const audio = useRef(null);

  function stop() {
    if (!audio.current) return;
    audio.current.pause();
    URL.revokeObjectURL(audio.current.src);
    audio.current = null;
    setPlaying(false);
  }

  async function play() {
    stopOther();
    stopOther = stop;
    const file = await load();
    audio.current = new Audio(URL.createObjectURL(file));
    audio.current.onended = stop;
    setPlaying(true);
    await audio.current.play();
  }

  useEffect(() => stop, []);
  const label = t(isPlaying ? "stop" : "play", { name });
  return html`<${Button} kind="quiet" icon=${isPlaying ? "stop" : "play"} label=${label} onClick=${isPlaying ? stop : () => tried(play)} />`;
}
