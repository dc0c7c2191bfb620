// Records the microphone: 16-bit mono at the rate of the machine.
import { wavOf } from "./wav.js";

/** As long as a sound may be. */
export const LONGEST_S = 600;

/** Whether the browser lets this page ask for the microphone at all: over HTTPS and on this machine only. */
export const mayRecord = () => Boolean(window.isSecureContext && navigator.mediaDevices?.getUserMedia);

export class Recorder {
  #stream;
  #context;
  #pieces = [];
  #length = 0;

  /** Asks for the microphone and records from then on. `heard({ seconds, peak })` is called some 20 times a second; `peak`: 0 to 1.
   * Throws the browser's DOMException: NotAllowedError, NotFoundError, NotReadableError. */
  static async start(heard) {
    const recorder = new Recorder();
    // No echo is to be taken out where nothing is played; noise is.
    const wanted = { channelCount: 1, echoCancellation: false, noiseSuppression: true, autoGainControl: true };
    recorder.#stream = await navigator.mediaDevices.getUserMedia({ audio: wanted });
    try {
      await recorder.#connect(heard);
    } catch (error) {
      recorder.close();
      throw error;
    }
    return recorder;
  }

  /** Ends the recording; gives the WAV file as a Blob. */
  stop() {
    this.close();
    return wavOf(this.#pieces, this.#context.sampleRate);
  }

  /** Lets the microphone go. */
  close() {
    for (const track of this.#stream.getTracks()) track.stop();
    if (this.#context && this.#context.state !== "closed") this.#context.close();
  }

  async #connect(heard) {
    this.#context = new AudioContext();
    await this.#context.audioWorklet.addModule(new URL("tap.js", import.meta.url).href);
    await this.#context.resume();
    const tap = new AudioWorkletNode(this.#context, "tap", { channelCount: 1, channelCountMode: "explicit" });
    tap.port.onmessage = ({ data }) => this.#take(data, heard);
    this.#context.createMediaStreamSource(this.#stream).connect(tap).connect(this.#context.destination); // what leads nowhere is not run
  }

  #take(samples, heard) {
    if (this.#context.state === "closed" || this.#length >= LONGEST_S * this.#context.sampleRate) return;
    const piece = new Int16Array(samples.length);
    let peak = 0;
    samples.forEach((sample, index) => {
      peak = Math.max(peak, Math.abs(sample));
      piece[index] = Math.max(-32768, Math.min(32767, Math.round(sample * 32767)));
    });
    this.#pieces.push(piece);
    this.#length += piece.length;
    heard({ seconds: this.#length / this.#context.sampleRate, peak: Math.min(1, peak) });
  }
}
