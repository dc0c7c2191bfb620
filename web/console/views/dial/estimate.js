// What the campaign would be, asked for each time when the form has come to rest, and again and again: the hours open and close meanwhile.
import { send } from "../../api.js";
import { useEffect, useMemo, useRef, useState } from "../../html.js";
import { usePolled } from "../../polled.js";
import { missingThing } from "./faults.js";

const REST_MS = 450;
const AGAIN_MS = 30_000;
const NONE = { estimate: null, numbers: null };

/** Gives { estimate, problem, isOfNow, isUnknown, areNumbersSame }.
 *
 * `estimate` is the newest that there is, null before the first. `isOfNow`: it is of this very form. `areNumbersSame`: the numbers and the
 * gateway at least are the same, so that its places of bad numbers hold. `isUnknown`: the service could not tell; one without estimates
 * gives no problem. `isReady`: nothing is missing in the body. */
export function useEstimate(body, isReady) {
  const text = useMemo(() => (isReady ? JSON.stringify(body) : ""), [body, isReady]);
  const asked = useRested(text);
  const { data, problem } = usePolled(() => ask(asked), AGAIN_MS, [asked]);
  const last = useRef(NONE);
  if (data) last.current = { estimate: data, numbers: numbersOf(asked) };
  if (!isReady) last.current = NONE;
  const numbers = useMemo(() => numbersOf(text), [text]);
  return {
    estimate: last.current.estimate, problem: isMissing(problem) ? null : problem, isOfNow: Boolean(data) && asked === text, isUnknown: problem !== null,
    areNumbersSame: last.current.estimate !== null && last.current.numbers === numbers,
  };
}

function numbersOf(text) {
  if (!text) return null;
  const { numbers, gateway_id: gateway } = JSON.parse(text);
  return JSON.stringify([numbers, gateway]);
}

async function ask(text) {
  return text ? send("POST", "/dial/estimate", JSON.parse(text)) : null;
}

function useRested(value) {
  const [rested, setRested] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), REST_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return rested;
}

function isMissing(problem) {
  return problem && [404, 405].includes(problem.status) && !missingThing(problem);
}
