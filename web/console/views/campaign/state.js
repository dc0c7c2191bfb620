// A campaign's state, and what follows from it.
import { html } from "../../html.js";
import { speak } from "../../language.js";
import { OUTCOMES, State } from "../../ui/outcome.js";

export const STATES = ["preparing", "scheduled", "running", "paused", "completed", "canceled"];

/** In Russian a campaign is feminine, a call is not. */
export const stateWord = speak({
  en: { preparing: "Preparing", scheduled: "Scheduled", running: "Running", paused: "Paused", completed: "Completed", canceled: "Canceled" },
  ru: { preparing: "Готовится", scheduled: "Запланирована", running: "Идёт", paused: "На паузе", completed: "Завершена", canceled: "Отменена" },
});

export function CampaignState({ state }) {
  return html`<${State} state=${state} word=${stateWord(state)} />`;
}

/** Whether something may still change: a canceled campaign goes on until its last call has ended. */
export function isLive(campaign) {
  return campaign.ended_at === null;
}

/** How many people are through with. */
export function doneOf(counts) {
  return counts.total - counts.pending - counts.active;
}

/** Why a running campaign calls nobody at the moment: gateway, window or retry; null when it does, or is about to. */
export function heldUpBy({ status, counts, waiting }) {
  if (status !== "running" || counts.active > 0) return null;
  return ["gateway", "window", "retry"].find((why) => waiting?.[why] > 0) ?? null;
}

/** The counts in the order in which bars show them: the outcomes, who is being called, who waits. */
export function partsOf(counts) {
  return [...OUTCOMES, "active", "pending"].map((word) => ({ word, n: counts[word] }));
}
