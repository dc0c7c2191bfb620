// The colours of the outcomes (charts/charts.css), for what is drawn on a canvas and so can't use them by their names.

/** The colour of a word of the counts, for styles: `pending`, `active` or an outcome. */
export function colourOf(word) {
  return `var(--c-${word})`;
}

/** A colour of the theme of the moment: `painted("--soft")`. */
export function painted(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}
