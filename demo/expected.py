"""What the demo's campaign must end with: the sandbox gateway behaves by the last three digits of a number."""

from __future__ import annotations

from typing import Any

REPORT = {"rows": 25, "accepted": 23, "duplicates": 1, "rejected": 1}

BY_LAST_DIGITS = {
    "486": "busy",
    "480": "no_answer",
    "404": "invalid_number",
    "603": "rejected",
    "503": "failed",
    "001": "partial",
}


def outcome(number: str) -> str:
    """The outcome that the number must have; every other one answers and listens to the end."""
    return BY_LAST_DIGITS.get(number[-3:], "delivered")


def rows(targets: list[dict[str, Any]], calls: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A row for each target: its name and number, the expected and the seen outcome, how long it heard the message, and whether it fits."""
    by_number = {call["number"]: call for call in calls}
    return [_row(target, by_number.get(target["number"], {})) for target in targets]


def _row(target: dict[str, Any], call: dict[str, Any]) -> dict[str, Any]:
    expected = outcome(target["number"])
    return {
        "name": target["name"],
        "number": target["number"],
        "expected": expected,
        "seen": target["outcome"],
        "sip_code": call.get("sip_code"),
        "played_ms": call.get("played_ms"),
        "digits": call.get("digits") or None,
        "fits": target["outcome"] == expected,
    }
