// What can be chosen in the form: callbases, sounds and gateways, kept up to date while others make new ones.
import { all } from "../../api.js";
import { usePolled } from "../../polled.js";

const POLL_MS = 10_000;

/** Gives { callbases, sounds, gateways, problem }; each undefined until it is known. */
export function useChoices() {
  const callbases = usePolled(() => all("/callbases"), POLL_MS);
  const sounds = usePolled(() => all("/audio"), POLL_MS);
  const gateways = usePolled(() => all("/gateways"), POLL_MS);
  const problem = callbases.problem ?? sounds.problem ?? gateways.problem;
  return { callbases: callbases.data, sounds: sounds.data, gateways: gateways.data, problem };
}
