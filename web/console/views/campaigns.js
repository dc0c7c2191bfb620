// Campaigns: the list of them, or one.
import { html } from "../html.js";
import { Campaign } from "./campaign/campaign.js";
import { CampaignList } from "./campaign/list.js";

export function Campaigns({ parts, query }) {
  return parts[0] ? html`<${Campaign} key=${parts[0]} id=${parts[0]} query=${query} />` : html`<${CampaignList} query=${query} />`;
}
