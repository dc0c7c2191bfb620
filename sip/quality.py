"""How well the sound travelled: the figures of RTP and RTCP (RFC 3550) of one call, read as each of its streams ends.

Not the jitter of what comes in: the agent reads it in slices, which would be seen in it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from pjsua2 import pjsua2 as pj

from sip.messages import Quality

MOST_MS = 10_000.0  # more is a stranger's nonsense
FIRST_REPORT_S = 3.0  # they go out some 5 s after the answer; the agent's loop turns once a second at least
_US_A_MS = 1000


class Figures:
    """Adds up the streams of one call: it has a new one after each change of its media."""

    def __init__(self) -> None:
        self._streams = self._sent = self._received = self._received_lost = self._reports = self._lost = 0
        self._jitter, self._rtt = _Mean(), _Mean()

    def add(self, stat: Any) -> None:
        """A stream's `pjsua2.StreamStat`, in `onStreamDestroyed`."""
        rtcp = stat.rtcp
        sent, received, trips = rtcp.txStat, rtcp.rxStat, rtcp.rttUsec
        self._streams += 1
        self._sent += sent.pkt
        self._received += received.pkt
        if received.pkt:
            self._received_lost += received.loss
        if sent.updateCount:  # the callee's reports
            self._reports += sent.updateCount
            self._lost += _lost(sent.loss, sent.pkt)
            self._jitter.add(sent.jitterUsec)
        if trips.n:
            self._rtt.add(trips)

    def result(self) -> Quality | None:
        """All of it; None when there was no stream."""
        if not self._streams:
            return None
        return Quality(
            packets_sent=self._sent,
            packets_lost=self._lost if self._reports else None,
            jitter_ms=self._jitter.value,
            rtt_ms=self._rtt.value,
            packets_received=self._received,
            received_lost=self._received_lost if self._received else None,
        )


class Reports:
    """Has the called side's reports read as they come: the round trip is taken then, and the agent reads RTP in slices of 20 to 100 ms.

    Args:
        hurry: takes the local UDP port whose packets are to be read at once.
    """

    def __init__(self, hurry: Callable[[int], None]) -> None:
        self._hurry = hurry
        self._expected: tuple[float, int] | None = None

    def expect(self, index: int) -> None:
        """A call's medium of this index flows."""
        self._expected = time.monotonic() + FIRST_REPORT_S, index

    def turn(self, call: Any, now: float) -> None:
        """`call` is the `pjsua2.Call`. Nothing is done for short calls, which end before the first report."""
        if self._expected is None or now < self._expected[0]:
            return
        index, self._expected = self._expected[1], None
        with suppress(pj.Error, ValueError):
            self._hurry(int(call.getMedTransportInfo(index).localRtcpName.rpartition(":")[2]))


class _Mean:
    """The mean of means, in milliseconds to a tenth."""

    def __init__(self) -> None:
        self._sum = 0.0
        self._count = 0

    def add(self, part: Any) -> None:
        """A `pjsua2.MathStat` in microseconds."""
        self._sum += part.mean * part.n
        self._count += part.n

    @property
    def value(self) -> float | None:
        return min(round(self._sum / self._count / _US_A_MS, 1), MOST_MS) if self._count else None


def _lost(told: int, sent: int) -> int:
    """A report's cumulative loss: 24 bits with a sign, below 0 when packets were doubled (section 6.4.1). A stranger wrote it."""
    return 0 if told >= 1 << 23 else min(told, sent)
