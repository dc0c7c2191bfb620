// Finds the numbers in what was typed or pasted, and in a file. Whether they are good numbers, the service tells.
const BETWEEN = /[\r\n,;\t|]+/;
const CELLS = /[;\t,|]/;
const NUMBER = /^[+\d(][\d\s().\-–+]{4,30}$/;
const DATE = /^\d{4}-\d\d-\d\d|^\d{1,2}\.\d{1,2}\.\d{4}/;
const HEADINGS = /^(number|phone|phone number|tel|telephone|mobile|телефон|номер|номер телефона|мобильный|тел\.?)$/i;
const LONGEST = 64; // of one number, as the API takes it

/** The pieces between lines, commas and semicolons. */
export function numbersOfText(text) {
  return text.split(BETWEEN).map(clean).filter(Boolean).map((piece) => piece.slice(0, LONGEST));
}

/** The numbers of a TXT or CSV file: of the column with such a heading, else of the one that holds most numbers. */
export async function numbersOfFile(file) {
  const rows = decoded(await file.arrayBuffer()).split(/\r\n|\r|\n/).map((line) => line.split(CELLS).map(clean)).filter((row) => row.some(Boolean));
  if (!rows.some((row) => row.some(isNumber))) return [];
  const named = rows[0].findIndex((cell) => HEADINGS.test(cell));
  const column = named >= 0 ? named : fullest(rows);
  const cells = rows.slice(named >= 0 ? 1 : 0).map((row) => row[column] ?? "");
  return cells.filter((cell) => cell && (named >= 0 || /\d/.test(cell))).map((cell) => cell.slice(0, LONGEST));
}

function fullest(rows) {
  const counts = [];
  for (const row of rows) row.forEach((cell, index) => (counts[index] = (counts[index] ?? 0) + Number(isNumber(cell))));
  return counts.indexOf(Math.max(...counts));
}

const isNumber = (cell) => NUMBER.test(cell) && !DATE.test(cell) && cell.replace(/\D/g, "").length >= 5;

// Quotes, and Excel's ="...", are no part of a number.
const clean = (text) => text.trim().replace(/^=?"|"$/g, "").trim();

// Digits are the same in UTF-8 and in every one-byte encoding.
function decoded(buffer) {
  const [first, second] = new Uint8Array(buffer, 0, Math.min(2, buffer.byteLength));
  const encoding = first === 0xff && second === 0xfe ? "utf-16le" : first === 0xfe && second === 0xff ? "utf-16be" : isUtf8(buffer) ? "utf-8" : "windows-1251";
  return new TextDecoder(encoding).decode(buffer);
}

function isUtf8(buffer) {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(buffer);
    return true;
  } catch {
    return false;
  }
}
