// A value that parts of the page may watch: the language, the theme, who is logged in, the route.
import { useEffect, useState } from "./html.js";

export class Signal {
  #value;
  #watchers = new Set();

  constructor(value) {
    this.#value = value;
  }

  get value() {
    return this.#value;
  }

  set value(next) {
    if (Object.is(next, this.#value)) return;
    this.#value = next;
    for (const watcher of [...this.#watchers]) watcher(next);
  }

  /** Calls `watcher` with each new value; gives the function that ends it. */
  watch(watcher) {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }
}

/** The value of a signal; the component is drawn anew when it changes. */
export function useSignal(signal) {
  const [, draw] = useState(0);
  const drawn = signal.value;
  useEffect(() => {
    const again = () => draw((count) => count + 1);
    if (!Object.is(signal.value, drawn)) again(); // it changed between the drawing and now, when nobody watched yet
    return signal.watch(again);
  }, [signal]);
  return drawn;
}
