// A gateway's settings as the form holds them, and what of them is sent.

/** What each field is unless given, as POST /gateways has it. */
export const DEFAULTS = {
  name: "", host: "", port: null, transport: "udp", username: "", auth_username: "", password: "", realm: "*", caller_id: "", display_name: "",
  outbound_proxy: "",
  register: false, codecs: ["PCMA", "PCMU"], srtp: "off", tls_ca: "", stun_server: "", public_address: "", keep_alive_s: 15,
  max_lines: null, calls_per_second: null, region: "RU", strip_plus: false, dial_prefix: "", allowed_prefixes: [],
};

export const CODECS = ["PCMA", "PCMU", "G722", "GSM", "iLBC", "speex"];

/** Kinds of providers, with what they usually want. */
export const PRESETS = {
  account: { register: true, strip_plus: true, max_lines: 4, calls_per_second: 1 },
  address: { register: false, max_lines: 30, calls_per_second: 5 },
  pbx: { register: false, strip_plus: true, max_lines: 4, calls_per_second: 1 },
};

/** 5060, with TLS 5061. */
export const usualPort = (transport) => (transport === "tls" ? 5061 : 5060);

/** The fields that differ from `before`. An emptied port is the usual one. */
export function changed(before, now) {
  const entries = Object.entries(now).map(([field, value]) => [field, field === "port" ? (value ?? usualPort(now.transport)) : value]);
  return Object.fromEntries(entries.filter(([field, value]) => JSON.stringify(value) !== JSON.stringify(before[field])));
}

/** What is sent to the gateway as the called user for an E.164 number. */
export function dialled(number, { strip_plus: strips, dial_prefix: prefix }) {
  return prefix + (strips ? number.replace(/^\+/, "") : number);
}

/** Whether the gateway may call an E.164 number. */
export function isAllowed(number, { allowed_prefixes: prefixes }) {
  return prefixes.length === 0 || prefixes.some((prefix) => number.startsWith(prefix));
}
