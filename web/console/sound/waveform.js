// A sound as a picture: what has been played in the brand's colour, the rest in grey. It is the slider of the player, too.
import { clock } from "../format.js";
import { html, useEffect, useMemo, useRef, useState } from "../html.js";
import { speak } from "../language.js";
import { useSignal } from "../signal.js";
import { isDark } from "../theme.js";
import { loudest, peaksOf } from "./peaks.js";

const t = speak({
  en: { where: "{position} of {length}", place: "Where it plays" },
  ru: { where: "{position} из {length}", place: "Место воспроизведения" },
});
const STEP_S = 1;
const LEAP_S = 10;

/** `samples`: Int16Array, or null while they are not there. `position`, `length` in seconds. `onSeek` gets seconds. */
export function Waveform({ samples, position, length, onSeek, onToggle }) {
  const canvas = useRef(null);
  const width = useWidth(canvas);
  const dark = useSignal(isDark);
  const peaks = useMemo(() => (samples?.length && width ? peaksOf(samples, width) : null), [samples, width]);
  useEffect(() => draw(canvas.current, peaks, length ? position / length : 0), [peaks, position, length, dark]);
  const seek = (seconds) => onSeek(Math.min(length, Math.max(0, seconds)));

  function pointed(event) {
    if (event.buttons !== 1) return;
    const box = event.currentTarget.getBoundingClientRect();
    seek(((event.clientX - box.left) / box.width) * length);
  }

  function pressed(event) {
    const steps = {
      ArrowRight: position + STEP_S, ArrowUp: position + STEP_S, ArrowLeft: position - STEP_S, ArrowDown: position - STEP_S,
      PageUp: position + LEAP_S, PageDown: position - LEAP_S, Home: 0, End: length,
    };
    if (event.key in steps) seek(steps[event.key]);
    else if (event.key === " ") onToggle();
    else return;
    event.preventDefault();
  }

  return html`<div class="waveform" role="slider" tabindex="0" aria-label=${t("place")}
    aria-valuemin="0" aria-valuemax=${round(length)} aria-valuenow=${round(position)}
    aria-valuetext=${t("where", { position: clock(position * 1000), length: clock(length * 1000) })}
    onPointerDown=${pointed} onPointerMove=${pointed} onKeyDown=${pressed}><canvas ref=${canvas} aria-hidden="true"></canvas></div>`;
}

function useWidth(canvas) {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => setWidth(Math.round(entry.contentRect.width * devicePixelRatio)));
    observer.observe(canvas.current);
    return () => observer.disconnect();
  }, []);
  return width;
}

// `share`: how much of it has been played, 0 to 1.
function draw(canvas, peaks, share) {
  if (!peaks) return;
  const columns = peaks.length / 2;
  canvas.width = columns;
  canvas.height = Math.round(canvas.clientHeight * devicePixelRatio);
  const style = getComputedStyle(canvas);
  const [played, ahead] = [style.getPropertyValue("--brand"), style.getPropertyValue("--field-line")];
  const context = canvas.getContext("2d");
  const middle = canvas.height / 2;
  const scale = (middle - 1) / loudest(peaks);
  const here = Math.round(share * columns);
  for (let column = 0; column < columns; column += 1) {
    context.fillStyle = column < here ? played : ahead;
    const top = middle - peaks[column * 2 + 1] * scale;
    context.fillRect(column, top, 1, Math.max(1, (peaks[column * 2 + 1] - peaks[column * 2]) * scale));
  }
  context.fillStyle = played;
  context.fillRect(Math.min(here, columns - 2), 0, Math.max(1, 2 * devicePixelRatio), canvas.height);
}

const round = (seconds) => Math.round(seconds * 10) / 10;
