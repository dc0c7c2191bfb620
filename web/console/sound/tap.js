// Runs in the audio thread: hands what the microphone hears to the page, some 40 ms at a time, and plays nothing.
const PIECE = 2048;

class Tap extends AudioWorkletProcessor {
  #piece = new Float32Array(PIECE);
  #filled = 0;

  process([input]) {
    const heard = input[0];
    if (!heard) return true; // nothing is connected yet
    for (const sample of heard) {
      this.#piece[this.#filled++] = sample;
      if (this.#filled === PIECE) this.#hand();
    }
    return true;
  }

  #hand() {
    this.port.postMessage(this.#piece, [this.#piece.buffer]);
    this.#piece = new Float32Array(PIECE);
    this.#filled = 0;
  }
}

registerProcessor("tap", Tap);
