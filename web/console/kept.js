// What this browser keeps between visits. A browser that keeps nothing (a private window, a policy) is no reason to fail.
const PREFIX = "dozvon.";

/** What was kept under a name, or null. */
export function recall(name) {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + name));
  } catch {
    return null;
  }
}

/** Keeps a value that JSON can hold; null forgets it. */
export function keep(name, value) {
  try {
    if (value === null) localStorage.removeItem(PREFIX + name);
    else localStorage.setItem(PREFIX + name, JSON.stringify(value));
  } catch {
    // Not kept then; it still holds until the page is closed.
  }
}

/** Calls `changed` when another tab keeps or forgets something under this name. */
export function whenKeptElsewhere(name, changed) {
  addEventListener("storage", (event) => {
    if (event.key === PREFIX + name || event.key === null) changed();
  });
}
