"""What is told of a call's sound, held against a capture of its packets: when it began, how far it came, how well it travelled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pytest

from tests.conftest_peers import Peers
from tests.e2e.service import Service
from tests.peers import g711, signals
from tests.peers.capture import Capture
from tests.peers.rtcp import RtcpReporter
from tests.peers.sipp import SippGateway

pytestmark = [pytest.mark.peer("sipp", "dumpcap"), pytest.mark.alone]
FRAME_MS, LEAD_IN_MS = 20, 200
MESSAGE = signals.speech_like(3.0)
TALKS_MS = (290, 777, 1530)


@dataclass(frozen=True)
class Heard:
    """A call as it was on the wire. Times in seconds of UNIX time."""

    answered_at: float
    ended_at: float  # the BYE's first
    packets: list[tuple[float, bytes]]  # when, and the payload

    @property
    def first_ms(self) -> float:
        return (self.packets[0][0] - self.answered_at) * 1000

    @property
    def heard_ms(self) -> float:
        """Of the message, at the called side, until the BYE."""
        return FRAME_MS * sum(at <= self.ended_at for at, _ in self.packets) - LEAD_IN_MS


def calls_on(capture: Capture, gateway: SippGateway) -> dict[str, Heard]:
    """The calls by Call-ID; they came one after the other."""
    messages = [one for one in capture.messages() if gateway.port in (one.source, one.target)]
    streams: dict[bytes, list[tuple[float, bytes]]] = {}
    for at, packet in capture.packets(gateway.rtp.port):
        streams.setdefault(packet[8:12], []).append((at, packet[12:]))
    answers = {one.call_id: one.at for one in reversed(messages) if (one.status, one.method) == (200, "INVITE")}
    byes = {one.call_id: one.at for one in reversed(messages) if (one.status, one.method) == (0, "BYE")}
    in_order = sorted(answers.items(), key=lambda item: item[1])
    return {call_id: Heard(at, byes[call_id], stream) for (call_id, at), stream in zip(in_order, streams.values(), strict=True)}


def test_first_audio_and_played_are_as_on_the_wire(service: Service, peers: Peers) -> None:
    gateways = [peers.gateway("answer_then_bye", talk_ms=talk_ms) for talk_ms in TALKS_MS]
    capture = peers.capture(*(port for gateway in gateways for port in (gateway.port, gateway.rtp.port)))
    sound = service.sound(MESSAGE)
    numbers = [f"+791200034{n:02}" for n in range(10)]
    campaigns = [service.dial(service.gateway(gateway.port), sound, numbers, max_lines=1) for gateway in gateways]
    first_off, played_off = [], []
    for gateway, campaign in zip(gateways, campaigns, strict=True):
        assert service.finished(campaign, 40) == {"partial": 10}
        heard = calls_on(capture, gateway)
        for call in service.calls(campaign):
            on_the_wire = heard[call["sip_call_id"]]
            first_off.append(call["first_audio_ms"] - on_the_wire.first_ms)
            played_off.append(call["played_ms"] - max(0.0, on_the_wire.heard_ms))
    print(f"first_audio_ms of 30 calls: {told(first_off)}; played_ms: {told(played_off)}")
    # A packet or an answer that a busy machine held up is not told truer than it was seen.
    assert sum(abs(off) <= 5 for off in first_off) >= 27, told(first_off)
    assert max(map(abs, played_off)) <= 40, told(played_off)


def told(offs: Sequence[float]) -> str:
    return f"off by {min(offs):+.1f} to {max(offs):+.1f} ms, {np.mean(np.abs(offs)):.1f} in the mean"


def test_lead_in_pauses_and_tail_are_silence_of_their_length(service: Service, peers: Peers) -> None:
    gateway = peers.gateway("answer")
    capture = peers.capture(gateway.port, gateway.rtp.port)
    message = MESSAGE[:8000]
    timing = {"lead_in_ms": 300, "repeat": 3, "repeat_pause_ms": 150, "tail_ms": 250}
    campaign = service.dial(service.gateway(gateway.port), service.sound(message), ["+79120003500"], **timing)
    assert service.finished(campaign) == {"delivered": 1}
    (heard,) = calls_on(capture, gateway).values()
    lead_in, pause, tail = (np.zeros(count, np.int16) for count in (2400, 1200, 2000))
    expected = g711.round_trip(np.concatenate([lead_in, message, pause, message, pause, message, tail]), "PCMA")
    sound = g711.decode(b"".join(payload for _, payload in heard.packets), "PCMA")
    assert len(sound) >= len(expected)
    # PJMEDIA's coder takes the neighbouring code for one sample in twenty, where it is as near.
    assert np.abs(sound[: len(expected)].astype(int) - expected).max() <= 1024
    assert np.mean(sound[: len(expected)] == expected) > 0.9
    (call,) = service.calls(campaign)
    assert call["played_ms"] == call["audio_ms"] == 3000
    assert heard.ended_at - heard.packets[0][0] >= 3.0 + 0.3 + 2 * 0.15 + 0.25


def test_what_the_callee_reports_is_told(service: Service, peers: Peers) -> None:
    gateway = peers.gateway("answer")
    with RtcpReporter(gateway.rtp.port + 1, lost=7, jitter=80, after_s=0.05) as reporter:
        campaign = service.dial(service.gateway(gateway.port), service.sound(signals.speech_like(7.0)), ["+79120003600"])
        assert service.finished(campaign) == {"delivered": 1}
    assert reporter.reports >= 1
    (call,) = service.calls(campaign)
    assert 365 <= call["packets_sent"] <= 380  # 7.4 s
    assert (call["packets_lost"], call["jitter_ms"]) == (7, 10.0)
    assert 50 <= call["rtt_ms"] <= 75
    assert (call["packets_received"], call["received_lost"]) == (0, None)
    quality = service.get(f"/campaigns/{campaign}")["quality"]
    sent = call["packets_sent"]
    assert quality == {
        "calls": 1,
        "packets_sent": sent,
        "reports": 1,
        "packets_lost": 7,
        "lost_percent": round(700 / sent, 2),
        "jitter_ms": 10.0,
        "rtt_ms": call["rtt_ms"],
    }
