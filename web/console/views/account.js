import { html } from "../html.js";
import { placeName } from "../shell/place_names.js";
import { Page } from "../ui/page.js";

export function Account() {
  return html`<${Page} title=${placeName("account")}><//>`;
}
