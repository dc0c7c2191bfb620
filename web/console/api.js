// The REST API, as every part of the page asks it. All functions throw Problem.
import { Problem } from "./problem.js";
import { accessToken, forget } from "./session.js";

/** GET a JSON document. `fields` become the query; empty ones are left out. `signal` ends it early. */
export function get(path, fields = {}, signal) {
  return request("GET", withQuery(path, fields), { signal });
}

/** POST, PATCH or DELETE. `body` is sent as JSON. `key`: an Idempotency-Key, so that the same request sent again does nothing twice. */
export function send(method, path, body, key) {
  const headers = { ...(body === undefined ? {} : { "Content-Type": "application/json" }), ...(key ? { "Idempotency-Key": key } : {}) };
  return request(method, path, { headers, body: body === undefined ? undefined : JSON.stringify(body) });
}

/** A new Idempotency-Key. */
export function newKey() {
  // crypto.randomUUID is there on HTTPS and on this machine only.
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** All items of a list, page after page, up to `limit`. */
export async function all(path, fields = {}, limit = 10_000) {
  const items = [];
  let cursor = null;
  do {
    const page = await get(path, { limit: Math.min(1000, limit - items.length), ...fields, cursor });
    items.push(...page.items);
    cursor = page.next_cursor;
  } while (cursor && items.length < limit);
  return items;
}

/** A file of the API as a Blob: sounds, exports, recordings. */
export async function blob(path, fields = {}) {
  const response = await authorised("GET", withQuery(path, fields), {});
  return response.blob();
}

/** Lets the browser save a file of the API under a name. */
export async function save(path, name, fields = {}) {
  const url = URL.createObjectURL(await blob(path, fields));
  const link = Object.assign(document.createElement("a"), { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000); // the browser may still be reading
}

/** Uploads a form with a file. `progress` is called with the bytes sent and in all; `stop`, an AbortSignal, ends it. */
export async function upload(path, form, { key, progress, stop } = {}) {
  const answer = await sent(path, form, await accessToken(), { key, progress, stop });
  if (answer.status !== 401) return document_(answer);
  // Fetched anew only now: a large upload may take longer than its token lives, but that is checked before its body is read.
  return document_(await sent(path, form, await accessToken(answer.token), { key, progress, stop }));
}

async function request(method, path, options) {
  const response = await authorised(method, path, options);
  return response.status === 204 ? null : response.json();
}

async function authorised(method, path, options) {
  const token = await accessToken();
  let response = await asked(method, path, options, token);
  if (response.status === 401) response = await asked(method, path, options, await accessToken(token));
  if (response.status === 401) {
    forget();
    throw Problem.loggedOut();
  }
  if (!response.ok) throw await Problem.of(response);
  return response;
}

async function asked(method, path, { headers = {}, body, signal } = {}, token) {
  try {
    return await fetch(path, { method, body, signal, headers: { ...headers, Authorization: `Bearer ${token}` }, cache: "no-store" });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw Problem.unreachable();
  }
}

// fetch can't tell how much of a body was sent.
function sent(path, form, token, { key, progress, stop }) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", path);
    request.setRequestHeader("Authorization", `Bearer ${token}`);
    if (key) request.setRequestHeader("Idempotency-Key", key);
    if (progress) request.upload.onprogress = (event) => progress(event.loaded, event.total);
    request.onload = () => resolve({ status: request.status, text: request.responseText, token, again: request.getResponseHeader("Retry-After") });
    request.onerror = () => reject(Problem.unreachable());
    request.onabort = () => reject(new DOMException("", "AbortError"));
    stop?.addEventListener("abort", () => request.abort());
    request.send(form);
  });
}

async function document_({ status, text, again }) {
  const response = new Response(status === 204 ? null : text, { status, headers: again ? { "Retry-After": again } : {} });
  if (!response.ok) throw await Problem.of(response);
  return status === 204 ? null : response.json();
}

function withQuery(path, fields) {
  const given = Object.entries(fields).filter(([, value]) => value !== "" && value !== null && value !== undefined);
  return given.length ? `${path}?${new URLSearchParams(given)}` : path;
}
