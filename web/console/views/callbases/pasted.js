// People in text that was copied from a spreadsheet or typed: one a line, cells between tabs or semicolons.

/** Gives [{ line, person: { number, name, comment } }]; lines count from 1, empty ones give nobody. */
export function peopleIn(text) {
  return text
    .split(/\r\n|\r|\n/)
    .map((line, index) => ({ line: index + 1, cells: line.split(/[\t;]/).map((cell) => cell.trim()) }))
    .filter(({ cells }) => cells.some(Boolean))
    .map(({ line, cells }) => ({ line, person: personIn(cells) }));
}

/** The cell with the most digits is the number; the first of the others is the name, the rest the comment. */
function personIn(cells) {
  const digits = cells.map((cell) => cell.replace(/\D/g, "").length);
  const place = digits.indexOf(Math.max(...digits));
  const [name = "", ...rest] = cells.filter((cell, index) => index !== place && cell);
  return { number: cells[place], name, comment: rest.join(", ") };
}
