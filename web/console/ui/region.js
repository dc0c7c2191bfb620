// Choosing a country whose numbering plan the service knows, by its name in the page's language.
import { html, useMemo } from "../html.js";
import { keep, recall } from "../kept.js";
import { language } from "../language.js";
import { SelectField } from "./field.js";

// ISO 3166-1, as the service's `phonenumbers` has them.
const CODES =
  "AC AD AE AF AG AI AL AM AO AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR " +
  "CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GT GU GW GY HK HN HR HT HU ID " +
  "IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ " +
  "MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI " +
  "SJ SK SL SM SN SO SR SS ST SV SX SY SZ TA TC TD TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW";
const FIRST = "RU"; // the API's own default

/** The name of a country: RU → Russia. */
export function regionName(code) {
  return new Intl.DisplayNames([language.value], { type: "region" }).of(code) ?? code;
}

/** The country that was chosen last in this browser. */
export function usualRegion() {
  const kept = recall("region");
  return CODES.split(" ").includes(kept) ? kept : FIRST;
}

/** All countries by name; what is chosen is `usualRegion` from then on. */
export function RegionField({ value, onValue, ...rest }) {
  const options = useMemo(named, [language.value]);

  function choose(code) {
    keep("region", code);
    onValue(code);
  }

  return html`<${SelectField} ...${rest} value=${value} onValue=${choose} options=${options} />`;
}

function named() {
  const names = CODES.split(" ").map((code) => ({ value: code, label: `${regionName(code)} (${code})` }));
  return names.sort((one, other) => one.label.localeCompare(other.label, language.value));
}
