"""Before a campaign starts: how many it will call, whom not, and how long it takes (`POST /dial/estimate`)."""

from __future__ import annotations

import sys
from typing import Any

from dozvon_client.api import Api
from dozvon_client.campaign_words import duration, local_time
from dozvon_client.errors import ClientError
from dozvon_client.names import SANDBOX
from dozvon_client.output import Output

ASK_ABOVE = 100  # calls; fewer are started without a question

NOT_CALLED = (
    ("do_not_call", "on the do-not-call list"),
    ("not_allowed", "outside of the gateway's allowed prefixes"),
    ("bad_numbers_total", "bad numbers"),
)


def asked(api: Api, body: dict[str, Any]) -> tuple[dict[str, Any] | None, str]:
    """The estimate of this dial; None with the reason when there is none."""
    try:
        return api.post("/dial/estimate", body), ""
    except ClientError as error:
        return None, error.message


def sentences(estimate: dict[str, Any]) -> list[str]:
    """The estimate for a person."""
    told = [_whom(estimate)]
    told += [f"  not {estimate[name]} {words}" for name, words in NOT_CALLED if estimate.get(name)]
    told += [f"  numbers[{one.get('index')}]: {one.get('reason')}" for one in estimate.get("bad_numbers") or []]
    told.append(_how_long(estimate))
    if estimate.get("callbase_rejected"):
        told.append(f"Rows of the uploaded file that were not taken: {estimate['callbase_rejected']}.")
    if estimate.get("window_open") is False:
        told.append("The window is closed now: the calls wait until it opens.")
    if estimate.get("gateway_ok") is False:
        told.append(f"The gateway does not work now: {estimate.get('gateway_reason') or 'see gateway status'}.")
    return told


def agreed(out: Output, body: dict[str, Any], estimate: dict[str, Any] | None, why_none: str = "") -> bool:
    """Whether to start: asks the person at the terminal when many are called for real, or nobody knows how many; nobody else ever."""
    calls = (estimate or {}).get("to_dial", len(body["numbers"]) if "numbers" in body else None)
    there_is_somebody = sys.stdin.isatty() and out.notes.is_terminal and not out.as_json
    few = calls is not None and calls <= ASK_ABOVE
    if not there_is_somebody or few or body["gateway_id"] == SANDBOX:
        return True
    if estimate is None:
        out.note(f"How many will be called can't be told: {why_none}")
    sys.stderr.write("Start all the same? [y/N] " if calls is None else f"Call {calls} people? [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes", "д", "да")


def _whom(estimate: dict[str, Any]) -> str:
    calls, people = estimate.get("to_dial", 0), estimate.get("subscribers")
    return f"Will call {calls} of {people}." if people not in (None, calls) else f"Will call {calls}."


def _how_long(estimate: dict[str, Any]) -> str:
    parts = []
    if estimate.get("duration_s") is not None:
        parts.append(f"about {duration(estimate['duration_s'])}")
    if estimate.get("lines"):
        parts.append(f"{estimate['lines']} lines")
    if estimate.get("calls_per_second"):
        parts.append(f"{estimate['calls_per_second']:g} calls a second")
    if estimate.get("starts_at"):
        parts.append(f"from {local_time(estimate['starts_at'])}")
    if estimate.get("ends_at"):
        parts.append(f"until {local_time(estimate['ends_at'])}")
    words = ", ".join(parts) or "how long it takes can't be told"
    return f"{words[0].upper()}{words[1:]}."
