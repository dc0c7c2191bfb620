// Uploading a list: the bytes are sent, then the service reads them. Both can be watched, and stopped.
import { get, newKey, upload } from "../../api.js";
import { useEffect, useRef, useState } from "../../html.js";

const FIRST_LOOK_MS = 800; // a small list is through by then
const LOOK_MS = 600;

/** Gives { progress, problem, wasStopped, send, stop, clear }.
 *
 * `send({ file, name, region, isCheck })` gives the callbase (of a check: with its report only), or null when it was stopped or failed.
 * `progress` is null, or { sent, total, read }: bytes, and what GET /imports/{key} tells once all of them are sent. */
export function useImport() {
  const [state, setState] = useState({ progress: null, problem: null, wasStopped: false });
  const stopping = useRef(null);
  const last = useRef({ key: null });

  useEffect(() => () => stopping.current?.abort(), []);

  async function send(wanted) {
    const stop = new AbortController();
    stopping.current = stop;
    const key = keyOf(last, wanted);
    const show = (progress) => !stop.signal.aborted && setState({ progress, problem: null, wasStopped: false });
    show({ sent: 0, total: wanted.file.size, read: null });
    try {
      const watched = watcher(key, stop.signal, show);
      const made = await upload("/callbases", form(wanted), { key, stop: stop.signal, progress: watched });
      last.current.key = null;
      setState({ progress: null, problem: null, wasStopped: false });
      return made;
    } catch (problem) {
      const wasStopped = problem.name === "AbortError";
      if (wasStopped || problem.status) last.current.key = null; // with no answer at all, the same key is sent again
      setState({ progress: null, problem: wasStopped ? null : problem, wasStopped });
      return null;
    } finally {
      stop.abort(); // ends the looking
    }
  }

  const clear = () => setState({ progress: null, problem: null, wasStopped: false });
  return { ...state, send, clear, stop: () => stopping.current?.abort() };
}

function keyOf(last, { file, name, region, isCheck }) {
  const fields = JSON.stringify([name, region, isCheck]);
  const { key } = last.current;
  if (!key || last.current.file !== file || last.current.fields !== fields) last.current = { file, fields, key: newKey() };
  return last.current.key;
}

function form({ file, name, region, isCheck }) {
  const filled = new FormData();
  if (name.trim()) filled.append("name", name.trim());
  filled.append("region", region);
  filled.append("dry_run", String(isCheck));
  filled.append("file", file);
  return filled;
}

/** What `upload` calls with the bytes sent; when all are, it asks how far the service has read. */
function watcher(key, signal, show) {
  let isLooking = false;
  return (sent, total) => {
    show({ sent, total, read: null });
    if (sent < total || isLooking) return;
    isLooking = true;
    look(key, signal, (read) => show({ sent, total, read }));
  };
}

async function look(key, signal, tell) {
  await pause(FIRST_LOOK_MS);
  while (!signal.aborted) {
    await get(`/imports/${key}`, {}, signal).then(tell, () => {}); // the answer to the upload is what counts
    await pause(LOOK_MS);
  }
}

function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
