"""What we change in an SDP offer of the library's (RFC 4566)."""

from __future__ import annotations


def offer_keys_as_101(sdp: str) -> str:
    """Gives telephone-event (RFC 4733) the payload type 101 in an SDP offer, when 101 is free: many gateways answer 101 whatever was
    offered."""
    for number in ("120", "96", "121"):
        if f"a=rtpmap:{number} telephone-event/8000" in sdp and "a=rtpmap:101 " not in sdp:
            lines = sdp.split("\r\n")
            return "\r\n".join(_renumber(line, number) for line in lines)
    return sdp


def _renumber(line: str, old: str) -> str:
    if line.startswith("m=audio "):
        return " ".join("101" if word == old else word for word in line.split(" "))
    for name in ("a=rtpmap:", "a=fmtp:"):
        if line.startswith(f"{name}{old} "):
            return f"{name}101 {line[len(name) + len(old) + 1 :]}"
    return line
