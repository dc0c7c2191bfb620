"""Answers that are no good, and answers that change in mid-message: SIPp as the provider's gateway."""

from __future__ import annotations

import os
import socket
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.conftest_peers import Peers
from tests.e2e.service import Service, until
from tests.peers import g711, signals

pytestmark = pytest.mark.peer("sipp")
SHORT = signals.speech_like(0.5)
NUMBER = "+79120000100"


@pytest.mark.parametrize(
    ("scenario", "options", "settings"),
    [
        ("answer_early_bye", {"payload_type": 18, "encoding": "G729/8000"}, {}),
        ("answer_early_bye", {"rtp_port": 0}, {}),
        ("answer_early_bye", {}, {"srtp": "required"}),
        ("answer_without_sdp", {}, {}),
    ],
)
def test_an_answer_without_media_in_common_is_failed(
    service: Service, peers: Peers, scenario: str, options: dict[str, Any], settings: dict[str, Any]
) -> None:
    gateway = peers.gateway(scenario, **options)
    campaign = service.dial(service.gateway(gateway.port, **settings), service.sound(SHORT), [NUMBER])
    assert service.finished(campaign, 10) == {"failed": 1}
    (call,) = service.calls(campaign)
    assert (call["status"], call["sip_code"], call["played_ms"], call["hangup_by"]) == ("failed", 488, 0, "service")
    assert gateway.stats().byes == 1


def test_a_reason_that_is_no_utf8_is_survived(service: Service) -> None:
    with BusyGateway("Занято".encode("cp1251")) as gateway:
        campaign = service.dial(service.gateway(gateway.port), service.sound(SHORT), [NUMBER])
        assert service.finished(campaign, 10) == {"busy": 1}
    (call,) = service.calls(campaign)
    assert (call["sip_code"], call["sip_reason"]) == (486, "\ufffd" * 6)


class BusyGateway:
    """Answers each INVITE with 486 and this reason phrase, whatever bytes it has (SIPp's scenarios are UTF-8)."""

    def __init__(self, phrase: bytes) -> None:
        self._phrase = phrase
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> BusyGateway:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.sendto(b"", ("127.0.0.1", self.port))
        self._thread.join(2)
        self._socket.close()

    def _serve(self) -> None:
        while True:
            request, peer = self._socket.recvfrom(65536)
            if not request:
                return
            if request.startswith(b"INVITE "):
                kept = [line for line in request.split(b"\r\n") if line.startswith((b"Via:", b"From:", b"To:", b"Call-ID:", b"CSeq:"))]
                lines = [b"SIP/2.0 486 " + self._phrase, *kept, b"Content-Length: 0", b"", b""]
                self._socket.sendto(b"\r\n".join(lines), peer)


def test_settings_that_make_all_numbers_end_alike_do_not_burn_the_list(service: Service, peers: Peers) -> None:
    gateway = peers.gateway("not_found_404")
    gateway_id = service.gateway(gateway.port)
    numbers = [f"+791200031{n:02}" for n in range(30)]
    campaign = service.dial(gateway_id, service.sound(SHORT), numbers)
    until(lambda: service.get(f"/gateways/{gateway_id}/status")["breaker"]["state"] == "open", 15, "the gateway stops")
    until(lambda: service.counts(campaign) == {"pending": 30}, 5, "nobody counts as called")
    breaker = service.get(f"/gateways/{gateway_id}/status")["breaker"]
    assert breaker["next_try_at"] is None
    assert "404 Not Found" in breaker["reason"]
    assert {(row["attempts"], row["why_waiting"]) for row in service.targets(campaign)} == {(0, "gateway")}
    before = gateway.stats().dialogs
    assert 20 <= before <= 30
    assert {(call["sip_code"], call["outcome"]) for call in service.calls(campaign)} == {(404, None)}
    service.http.post(f"/gateways/{gateway_id}/resume")
    assert service.finished(campaign) == {"invalid_number": 30}
    assert gateway.stats().dialogs == before + 30


def test_after_hold_and_unhold_the_message_goes_on_to_its_end(service: Service, peers: Peers) -> None:
    gateway = peers.gateway("answer_hold", hold_after_ms=700, held_ms=800)
    gateway.rtp.listen()
    message = signals.speech_like(3.0)
    campaign = service.dial(service.gateway(gateway.port), service.sound(message), [NUMBER])
    assert service.finished(campaign, 15) == {"delivered": 1}
    (call,) = service.calls(campaign)
    assert call["talk_ms"] >= 3000 + 800 - 100
    sound = np.concatenate([g711.decode(bytes(stream.sound), "PCMA") for stream in gateway.rtp.streams()])
    loud = int((np.abs(sound.astype(int)) > 50).sum())
    expected = int((np.abs(message.astype(int)) > 50).sum())
    assert abs(loud - expected) <= 8 * 60


def test_both_hang_up_at_once(service: Service, peers: Peers) -> None:
    gateway = peers.gateway("answer_then_bye", talk_ms=900)  # 200 ms lead-in, 500 ms message, 200 ms tail
    numbers = [f"+791200032{n:02}" for n in range(20)]
    campaign = service.dial(service.gateway(gateway.port), service.sound(SHORT), numbers)
    counts = service.finished(campaign, 20)
    assert sum(counts.values()) == 20
    for call in service.calls(campaign):
        assert call["outcome"] == ("delivered" if call["played_ms"] == 500 else "partial")
        assert call["hangup_by"] in ("callee", "service")
        assert call["played_ms"] > 400


def test_waiting_for_keys_costs_nothing(service: Service, peers: Peers) -> None:
    gateway = peers.gateway("answer")
    numbers = [f"+791200033{n:02}" for n in range(4)]
    campaign = service.dial(service.gateway(gateway.port), service.sound(SHORT), numbers, collect_digits=4)
    until(lambda: gateway.stats().answered == 4, 10, "all are answered")
    before = cpu_s(service)
    assert service.finished(campaign, 15) == {"delivered": 4}
    (talk_ms, *_) = sorted(call["talk_ms"] for call in service.calls(campaign))
    assert talk_ms >= 5_000  # the message, then five seconds for the keys
    assert cpu_s(service) - before < 2.0  # a loop that spins takes all of that time


def cpu_s(service: Service) -> float:
    """What the agents have used of the processors so far, in seconds."""
    ticks = 0
    for pid in service.agents():
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def test_hanging_up_a_call_that_rings_cancels_it_and_no_other(service: Service, peers: Peers) -> None:
    gateway = peers.gateway("no_answer")
    numbers = ["+79120003401", "+79120003402"]
    campaign = service.dial(service.gateway(gateway.port), service.sound(SHORT), numbers, ring_timeout_s=6)
    ringing = until(lambda: service.get(f"/campaigns/{campaign}/calls", status="ringing")["items"], 10, "it rings")[-1]["id"]
    assert service.http.post(f"/calls/{ringing}/hangup").status_code == 200
    assert service.finished(campaign, 20) == {"canceled": 1, "no_answer": 1}
    assert service.get(f"/calls/{ringing}")["outcome"] == "canceled"
    assert gateway.stats().cancels == 2


def test_hundreds_of_quick_refusals_do_not_cost_an_agent(service: Service, peers: Peers) -> None:
    """An agent that places calls as fast as they are refused would run out of the library's players and sockets; that ends the process."""
    gateway = peers.gateway("decline_603")
    numbers = [f"+7912004{n:04}" for n in range(800)]
    campaign = service.dial(service.gateway(gateway.port), service.sound(SHORT), numbers)
    assert service.finished(campaign, 60) == {"rejected": 800}
    assert gateway.stats().dialogs == len(service.calls(campaign)) == 800


@pytest.mark.parametrize("talk_ms", [895, 900, 905])
def test_a_callee_who_hangs_up_with_the_last_sample_costs_no_agent(service: Service, peers: Peers, talk_ms: int) -> None:
    gateway = peers.gateway("answer_then_bye", talk_ms=talk_ms)  # 200 ms lead-in, 500 ms message, 200 ms tail
    numbers = [f"+7912005{n:04}" for n in range(120)]
    campaign = service.dial(service.gateway(gateway.port), service.sound(SHORT), numbers)
    assert service.finished(campaign, 60) == {"delivered": 120}
