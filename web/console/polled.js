// What is asked for again and again, so that the page keeps itself up to date. A hidden tab asks for nothing.
import { useCallback, useEffect, useRef, useState } from "./html.js";

const SLOWER_ON_FAILURE = 3;

/** The newest answer of `ask(signal)`, asked for again every `everyMs` (0: once), and anew when one of `inputs` changes.
 *
 * Gives { data, problem, refresh, isLoading }. `data` stays while a later answer is awaited or fails; it goes when an input changes.
 * `refresh()` asks at once. */
export function usePolled(ask, everyMs, inputs = []) {
  const [state, setState] = useState({ data: undefined, problem: null, of: null });
  const refreshed = useRef(() => {});
  const identity = JSON.stringify(inputs);

  useEffect(() => {
    const stop = new AbortController();
    let timer = null;
    let isAsking = false;
    let isOld = false;

    async function turn() {
      clearTimeout(timer);
      isOld = isAsking; // what is under way was asked before that which one wants to see
      if (isAsking) return;
      isAsking = true;
      let failed = false;
      try {
        const data = await ask(stop.signal);
        if (!stop.signal.aborted) setState({ data, problem: null, of: identity });
      } catch (problem) {
        failed = true;
        if (!stop.signal.aborted) setState((before) => ({ data: before.of === identity ? before.data : undefined, problem, of: identity }));
      }
      isAsking = false;
      if (isOld && !stop.signal.aborted) turn();
      else if (everyMs && !stop.signal.aborted && !document.hidden) timer = setTimeout(turn, failed ? everyMs * SLOWER_ON_FAILURE : everyMs);
    }

    function shown() {
      if (!document.hidden && everyMs) turn();
    }

    refreshed.current = turn;
    document.addEventListener("visibilitychange", shown);
    turn();
    return () => {
      stop.abort();
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", shown);
    };
  }, [everyMs, identity]);

  const refresh = useCallback(() => refreshed.current(), []);
  const isOfNow = state.of === identity;
  return { data: isOfNow ? state.data : undefined, problem: isOfNow ? state.problem : null, isLoading: !isOfNow, refresh };
}
