// The gateways: all with their state, and the form of each.
import { html } from "../html.js";
import { EditGateway, NewGateway } from "./gateways/edit.js";
import { GatewayList } from "./gateways/gateway_list.js";

export function Gateways({ parts: [id], query }) {
  if (id === "new") return html`<${NewGateway} kind=${query.kind} />`;
  return id ? html`<${EditGateway} key=${id} id=${id} />` : html`<${GatewayList} toCheck=${query.check} />`;
}
