"""Slows down those who try out passwords. In memory, bounded, and with the time passed in.

Nobody can be locked out for ever: a delay has a cap, wrong tries from one address delay that address only, and the delay against
guessing from many addresses does not apply to an address that has logged in to this account before. Refresh tokens are not slowed.
"""

from __future__ import annotations

import ipaddress
import math
import threading
from collections import OrderedDict
from dataclasses import dataclass

MAX_KEYS = 10_000
FORGET_AFTER_MS = 15 * 60_000


def peer_key(address: str) -> str:
    """What of a peer's address is counted: IPv4 as it is, of IPv6 the /64 network, since one customer has all of it."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "?"
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    return str(parsed.ipv4_mapped or ipaddress.ip_network((int(parsed), 64), strict=False))


@dataclass
class _Tries:
    wrong: int = 0
    last_at: int = 0
    open_at: int = 0


class Counter:
    """Wrong tries by key. The first `free` cost nothing; then each doubles the delay, from 1 s up to `cap_s`.

    Without a wrong try for 15 minutes (after the delay) a key is forgotten; so is the one untouched the longest when there are 10,000.
    """

    def __init__(self, free: int, cap_s: int) -> None:
        self._free = free
        self._cap_s = cap_s
        self._tries: OrderedDict[object, _Tries] = OrderedDict()

    def __len__(self) -> int:
        return len(self._tries)

    def wait_ms(self, key: object, now: int) -> int:
        """How long this key must wait before its next try; 0 when it need not."""
        tries = self._tries.get(key)
        return max(0, tries.open_at - now) if tries else 0

    def wrong(self, key: object, now: int) -> None:
        """Counts a wrong try."""
        tries = self._tries.pop(key, None)
        if tries is None or now - max(tries.last_at, tries.open_at) > FORGET_AFTER_MS:
            tries = _Tries()
        tries.wrong += 1
        tries.last_at = now
        if tries.wrong >= self._free:
            tries.open_at = now + 1000 * min(self._cap_s, 2 ** min(tries.wrong - self._free, 30))
        self._tries[key] = tries
        if len(self._tries) > MAX_KEYS:
            self._tries.popitem(last=False)

    def forget(self, key: object) -> None:
        """The key has done right."""
        self._tries.pop(key, None)


class LoginThrottle:
    """When a login may be tried. Safe from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        # One account from one address: what a person who mistypes and a simple guesser look like.
        self._pairs = Counter(free=5, cap_s=60)
        # One address over all accounts. Many people can share one, so it is only slowed.
        self._peers = Counter(free=20, cap_s=10)
        # One account from all addresses that have not logged in to it before.
        self._logins = Counter(free=50, cap_s=10)
        self._familiar: OrderedDict[tuple[str, str], None] = OrderedDict()

    def wait_s(self, login: str, peer: str, now: int) -> int:
        """Whole seconds until this address may try this account again; 0 when it may now.

        Args:
            now: the time in milliseconds.
        """
        with self._lock:
            waits = [self._pairs.wait_ms((login, peer), now)]
            if (login, peer) not in self._familiar:
                waits += [self._peers.wait_ms(peer, now), self._logins.wait_ms(login, now)]
        return math.ceil(max(waits) / 1000)

    def wrong(self, login: str, peer: str, now: int) -> None:
        """Counts a wrong try, also of an account that is not there."""
        with self._lock:
            self._pairs.wrong((login, peer), now)
            self._peers.wrong(peer, now)
            if (login, peer) not in self._familiar:
                self._logins.wrong(login, now)

    def right(self, login: str, peer: str) -> None:
        """A login succeeded. The address's own count stays: a guesser with one account could clear it at will."""
        with self._lock:
            self._pairs.forget((login, peer))
            self._familiar[login, peer] = None
            self._familiar.move_to_end((login, peer))
            if len(self._familiar) > MAX_KEYS:
                self._familiar.popitem(last=False)
