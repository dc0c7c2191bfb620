// uPlot within the page: made anew with the theme, as wide as its place, with new data as they come.
import { html, useEffect, useRef } from "../html.js";
import { useSignal } from "../signal.js";
import { isDark } from "../theme.js";
import UPlot from "../vendor/uplot.mjs";

/** @param options gives uPlot's options but for the size; called again when `of`, a text, or the theme changes.
 *  @param data as uPlot takes them; @param height in pixels; @param label what the picture shows, for those who can't see it. */
export function Plot({ options, of, data, height, label }) {
  const place = useRef(null);
  const plot = useRef(null);
  const dark = useSignal(isDark);

  useEffect(() => {
    const element = place.current;
    const width = () => Math.max(120, element.clientWidth);
    const made = new UPlot({ width: width(), height, ...options() }, data, element);
    plot.current = made;
    const watcher = new ResizeObserver(() => made.setSize({ width: width(), height }));
    watcher.observe(element);
    return () => {
      watcher.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [of, dark, height]);

  useEffect(() => plot.current?.setData(data), [data]);
  return html`<div class="plot" ref=${place} role="img" aria-label=${label} style=${{ minHeight: `${height}px` }}></div>`;
}
