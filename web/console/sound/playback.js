// An <audio> element as a component sees it: where it is, whether it plays, and what it can be told.
import { useEffect, useRef, useState } from "../html.js";

/** Plays `url`. When that changes, the new sound goes on where the old one was.
 * Gives { audio (a ref), position (s), isPlaying, cannot, toggle(), seek(s), events (for the element) }. */
export function usePlayback(url) {
  const audio = useRef(null);
  const kept = useRef({ position: 0, wasPlaying: false });
  const [position, setPosition] = useState(0);
  const [isPlaying, setPlaying] = useState(false);
  const [cannot, setCannot] = useState(false);

  useEffect(() => {
    if (!url) return undefined;
    const element = audio.current;
    setCannot(false);
    element.src = url;
    return () => {
      kept.current = { position: element.currentTime, wasPlaying: !element.paused };
      element.pause();
    };
  }, [url]);

  useEffect(() => {
    if (!isPlaying) return undefined;
    const element = audio.current;
    let frame = requestAnimationFrame(function look() {
      setPosition(element.currentTime);
      frame = requestAnimationFrame(look);
    });
    return () => cancelAnimationFrame(frame);
  }, [isPlaying]);

  function goOn() {
    audio.current.currentTime = kept.current.position;
    if (kept.current.wasPlaying) play();
  }

  function play() {
    audio.current.play().catch(() => {}); // what it can't play, onError tells
  }

  function seek(seconds) {
    audio.current.currentTime = seconds;
    kept.current.position = seconds;
    setPosition(seconds);
  }

  const events = {
    onLoadedMetadata: goOn,
    onPlay: () => setPlaying(true),
    onPause: () => setPlaying(false),
    onEnded: () => seek(0),
    onError: () => setCannot(true),
  };
  return { audio, position, isPlaying, cannot, events, seek, toggle: () => (audio.current.paused ? play() : audio.current.pause()) };
}
