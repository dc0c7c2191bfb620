// The player: a waveform to see and to seek in, and a choice between several takes of the same sound.
import { clock } from "../format.js";
import { html, useEffect, useId, useRef, useState } from "../html.js";
import { speak } from "../language.js";
import { Button } from "../ui/button.js";
import { Notice, ProblemNotice } from "../ui/notice.js";
import { usePlayback } from "./playback.js";
import { readWav } from "./wav.js";
import { Waveform } from "./waveform.js";

const t = speak({
  en: {
    play: "Play", pause: "Pause", cannot: "This browser can't play this kind of file. Download it and open it in a program for sounds.", loading: "Loading …",
    listen_to: "Listen to",
  },
  ru: {
    play: "Слушать", pause: "Пауза", cannot: "Этот браузер не умеет проигрывать такие файлы. Скачайте файл и откройте в программе для звука.",
    loading: "Загружается …", listen_to: "Слушать",
  },
});

/** @param takes [{ name, label, load }]: `load()` gives a promise of a Blob; it is called when the take is first chosen.
 *  @param drawn the name of the take, a 16-bit mono WAV, that the picture is drawn from and that is chosen first.
 *  @param length in milliseconds, shown until the sound is there. */
export function Player({ takes, drawn, length = 0 }) {
  const [chosen, setChosen] = useState(drawn);
  const { urls, wav, problem, retry } = useTakes(takes, chosen, drawn);
  const { audio, position, isPlaying, cannot, events, seek, toggle } = usePlayback(urls[chosen]);
  const seconds = wav ? wav.samples.length / wav.rate : length / 1000;
  return html`<div class="player">
    <div class="deck">
      <${Button} kind="primary" icon=${isPlaying ? "pause" : "play"} label=${isPlaying ? t("pause") : t("play")}
        disabled=${!urls[chosen] || cannot} onClick=${toggle} />
      <${Waveform} samples=${wav?.samples} position=${position} length=${seconds} onSeek=${seek} onToggle=${toggle} />
      <span class="mono small">${clock(position * 1000)} / ${clock(seconds * 1000)}</span>
    </div>
    ${takes.length > 1 && html`<${Takes} takes=${takes} chosen=${chosen} onChoose=${setChosen} />`}
    <audio ref=${audio} preload="auto" ...${events}></audio>
    ${cannot && html`<${Notice} kind="warning">${t("cannot")}<//>`}
    <${ProblemNotice} problem=${problem} onRetry=${retry} />
  </div>`;
}

function Takes({ takes, chosen, onChoose }) {
  const group = useId();
  const one = (take) => html`<label key=${take.name}>
    <input type="radio" name=${group} checked=${take.name === chosen} onChange=${() => onChoose(take.name)} /><span>${take.label}</span>
  </label>`;
  return html`<fieldset class="takes"><legend class="unseen">${t("listen_to")}</legend>${takes.map(one)}</fieldset>`;
}

// Each take is fetched once; its blob: URL is let go with the player.
function useTakes(takes, chosen, drawn) {
  const [urls, setUrls] = useState({});
  const [wav, setWav] = useState(null);
  const [problem, setProblem] = useState(null);
  const made = useRef({});

  async function load() {
    setProblem(null);
    if (made.current[chosen]) return;
    try {
      const blob = await takes.find((take) => take.name === chosen).load();
      made.current[chosen] = URL.createObjectURL(blob);
      setUrls({ ...made.current });
      if (chosen === drawn) setWav(readWav(await blob.arrayBuffer()));
    } catch (caught) {
      setProblem(caught);
    }
  }

  useEffect(() => void load(), [chosen]);
  useEffect(() => () => Object.values(made.current).forEach((url) => URL.revokeObjectURL(url)), []);
  return { urls, wav, problem, retry: load };
}
