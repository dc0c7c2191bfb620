// WAV files (RIFF) with 16-bit mono samples: the renderings that the API gives, and what the microphone recorded.
const HEADER_BYTES = 44;

/** The samples of a 16-bit mono WAV: { rate (Hz), samples (Int16Array) }. Throws RangeError for anything else. */
export function readWav(buffer) {
  const view = new DataView(buffer);
  const chunks = chunksOf(view);
  const format = chunks["fmt "];
  const data = chunks["data"];
  const isOurs = format && data && view.getUint16(format.at + 2, true) === 1 && view.getUint16(format.at + 14, true) === 16;
  if (!isOurs) throw new RangeError("no 16-bit mono WAV");
  const bytes = Math.min(data.size, buffer.byteLength - data.at) & ~1;
  return { rate: view.getUint32(format.at + 4, true), samples: new Int16Array(buffer.slice(data.at, data.at + bytes)) };
}

/** A WAV file of pieces of 16-bit mono samples (Int16Array each) at `rate` Hz, as a Blob. */
export function wavOf(pieces, rate) {
  const bytes = 2 * pieces.reduce((sum, piece) => sum + piece.length, 0);
  return new Blob([header(bytes, rate), ...pieces], { type: "audio/wav" }); // samples stay as they lie in memory: little-endian on every browser's machine
}

function header(bytes, rate) {
  const view = new DataView(new ArrayBuffer(HEADER_BYTES));
  const word = (at, text) => [...text].forEach((letter, index) => view.setUint8(at + index, letter.charCodeAt(0)));
  word(0, "RIFF");
  view.setUint32(4, HEADER_BYTES - 8 + bytes, true);
  word(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true); // PCM
  view.setUint16(22, 1, true); // mono
  view.setUint32(24, rate, true);
  view.setUint32(28, rate * 2, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  word(36, "data");
  view.setUint32(40, bytes, true);
  return view.buffer;
}

function chunksOf(view) {
  const found = {};
  for (let at = 12; at + 8 <= view.byteLength; ) {
    const name = String.fromCharCode(...new Uint8Array(view.buffer, at, 4));
    const size = view.getUint32(at + 4, true);
    found[name] ??= { at: at + 8, size };
    at += 8 + size + (size % 2); // chunks begin at even places
  }
  return found;
}
