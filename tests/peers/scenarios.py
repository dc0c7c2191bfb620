"""Puts SIPp's gateway scenarios together from the pieces in sipp/.

A scenario is head.xml, one behaviour, tail.xml. Head and tail hold what every gateway must do right: OPTIONS, REGISTER, CANCEL at any
moment, BYE at any moment, requests for calls that never were. `by_number` holds many behaviours and chooses by the dialled number.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

PIECES = Path(__file__).parent / "sipp"
_PLACE = re.compile(r"\{\{(\w+)\}\}")
Value = str | int


@dataclass(frozen=True)
class Behaviour:
    """What a gateway does with an INVITE: a piece in sipp/ and the values that fill it in."""

    piece: str
    values: dict[str, Value] = field(default_factory=dict)


def _reject(code: int, phrase: str, ring_ms: int = 0, headers: str = "") -> Behaviour:
    return Behaviour("reject", {"code": code, "phrase": phrase, "ring_ms": ring_ms, "headers": headers})


# SIPp verifies the response of an Authorization header only; of a Proxy-Authorization we look at the user's name.
_CHECK_401 = '<verifyauth assign_to="credentials_ok" username="{{username}}" password="{{password}}"/>'
_CHECK_407 = '<ereg regexp="username=.{{username}}." search_in="hdr" header="Proxy-Authorization:" assign_to="credentials_ok"/>'


def _digest(code: int, phrase: str, challenge: str, check: str) -> Behaviour:
    return Behaviour("digest", {"code": code, "phrase": phrase, "challenge": challenge, "check": check, "ring_ms": 20})


BEHAVIOURS: dict[str, Behaviour] = {
    "answer": Behaviour("answer", {"ring_ms": 20}),
    "slow_answer": Behaviour("answer", {"ring_ms": 3000}),
    "answer_then_bye": Behaviour("answer_then_bye", {"ring_ms": 20, "talk_ms": 500}),
    "session_progress_183_early_media": Behaviour("early_media", {"ring_ms": 500}),
    "answer_early_bye": Behaviour("answer_early_bye", {"ring_ms": 20}),
    "answer_hold": Behaviour("answer_hold", {"ring_ms": 20}),
    "answer_without_sdp": Behaviour("answer_without_sdp", {"ring_ms": 20}),
    "srtp_then_plain": Behaviour("srtp_then_plain", {"ring_ms": 20, "crypto_tag": 3, "plain_port": 9}),
    "busy_486": _reject(486, "Busy Here"),
    "busy_486_q850": _reject(486, "Busy Here", headers='Reason: Q.850;cause=17;text="User busy"'),
    "decline_603": _reject(603, "Decline"),
    "unavailable_503": _reject(503, "Service Unavailable"),
    "ring_480": _reject(480, "Temporarily Unavailable", ring_ms=300),
    "not_found_404": _reject(404, "Not Found"),
    "redirect_302": _reject(302, "Moved Temporarily", headers="Contact: <sip:[$number]@{{redirect_to}}>"),
    "reject": _reject(500, "Server Internal Error"),
    "no_answer": Behaviour("no_answer", {"ring_ms": 20}),
    "no_reply": Behaviour("no_reply"),
    "cancel_crosses_200": Behaviour("cancel_crosses_200", {"ring_ms": 20}),
    "digest_401": _digest(401, "Unauthorized", "WWW-Authenticate", _CHECK_401),
    "digest_407": _digest(407, "Proxy Authentication Required", "Proxy-Authenticate", _CHECK_407),
}

# The dialled number's last three digits choose; every other number is answered. Where the sandbox has the same digits they mean the same.
BY_NUMBER: dict[str, str] = {
    "486": "busy_486",
    "480": "ring_480",
    "404": "not_found_404",
    "603": "decline_603",
    "503": "unavailable_503",
    "408": "no_reply",
    "487": "no_answer",
    "200": "cancel_crosses_200",
    "183": "session_progress_183_early_media",
    "850": "busy_486_q850",
    "001": "answer_then_bye",
    "003": "slow_answer",
}

DEFAULTS: dict[str, Value] = {
    "payload_type": 8,
    "encoding": "PCMA/8000",
    "telephone_event": "[$telephone_event]",
    "linger_ms": 500,
    "hold_after_ms": 700,
    "held_ms": 800,
    "realm": "gateway",
    "username": "alice",
    "password": "secret",
}


def build(scenario: str, values: dict[str, Value]) -> str:
    """The whole XML of a scenario.

    Args:
        scenario: a name in BEHAVIOURS, or `by_number`.
        values: fill in the pieces, over DEFAULTS and the behaviour's own values. `rtp_port` must be there.

    Raises:
        KeyError: there is no such scenario, or a value that the pieces need is missing.
        ValueError: a value that no piece uses: a slip of the pen.
    """
    unknown = values.keys() - _places()
    if unknown:
        raise ValueError(f"no scenario uses {sorted(unknown)}")
    return around(_by_number(values) if scenario == "by_number" else _behaviour(scenario, values), scenario, values)


def around(bodies: str, name: str, values: Mapping[str, Value]) -> str:
    """The whole XML: head, these behaviours, tail. `values` fill in what is still open, over DEFAULTS."""
    return _fill(_with_parts(_piece("head") + bodies + _piece("tail")), {**DEFAULTS, **values, "scenario": name})


def filled(text: str, name: str, values: Mapping[str, Value]) -> str:
    """One behaviour's XML with the shared parts (part_X.xml for each X in double braces) and these values put in; `name` is its label."""
    own = dict(values)
    if own.get("headers"):
        own["headers"] = f"\n{own['headers']}"
    ring = _piece("part_ringing") if own.get("ring_ms") else ""
    return _fill(_with_parts(text.replace("{{ringing}}", ring)), {**own, "name": name}, rest=True)


def choice(by_digits: Mapping[str, str]) -> str:
    """XML that jumps to a label by the dialled number's last digits, and goes on behind it for every other number."""
    tests = "".join(f'      <ereg regexp="{digits}$" search_in="var" variable="number" assign_to="is_{digits}"/>\n' for digits in by_digits)
    jumps = "".join(f'  <nop test="is_{digits}" next="{name}"/>\n' for digits, name in by_digits.items())
    return f"\n  <nop>\n    <action>\n{tests}    </action>\n  </nop>\n{jumps}"


def _places() -> set[str]:
    """The names that may be filled in."""
    return {name for piece in PIECES.glob("*.xml") for name in _PLACE.findall(piece.read_text())} | DEFAULTS.keys() | {"redirect_to"}


def _by_number(values: dict[str, Value]) -> str:
    return choice(BY_NUMBER) + "".join(_behaviour(name, values) for name in ["answer", *BY_NUMBER.values()])


def _behaviour(name: str, values: dict[str, Value]) -> str:
    behaviour = BEHAVIOURS[name]
    return filled(_piece(behaviour.piece), name, behaviour.values | values)


def _piece(name: str) -> str:
    return (PIECES / f"{name}.xml").read_text()


def _with_parts(text: str) -> str:
    """The text with the shared parts put in, parts of parts too."""

    def part(found: re.Match[str]) -> str:
        file = PIECES / f"part_{found[1]}.xml"
        return _with_parts(file.read_text().strip("\n")) if file.exists() else found[0]

    return _PLACE.sub(part, text)


def _fill(text: str, values: dict[str, Value], rest: bool = False) -> str:
    def one(found: re.Match[str]) -> str:
        if rest and found[1] not in values:
            return found[0]
        return str(values[found[1]])  # a KeyError names the value that is missing

    return _PLACE.sub(one, text)
