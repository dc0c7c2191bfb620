// Around each view: the menu, who is logged in, whether the service is ready.
import { html, useEffect, useRef, useState } from "../html.js";
import { speak } from "../language.js";
import { route, to } from "../route.js";
import { logOut, user } from "../session.js";
import { useSignal } from "../signal.js";
import { Button } from "../ui/button.js";
import { helpAddress } from "../ui/help_link.js";
import { Icon } from "../ui/icon.js";
import { Health } from "./health.js";
import { placeName } from "./place_names.js";
import { PLACES } from "./places.js";
import { Preferences } from "./preferences.js";

const t = speak({
  en: { skip: "To the content", menu: "Menu", close: "Close the menu", log_out: "Log out", help: "Help", api: "The API" },
  ru: { skip: "К содержанию", menu: "Меню", close: "Закрыть меню", log_out: "Выйти", help: "Справка", api: "API" },
});

export function Shell() {
  const who = useSignal(user);
  const { parts, query } = useSignal(route);
  const [isOpen, setOpen] = useState(false);
  const content = useRef(null);
  const open = PLACES.filter((place) => !place.isForAdmins || who.role === "admin");
  const place = open.find((one) => one.name === parts[0]) ?? open[0];
  const where = parts.join("/");
  const isFirst = useRef(true);

  useEffect(() => {
    setOpen(false);
    if (isFirst.current) isFirst.current = false;
    else content.current.querySelector("h1")?.focus(); // so that a screen reader tells the new view
    scrollTo(0, 0);
  }, [where]);

  function skip(event) {
    event.preventDefault(); // the part behind # is the route
    content.current.focus();
  }

  return html`<div class="shell">
    <a class="skip" href="#content" onClick=${skip}>${t("skip")}</a>
    <header class="top">
      <${Button} kind="quiet" icon=${isOpen ? "close" : "menu"} label=${isOpen ? t("close") : t("menu")} aria-expanded=${isOpen} onClick=${() => setOpen(!isOpen)} class="menu" />
      <a class="brand" href=${to("campaigns")}><img src="/assets/mark.svg" alt="" width="28" height="28" /><b>Dozvon</b></a>
      <${Health} />
    </header>
    <nav class="side ${isOpen ? "open" : ""}" aria-label=${t("menu")}>
      <ul>${open.filter((one) => !one.isHidden).map((one) => html`<${Entry} key=${one.name} one=${one} isHere=${one === place} />`)}</ul>
      <footer>
        <a href=${helpAddress()} target="_blank" rel="noopener"><${Icon} name="help" />${t("help")}</a>
        <a href="/docs" target="_blank" rel="noopener"><${Icon} name="file" />${t("api")}</a>
        <a href=${to("account")} aria-current=${place.name === "account" ? "page" : undefined}><${Icon} name="user" />${who.name || who.login}</a>
        <button type="button" onClick=${logOut}><${Icon} name="logout" />${t("log_out")}</button>
        <${Preferences} />
      </footer>
    </nav>
    ${isOpen && html`<div class="shade" onClick=${() => setOpen(false)}></div>`}
    <main id="content" ref=${content} tabindex="-1"><${place.View} key=${place.name} parts=${parts.slice(1)} query=${query} /></main>
  </div>`;
}

function Entry({ one, isHere }) {
  return html`<li><a href=${to(one.name)} aria-current=${isHere ? "page" : undefined}><${Icon} name=${one.icon} />${placeName(one.name)}</a></li>`;
}
