"""Keeps the way through a NAT open for SIP over UDP while calls are on.

A NAT forgets a way that nothing has passed for a while, half a minute with many, and a message is longer than that: the callee's BYE
would not come in. The library itself keeps the way open for a registered account only, and over TCP and TLS.
"""

from __future__ import annotations

from sip.waiter import Waiter

EMPTY = b"\r\n\r\n"  # RFC 3261 section 7.5: empty lines are ignored


class KeepAlive:
    """See the module.

    Args:
        waiter: knows SIP's socket.
        address: where SIP goes to.
        every_s: seconds between two packets; 0: never.
    """

    def __init__(self, waiter: Waiter, address: tuple[str, int], every_s: int) -> None:
        self._waiter = waiter
        self._address = address
        self._every_s = every_s
        self._next_at = 0.0

    def turn(self, now: float, needed: bool) -> None:
        """Sends a packet when one is due (`now` in seconds of the monotonic clock). To be called each second or so."""
        if not self._every_s:
            return
        if not needed:
            self._next_at = now + self._every_s
        elif now >= self._next_at:
            self._next_at = now + self._every_s
            self._waiter.send(EMPTY, self._address)
