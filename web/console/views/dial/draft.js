// What stands in the form of a new campaign. It outlives a switch of view and a reload, within this tab.
import { useCallback, useEffect, useState } from "../../html.js";
import { keep, recall } from "../../kept.js";
import { user } from "../../session.js";

export const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
export const RETRIED = ["busy", "no_answer", "failed"];

/** An empty form. Times are in the units in which a person enters them, see body.js. */
export function emptyDraft() {
  const retry = { isOn: false, after_min: 5, times: 2 };
  return {
    name: "", who: "callbase", callbase_id: "", numbers: "", audio_id: "", gateway_id: recall("gateway") ?? "",
    starts: "now", start_at: "", has_hours: false, from: "09:00", to: "20:00", days: DAYS, timezone: ownTimezone(),
    max_lines: null, calls_per_second: null, retry: Object.fromEntries(RETRIED.map((outcome) => [outcome, retry])), max_attempts: null,
    repeat: 1, repeat_pause_s: 0, lead_in_s: 0.2, tail_s: 0.2,
    collect_digits: 0, opt_out_digit: "", opt_out_audio_id: "", transfer_digit: "", transfer_to: "",
    machine_detection: "off", params: {}, record_s: 0, recording_days: 30, ring_timeout_s: 45, redial_interrupted: false,
  };
}

export function ownTimezone() {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** Gives [draft, change, reset]: `change` takes the fields that are new. `reset` leaves the form empty, but for the gateway. */
export function useDraft() {
  const [draft, setDraft] = useState(restored);
  const change = useCallback((fields) => setDraft((before) => ({ ...before, ...fields })), []);
  const reset = useCallback(() => setDraft(emptyDraft()), []);
  useEffect(() => store(draft), [draft]);
  return [draft, change, reset];
}

/** After the start: the next campaign begins with an empty form. */
export function forgetDraft(gatewayId) {
  keep("gateway", gatewayId);
  store(emptyDraft());
}

// Of the user: another one who logs in here must not see whom this one was about to call.
function place() {
  return `dozvon.dial.${user.value?.uid}`;
}

function restored() {
  try {
    return { ...emptyDraft(), ...JSON.parse(sessionStorage.getItem(place())) };
  } catch {
    return emptyDraft();
  }
}

function store(draft) {
  try {
    sessionStorage.setItem(place(), JSON.stringify(draft));
  } catch {
    // The browser keeps nothing, or not so much: it still holds until the view is left.
  }
}
