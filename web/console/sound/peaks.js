// What a waveform is drawn from: the lowest and the highest sample of each column.

/** `columns` pairs [low, high] of Int16 samples, in one Int16Array. Ten minutes at 8 kHz take some 10 ms. */
export function peaksOf(samples, columns) {
  const peaks = new Int16Array(columns * 2);
  for (let column = 0; column < columns; column += 1) {
    const start = Math.floor((column * samples.length) / columns);
    const end = Math.max(start + 1, Math.floor(((column + 1) * samples.length) / columns)); // a short sound has less samples than columns
    let low = samples[start];
    let high = low;
    for (let at = start + 1; at < end; at += 1) {
      if (samples[at] < low) low = samples[at];
      if (samples[at] > high) high = samples[at];
    }
    peaks[column * 2] = low;
    peaks[column * 2 + 1] = high;
  }
  return peaks;
}

/** The largest distance from silence, 1 at least. */
export function loudest(peaks) {
  let most = 1;
  for (const peak of peaks) most = Math.max(most, Math.abs(peak));
  return most;
}
