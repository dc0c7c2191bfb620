// The form → the body of POST /dial, and back from a campaign that was started before.
import { DAYS, emptyDraft, RETRIED } from "./draft.js";

/** The body. What is empty is left out, so that the API's own default holds. */
export function bodyOf(draft) {
  const whom = draft.who === "callbase" ? { callbase_id: draft.callbase_id } : { numbers: numbersIn(draft.numbers).map((one) => one.text) };
  return filled({
    gateway_id: draft.gateway_id, audio_id: draft.audio_id, ...whom, name: draft.name.trim(),
    max_lines: draft.max_lines, calls_per_second: draft.calls_per_second, ...timesOf(draft), ...retriesOf(draft),
    repeat: draft.repeat, repeat_pause_ms: draft.repeat > 1 ? ms(draft.repeat_pause_s) : null, lead_in_ms: ms(draft.lead_in_s), tail_ms: ms(draft.tail_s),
    ...keysOf(draft), machine_detection: draft.machine_detection, machine_detection_params: paramsOf(draft),
    record_s: draft.record_s, recording_days: draft.recording_days, ring_timeout_s: draft.ring_timeout_s, redial_interrupted: draft.redial_interrupted,
  });
}

/** What still has to be chosen or entered before it can be started, in the order of the form. */
export function missingIn(draft, body) {
  const hasHours = draft.has_hours && draft.from && draft.to;
  return [
    !body.callbase_id && !body.numbers?.length && "whom",
    !body.audio_id && "sound",
    !body.gateway_id && "gateway",
    draft.starts === "later" && !draft.start_at && "start_at",
    draft.has_hours && !hasHours && "hours",
    draft.has_hours && draft.days.length === 0 && "days",
    draft.has_hours && !isTimezone(draft.timezone) && "timezone",
    draft.transfer_digit && !draft.transfer_to.trim() && "transfer_to",
  ].filter(Boolean);
}

function isTimezone(timeZone) {
  try {
    return Boolean(timeZone && new Intl.DateTimeFormat("en", { timeZone }));
  } catch {
    return false; // half typed
  }
}

/** The same for one number, at once: what a trial call needs. */
export function trialOf(body, number, name) {
  const { callbase_id, numbers, window, start_at, retry, max_attempts, ...settings } = body;
  return { ...settings, numbers: [number], name };
}

/** Numbers as they are typed or pasted: [{ text, line }], lines from 1. A comma, a semicolon or a tab between two numbers is no part of them. */
export function numbersIn(text) {
  return text.split(/\r\n|\r|\n/).flatMap((line, index) =>
    line
      .split(/[,;\t]/)
      .map((part) => ({ text: part.trim(), line: index + 1 }))
      .filter((one) => one.text),
  );
}

/** The settings of a campaign as they stand in the form; whom it called is left out. */
export function draftOf(campaign) {
  const rule = (outcome) => campaign.retry?.[outcome];
  return {
    ...emptyDraft(),
    audio_id: campaign.audio_id, gateway_id: campaign.gateway_id, max_lines: campaign.max_lines, calls_per_second: campaign.calls_per_second,
    ...(campaign.window ? { has_hours: true, days: DAYS, ...campaign.window } : {}),
    retry: Object.fromEntries(RETRIED.map((outcome) => [outcome, ruleOf(rule(outcome))])),
    max_attempts: rule("busy") || rule("no_answer") || rule("failed") ? campaign.max_attempts : null,
    repeat: campaign.repeat, repeat_pause_s: campaign.repeat_pause_ms / 1000, lead_in_s: campaign.lead_in_ms / 1000, tail_s: campaign.tail_ms / 1000,
    collect_digits: campaign.collect_digits, opt_out_digit: campaign.opt_out_digit ?? "", opt_out_audio_id: campaign.opt_out_audio_id ?? "",
    transfer_digit: campaign.transfer_digit ?? "", transfer_to: campaign.transfer_to ?? "",
    machine_detection: campaign.machine_detection, params: campaign.machine_detection_params ?? {},
    record_s: campaign.record_s, recording_days: campaign.recording_days, ring_timeout_s: campaign.ring_timeout_s,
    redial_interrupted: campaign.redial_interrupted,
  };
}

function ruleOf(rule) {
  return rule ? { isOn: true, after_min: rule.after_s / 60, times: rule.max_attempts } : emptyDraft().retry.busy;
}

function timesOf(draft) {
  const isLater = draft.starts === "later" && draft.start_at;
  const days = draft.days.length < DAYS.length ? { days: draft.days } : {};
  return {
    start_at: isLater ? new Date(draft.start_at).toISOString() : null,
    window: draft.has_hours ? { from: draft.from, to: draft.to, timezone: draft.timezone, ...days } : null,
  };
}

function retriesOf({ retry, max_attempts }) {
  const on = RETRIED.filter((outcome) => retry[outcome].isOn);
  if (on.length === 0) return {};
  const rule = ({ after_min, times }) => ({ after_s: Math.round((after_min ?? 0) * 60), max_attempts: times ?? 1 });
  return { retry: Object.fromEntries(on.map((outcome) => [outcome, rule(retry[outcome])])), max_attempts };
}

function keysOf(draft) {
  const optOut = draft.opt_out_digit ? { opt_out_digit: draft.opt_out_digit, opt_out_audio_id: draft.opt_out_audio_id } : {};
  const transfer = draft.transfer_digit ? { transfer_digit: draft.transfer_digit, transfer_to: draft.transfer_to.trim() } : {};
  return { collect_digits: draft.collect_digits, ...optOut, ...transfer };
}

function paramsOf(draft) {
  const given = filled(draft.params);
  return draft.machine_detection !== "off" && Object.keys(given).length ? given : null;
}

function ms(seconds) {
  return seconds === null ? null : Math.round(seconds * 1000);
}

function filled(fields) {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && value !== undefined && value !== ""));
}
