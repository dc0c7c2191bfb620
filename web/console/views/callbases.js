// Lists of people to call: all of them, a new one, or one with its people.
import { html } from "../html.js";
import { AllCallbases } from "./callbases/all.js";
import { NewCallbase } from "./callbases/new.js";
import { OneCallbase } from "./callbases/one.js";

export function Callbases({ parts, query }) {
  if (parts[0] === "new") return html`<${NewCallbase} query=${query} />`;
  if (parts[0]) return html`<${OneCallbase} key=${parts[0]} id=${parts[0]} query=${query} />`;
  return html`<${AllCallbases} />`;
}
