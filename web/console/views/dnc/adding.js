// Sends numbers to the list, some at a time. A number that can't be read keeps no other from being added.
import { newKey, send } from "../../api.js";

const AT_ONCE = 2000;
const INDEX = /^numbers\[(\d+)\]$/;

/** Gives { added (how many different ones are on the list now), refused: [{ number, reason }] }. `progress` is called with how many are done.
 * Throws Problem for anything but a bad number; those sent before stay. */
export async function addNumbers(numbers, fields, progress) {
  const added = new Set();
  const refused = [];
  for (let start = 0; start < numbers.length; start += AT_ONCE) {
    let some = numbers.slice(start, start + AT_ONCE);
    while (some.length) {
      const answer = await asked(some, fields);
      for (const entry of answer.items) added.add(entry.number);
      refused.push(...answer.refused);
      const bad = new Set(answer.refused.map((one) => one.index));
      some = bad.size ? some.filter((_, index) => !bad.has(index)) : [];
    }
    progress(Math.min(numbers.length, start + AT_ONCE));
  }
  return { added: added.size, refused };
}

// One bad number and none is added; the answer names a hundred of them at most.
async function asked(numbers, fields) {
  try {
    const { items } = await send("POST", "/dnc", { numbers, ...fields }, newKey());
    return { items, refused: [] };
  } catch (problem) {
    const refused = (problem.errors ?? []).filter((error) => INDEX.test(error.field)).map((error) => ({ ...error, index: Number(INDEX.exec(error.field)[1]) }));
    if (refused.length === 0) throw problem;
    return { items: [], refused: refused.map(({ index, reason }) => ({ index, number: numbers[index], reason })) };
  }
}
