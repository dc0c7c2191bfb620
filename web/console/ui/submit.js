// What a form does when it is sent: it is busy meanwhile, and what goes wrong stays beside it.
import { useState } from "../html.js";

/** `run()` sends the form. Gives { submit (for onSubmit), isBusy, problem }. After it went well the form stays busy: who opened it takes it away,
 * unless `run` gives true. */
export function useSubmit(run) {
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState(null);

  async function submit(event) {
    event?.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      if (await run()) setBusy(false);
    } catch (caught) {
      setProblem(caught);
      setBusy(false);
    }
  }

  return { submit, isBusy, problem };
}
