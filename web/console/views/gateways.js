import { html } from "../html.js";
import { placeName } from "../shell/place_names.js";
import { Page } from "../ui/page.js";

export function Gateways() {
  return html`<${Page} title=${placeName("gateways")}><//>`;
}
