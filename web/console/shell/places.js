// The places of the console: the first part of the route, and the view that it opens.
import { Callbases } from "../views/callbases.js";
import { Campaigns } from "../views/campaigns.js";
import { Dial } from "../views/dial.js";
import { Dnc } from "../views/dnc.js";
import { Gateways } from "../views/gateways.js";
import { Sounds } from "../views/sounds.js";
import { Users } from "../views/users.js";
import { Account } from "../views/account.js";

/** `View` gets `parts`, the rest of the route, and `query`. `isForAdmins`: not shown to others. `isHidden`: not in the menu. */
export const PLACES = [
  { name: "campaigns", icon: "campaign", View: Campaigns },
  { name: "dial", icon: "calls", View: Dial },
  { name: "callbases", icon: "people", View: Callbases },
  { name: "sounds", icon: "sound", View: Sounds },
  { name: "gateways", icon: "gateway", View: Gateways },
  { name: "dnc", icon: "dnc", View: Dnc },
  { name: "users", icon: "users", View: Users, isForAdmins: true },
  { name: "account", icon: "user", View: Account, isHidden: true },
];
