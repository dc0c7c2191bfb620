// Recording a message with the microphone: speak, stop, listen, again or save.
import { html, useEffect, useRef, useState } from "../../html.js";
import { clock, time } from "../../format.js";
import { speak } from "../../language.js";
import { Player } from "../../sound/player.js";
import { LONGEST_S, mayRecord, Recorder } from "../../sound/recorder.js";
import { Button } from "../../ui/button.js";
import { Dialog } from "../../ui/dialog.js";
import { Notice } from "../../ui/notice.js";
import { SaveForm } from "./save_form.js";

const t = speak({
  en: {
    title: "Record a message", start: "Start recording", stop: "Stop", again: "Record again", level: "Level", take: "Your recording", name: "Recording {when}",
    tip: "Say in the first five seconds who calls and why, and keep it under half a minute. Speak close to the microphone, in a quiet room.",
    hot: "Too loud: speak softer, or further away.", silent: "Nothing is heard. Is the right microphone chosen, and is it switched on?",
    waiting: "Allow the microphone when the browser asks.",
    insecure:
      "The browser lets a page use the microphone only over HTTPS, or on this very computer (http://localhost). Open the console so, or record in another " +
      "program and upload the file.",
    NotAllowedError: "The browser does not let this page use the microphone. Allow it with the sign beside the address, then try again.",
    NotFoundError: "No microphone was found. Connect one, then try again.",
    NotReadableError: "The microphone can't be opened; another program may be using it. Close that, then try again.",
    other: "The microphone can't be used: {why}",
  },
  ru: {
    title: "Запись сообщения", start: "Начать запись", stop: "Стоп", again: "Записать заново", level: "Уровень", take: "Ваша запись", name: "Запись {when}",
    tip: "В первые пять секунд скажите, кто звонит и зачем, и уложитесь в полминуты. Говорите близко к микрофону, в тихой комнате.",
    hot: "Слишком громко: говорите тише или отодвиньтесь.", silent: "Ничего не слышно. Тот ли выбран микрофон, включён ли он?",
    waiting: "Разрешите микрофон, когда браузер спросит.",
    insecure:
      "Браузер даёт странице микрофон только по HTTPS или на этом же компьютере (http://localhost). Откройте консоль так или запишите сообщение в другой " +
      "программе и загрузите файл.",
    NotAllowedError: "Браузер не пускает эту страницу к микрофону. Разрешите его значком возле адреса и попробуйте снова.",
    NotFoundError: "Микрофон не найден. Подключите его и попробуйте снова.",
    NotReadableError: "Микрофон не открывается; возможно, он занят другой программой. Закройте её и попробуйте снова.",
    other: "Микрофон недоступен: {why}",
  },
});
const HOT = 0.98;
const QUIET = 0.01;
const QUIET_S = 2;
const KNOWN = ["NotAllowedError", "NotFoundError", "NotReadableError"];

export function RecordDialog({ onDone, onClose }) {
  const { state, heard, take, error, start, stop } = useRecording();
  if (!mayRecord()) return html`<${Dialog} title=${t("title")} onClose=${onClose}><${Notice} kind="warning">${t("insecure")}<//><//>`;
  return html`<${Dialog} title=${t("title")} onClose=${onClose}>
    ${state !== "done" && html`<p class="soft">${t("tip")}</p>`}
    ${error && html`<${Notice} kind="error">${KNOWN.includes(error.name) ? t(error.name) : t("other", { why: error.message })}<//>`}
    ${(state === "idle" || state === "opening") && html`<div class="recorder">
      <${Button} kind="primary" icon="record" class="start" busy=${state === "opening"} onClick=${start}>${t("start")}<//>
      ${state === "opening" && html`<p role="status">${t("waiting")}</p>`}
    </div>`}
    ${state === "recording" && html`<${Recording} heard=${heard} onStop=${stop} />`}
    ${state === "done" && html`<${Taken} take=${take} onAgain=${start} onDone=${onDone} onClose=${onClose} />`}
  <//>`;
}

function Recording({ heard, onStop }) {
  const stopButton = useRef(null);
  useEffect(() => stopButton.current.querySelector("button").focus(), []);
  const share = Math.round(Math.sqrt(heard.peak) * 100); // as the ear has it, rather than as the samples do
  return html`<div class="recorder">
    <p class="time" role="timer">${clock(heard.seconds * 1000)} <small>/ ${clock(LONGEST_S * 1000)}</small></p>
    <div class="level ${heard.isHot ? "hot" : ""}" role="meter" aria-label=${t("level")}
      aria-valuemin="0" aria-valuemax="100" aria-valuenow=${share}><div style=${{ width: `${share}%` }}></div></div>
    <p class="small" role="status">${heard.isHot ? t("hot") : heard.isSilent ? t("silent") : "\u00a0"}</p>
    <div ref=${stopButton}><${Button} kind="primary" icon="stop" class="start" onClick=${onStop}>${t("stop")}<//></div>
  </div>`;
}

function Taken({ take, onAgain, onDone, onClose }) {
  const takes = [{ name: "take", label: t("take"), load: async () => take }];
  return html`<${Player} takes=${takes} drawn="take" />
    <div><${Button} icon="repeat" onClick=${onAgain}>${t("again")}<//></div>
    <${SaveForm} file=${take} filename="recording.wav" name=${t("name", { when: time(new Date().toISOString()) })} onDone=${onDone} onCancel=${onClose} />`;
}

// `state`: idle, opening, recording, done.
function useRecording() {
  const [state, setState] = useState("idle");
  const [heard, setHeard] = useState(SILENCE);
  const [take, setTake] = useState(null);
  const [error, setError] = useState(null);
  const recorder = useRef(null);
  const isGone = useRef(false);
  const close = () => recorder.current?.close();
  useEffect(() => () => ((isGone.current = true), close()), []);

  function stop() {
    setTake(recorder.current.stop());
    recorder.current = null;
    setState("done");
  }

  async function start() {
    setError(null);
    setHeard(SILENCE);
    setState("opening");
    try {
      recorder.current = await Recorder.start((moment) => {
        setHeard((before) => judged(before, moment));
        if (moment.seconds >= LONGEST_S && recorder.current) stop();
      });
      if (isGone.current) close(); // the window was closed while the browser asked
      setState("recording");
    } catch (caught) {
      setError(caught);
      setState("idle");
    }
  }

  return { state, heard, take, error, start, stop };
}

const SILENCE = { seconds: 0, peak: 0, isHot: false, isSilent: false, hotAt: -1, soundAt: 0 };

// What the meter shows: the peak falls slowly, and a warning stays for a moment.
function judged(before, { seconds, peak }) {
  const hotAt = peak >= HOT ? seconds : before.hotAt;
  const soundAt = peak >= QUIET ? seconds : before.soundAt;
  return { seconds, peak: Math.max(peak, before.peak * 0.85), hotAt, soundAt, isHot: hotAt >= 0 && seconds - hotAt < 1, isSilent: seconds - soundAt > QUIET_S };
}
