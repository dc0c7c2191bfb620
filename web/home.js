// Shows the state of the service on the page at /. Polls, as each open stream would hold a thread of the server.
"use strict";

const POLL_MS = 5000;
const shown = document.getElementById("health");

function show(kind, text) {
  shown.className = "state " + kind;
  shown.textContent = text;
}

async function ask() {
  try {
    const answer = await fetch("/health", { cache: "no-store" });
    const health = await answer.json();
    if (health.status === "ok") {
      show("ok", `Ready · ${health.lines_in_use} of ${health.lines} lines in use · ${health.version}`);
    } else {
      show("starting", "Starting …");
    }
  } catch (error) {
    show("down", "The service does not answer");
  }
  setTimeout(ask, POLL_MS);
}

ask();
