// Where things are within a campaign's page: the fields of its address.
import { adjust } from "../../route.js";

export const RESULTS = "results";
const NO_FILTERS = { outcome: "", q: "", why: "", status: "" };

/** Shows those people below that fit the filters: { outcome } or { why }. */
export function showPeople(filters) {
  adjust({ ...NO_FILTERS, tab: "people", ...filters });
  document.getElementById(RESULTS)?.scrollIntoView({ block: "start", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
}

/** Goes to the people or the calls, without filters. */
export function showTab(tab) {
  adjust({ ...NO_FILTERS, tab });
}

/** Opens the window with a call's details; "" closes it. */
export function showCall(id) {
  adjust({ call: id });
}
