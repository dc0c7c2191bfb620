"""The keys that a callee presses: each counts once, however often and by however many ways the gateway tells of it. No pjsua2 here."""

from __future__ import annotations

import re

from sip.messages import CallEnd, Dial

MOST_KEYS = 64  # of a call are kept
SAME_KEY_S = 2.0  # a gateway that tells of a key by two ways (RFC 4733 and SIP INFO, say) does so within this time
KEYS = frozenset("0123456789*#ABCD")  # ITU-T Q.23; what else a gateway tells of, such as a flash, is none
EVENT, INFO, TONE = "event", "info", "tone"  # the ways: RFC 4733, SIP INFO (RFC 6086), in-band

_DTMF_BODY = re.compile(r"(?:Signal[ \t]*=[ \t]*)?([0-9]{1,2}|[A-Da-d*#])", re.IGNORECASE)
_CONTENT_TYPE = re.compile(r"^(?:Content-Type|c)[ \t]*:[ \t]*application/dtmf[ \t]*(?:;.*)?$", re.IGNORECASE | re.MULTILINE)
_NUMBERED = {"10": "*", "11": "#", "12": "A", "13": "B", "14": "C", "15": "D"}  # as RFC 4733 numbers its events


class Keys:
    """The keys of one call, as they come from the library's callbacks. Times are seconds of the monotonic clock.

    Args:
        dial: tells which keys mean something.
        facts: of the call; `digits` and `opted_out` are kept true.

    Attributes:
        transfer_asked: the transfer key was pressed; whoever acts on it sets it back.
    """

    def __init__(self, dial: Dial, facts: CallEnd) -> None:
        self.transfer_asked = False
        self._dial = dial
        self._facts = facts
        self._last_event = ("", 0, 0)  # its digit, time stamp and length so far
        self._told: list[tuple[str, float]] = []  # every key, and when it was told first
        self._next: dict[str, int] = {}  # by way: the place in `_told` behind its last key

    @property
    def wanted(self) -> bool:
        """Whether a key means something in this call."""
        return bool(self._dial.collect_digits or self._dial.opt_out_digit or self._dial.transfer_digit)

    @property
    def awaited(self) -> bool:
        """Whether a call whose message is through goes on for a while, as a key may come."""
        if not self.wanted or self._facts.opted_out:
            return False
        return not self._dial.collect_digits or len(self._facts.digits) < self._dial.collect_digits

    def event(self, digit: str, stamp: int, length: int, now: float) -> bool:
        """A packet of a key (RFC 4733). All packets of one key bear the time stamp of its start; a key that is held for more than
        8 s goes on in a next segment (section 2.5.1.3); some gateways move the time stamp with each packet.

        Args:
            stamp, length: the time stamp of the packet and its duration field, in the same unit.

        Returns:
            Whether it is the first packet of a key that was not told yet.
        """
        last, began, lasted = self._last_event
        same = digit == last and began <= stamp <= began + lasted
        self._last_event = (digit, stamp, max(length, lasted) if same and stamp == began else length)
        return not same and self.told(digit, EVENT, now)

    def told(self, digit: str, way: str, now: float) -> bool:
        """A whole key was told by one of the ways. Gives whether it is a new one, not one that another way has told already. What is no
        key, whatever characters it has, counts for nothing."""
        digit = digit.upper()
        if digit not in KEYS:
            return False
        for place in range(self._next.get(way, 0), len(self._told)):
            known, at = self._told[place]
            if known == digit and now - at <= SAME_KEY_S:
                self._next[way] = place + 1
                return False
        self._told.append((digit, now))
        self._next[way] = len(self._told)
        self._take(digit)
        return True

    def _take(self, digit: str) -> None:
        if len(self._facts.digits) < MOST_KEYS:
            self._facts.digits += digit
        if digit == self._dial.opt_out_digit:
            self._facts.opted_out = True
        elif digit == self._dial.transfer_digit:
            self.transfer_asked = True


def info_key(request: str) -> str:
    """The key of an INFO with a body of type application/dtmf (`5`, or `Signal=5`); empty when it has none.

    The library itself reads application/dtmf-relay, and no other.
    """
    head, _, body = request.partition("\r\n\r\n")
    found = _DTMF_BODY.match(body.strip()) if _CONTENT_TYPE.search(head.replace("\r\n", "\n")) else None
    if found is None:
        return ""
    key = found[1].upper()
    return _NUMBERED.get(key, key if len(key) == 1 else "")
