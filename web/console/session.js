// Who is logged in. The tokens are kept by the browser for all tabs of this page; only one of them may renew them at a time, because
// a refresh token works once, and one that comes twice ends the login.
import { keep, recall, whenKeptElsewhere } from "./kept.js";
import { Problem } from "./problem.js";
import { Signal } from "./signal.js";

const NAME = "tokens";
const EARLY_MS = 30_000; // renewed so long before the access token ends

/** The user, as /users/me tells it; null when nobody is logged in; undefined while that is not known yet. */
export const user = new Signal(undefined);

export async function logIn(login, password) {
  await store(grant({ grant_type: "password", username: login, password }));
  await learnUser();
}

export async function logOut() {
  const tokens = recall(NAME);
  forget();
  if (tokens) await post("/oauth/revoke", { token: tokens.refresh }).catch(() => {}); // out all the same
}

/** An access token that is good for some seconds at least. `refused`: one that the service no longer takes.
 * Throws Problem when one has to log in again, or the service does not answer. */
export async function accessToken(refused = null) {
  if (isGood(recall(NAME), refused)) return recall(NAME).access;
  return alone(async () => {
    const tokens = recall(NAME); // another tab may have renewed them meanwhile
    if (isGood(tokens, refused)) return tokens.access;
    if (!tokens) throw Problem.loggedOut();
    return renewed(tokens);
  });
}

/** Forgets the tokens: nobody is logged in. */
export function forget() {
  keep(NAME, null);
  user.value = null;
}

/** Finds out who is logged in, when the page is opened. */
export async function learnUser() {
  if (!recall(NAME)) {
    user.value = null;
    return;
  }
  const response = await fetch("/users/me", { headers: { Authorization: `Bearer ${await accessToken()}` } }).catch(() => {
    throw Problem.unreachable();
  });
  if (response.status === 401) forget();
  else if (!response.ok) throw await Problem.of(response);
  else user.value = await response.json();
}

whenKeptElsewhere(NAME, () => {
  if (!recall(NAME)) user.value = null;
  else if (!user.value) learnUser().catch(() => {});
});

async function renewed(tokens) {
  try {
    return await store(grant({ grant_type: "refresh_token", refresh_token: tokens.refresh }));
  } catch (problem) {
    if (problem.status === 0 || problem.status >= 500) throw problem;
    forget();
    throw Problem.loggedOut();
  }
}

function isGood(tokens, refused) {
  return tokens !== null && tokens.access !== refused && tokens.until > Date.now() + EARLY_MS;
}

async function store(answer) {
  const { access_token: access, refresh_token: refresh, expires_in: lifetime } = await answer;
  keep(NAME, { access, refresh, until: Date.now() + lifetime * 1000 });
  return access;
}

async function grant(form) {
  const response = await post("/oauth/token", form);
  if (!response.ok) throw await Problem.of(response);
  return response.json();
}

function post(path, form) {
  return fetch(path, { method: "POST", body: new URLSearchParams(form) }).catch(() => {
    throw Problem.unreachable();
  });
}

let last = Promise.resolve();

/** Runs one thing at a time: among all tabs where the browser can do that (HTTPS or this machine), else within this one. */
function alone(run) {
  if (navigator.locks) return navigator.locks.request("dozvon.tokens", run);
  const next = last.then(run, run);
  last = next.catch(() => {});
  return next;
}
