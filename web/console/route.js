// Where in the console one is: the part of the address behind #, such as #/campaigns/ID?tab=calls. The server sees none of it.
import { Signal } from "./signal.js";

export const route = new Signal(parsed());

addEventListener("hashchange", () => {
  route.value = parsed();
});

/** The address of a place: `to("campaigns", id, { tab: "calls" })`. Fields that are empty are left out. */
export function to(...parts) {
  const fields = typeof parts.at(-1) === "object" ? parts.pop() : {};
  const query = new URLSearchParams(Object.entries(fields).filter(([, value]) => value !== "" && value != null)).toString();
  return `#/${parts.map(encodeURIComponent).join("/")}${query ? `?${query}` : ""}`;
}

export function go(...parts) {
  location.hash = to(...parts);
}

/** Changes fields of the query of where one is, without a new entry in the browser's history. */
export function adjust(fields) {
  const { parts, query } = route.value;
  history.replaceState(null, "", to(...parts, { ...query, ...fields }));
  route.value = parsed();
}

function parsed() {
  const [path, query = ""] = location.hash.replace(/^#\/?/, "").split("?");
  return { parts: path.split("/").filter(Boolean).map(decoded), query: Object.fromEntries(new URLSearchParams(query)) };
}

function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part; // written by hand
  }
}
