"""A call's figures of RTP and RTCP, from what the library tells of its streams."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from sip.messages import Quality
from sip.quality import Figures


def mean(value: int, count: int) -> SimpleNamespace:
    return SimpleNamespace(mean=value, n=count)


def stream(sent: int = 500, reports: int = 0, lost: int = 0, jitter_us: int = 0, rtt_us: int = 0, received: int = 0) -> Any:
    tx = SimpleNamespace(pkt=sent, loss=lost, updateCount=reports, jitterUsec=mean(jitter_us, reports))
    rx = SimpleNamespace(pkt=received, loss=3 if received else 0, jitterUsec=mean(0, 0))
    trips = reports if rtt_us else 0
    return SimpleNamespace(rtcp=SimpleNamespace(txStat=tx, rxStat=rx, rttUsec=mean(rtt_us, trips)))


def of(*streams: Any) -> Quality | None:
    figures = Figures()
    for one in streams:
        figures.add(one)
    return figures.result()


def test_no_stream_no_figures() -> None:
    assert of() is None


def test_a_callee_that_says_nothing() -> None:
    assert of(stream()) == Quality(500, None, None, None, 0, None)


def test_a_callee_that_reports() -> None:
    assert of(stream(reports=2, lost=7, jitter_us=2140, rtt_us=38_460, received=490)) == Quality(500, 7, 2.1, 38.5, 490, 3)


def test_streams_are_added_up_and_means_weighted() -> None:
    first, second = stream(reports=1, lost=2, jitter_us=1000), stream(sent=100, reports=3, lost=1, jitter_us=3000, rtt_us=20_000)
    assert of(first, second) == Quality(600, 3, 2.5, 20.0, 0, None)


def test_a_strangers_figures_are_bounded() -> None:
    duplicates = stream(reports=1, lost=0xFFFFFF, jitter_us=1)  # the cumulative loss is signed, of 24 bits (RFC 3550 section 6.4.1)
    assert of(duplicates) == Quality(500, 0, 0.0, None, 0, None)
    absurd = stream(reports=1, lost=0x7FFFFF, jitter_us=2**32 - 1, rtt_us=2**32 - 1)
    assert of(absurd) == Quality(500, 500, 10_000.0, 10_000.0, 0, None)
