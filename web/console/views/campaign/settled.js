// What somebody types, once they pause: so that not each key asks the service.
import { useEffect, useState } from "../../html.js";

const PAUSE_MS = 300;

/** The value as it was when it last stayed the same for a moment. */
export function useSettled(value) {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}
