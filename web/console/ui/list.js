// The API's lists: one page at a time, kept up to date, with the buttons to the next and the one before.
import { get } from "../api.js";
import { html, useEffect, useRef, useState } from "../html.js";
import { speak } from "../language.js";
import { usePolled } from "../polled.js";
import { Button } from "./button.js";

const t = speak({
  en: { next: "Next", previous: "Previous", page: "Page {n}", pages: "Pages of the list" },
  ru: { next: "Дальше", previous: "Назад", page: "Страница {n}", pages: "Страницы списка" },
});

/** A page of a list. `fields`: its filters; a change of them goes back to the first page. Gives usePolled's answer and `pager`;
 *  `items` stay until those of another page or other filters are there. */
export function useList(path, { fields = {}, limit = 50, everyMs = 0 } = {}) {
  const [cursors, setCursors] = useState([null]);
  const identity = JSON.stringify([path, fields]);
  const [of, setOf] = useState(identity);
  useEffect(() => {
    setCursors([null]);
    setOf(identity);
  }, [identity]);
  const cursor = of === identity ? cursors.at(-1) : null;
  const polled = usePolled((signal) => get(path, { ...fields, limit, cursor }, signal), everyMs, [identity, limit, cursor]);
  const last = useRef({ path, items: [] });
  if (polled.data || polled.problem) last.current = { path, items: polled.data?.items ?? [] };
  const pager = {
    number: cursors.length,
    back: cursors.length > 1 ? () => setCursors(cursors.slice(0, -1)) : null,
    on: polled.data?.next_cursor ? () => setCursors([...cursors, polled.data.next_cursor]) : null,
  };
  return { ...polled, items: last.current.path === path ? last.current.items : [], pager };
}

/** Nothing when all fits on one page. */
export function Pager({ pager }) {
  if (!pager.back && !pager.on) return null;
  return html`<nav class="pager" aria-label=${t("pages")}>
    <${Button} icon="previous" disabled=${!pager.back} onClick=${pager.back}>${t("previous")}<//>
    <span>${t("page", { n: pager.number })}</span>
    <${Button} icon="next" disabled=${!pager.on} onClick=${pager.on}>${t("next")}<//>
  </nav>`;
}
