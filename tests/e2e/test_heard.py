"""What the called person hears: baresip as the phone, whose recording holds every sample of the message."""

from __future__ import annotations

import numpy as np
import pytest

from tests.conftest_peers import Peers
from tests.e2e.service import Service
from tests.peers import signals
from tests.peers.baresip import read_wav
from tests.peers.compare import compare
from tests.peers.compare_wide import compare_wide

pytestmark = [pytest.mark.peer("baresip"), pytest.mark.alone]
NUMBER = "+79120000100"
WANTED_SNR_DB = 37
WANTED_WIDE_SNR_DB = 29
RESAMPLED_SNR_DB = 25
WIDE_RATE = 16_000


@pytest.mark.parametrize("codec", ["PCMA", "PCMU"])
def test_every_sample_is_heard(service: Service, peers: Peers, codec: str) -> None:
    message = signals.speech_like(6.0)
    phone = peers.phone(numbers=[NUMBER], codecs=("PCMA", "PCMU"))
    campaign = service.dial(service.gateway(phone.port, codecs=[codec]), service.sound(message), [NUMBER])
    assert service.finished(campaign) == {"delivered": 1}
    (recording,) = phone.wait_for_calls_to_end(1)
    found = compare(read_wav(recording), message)
    print(found)
    assert found.complete, str(found)
    assert found.snr_db >= WANTED_SNR_DB, str(found)
    (call,) = service.calls(campaign)
    assert call["played_ms"] == call["audio_ms"] == 6000
    # baresip reports by RTCP every 5 s.
    assert (call["packets_sent"], call["packets_lost"], call["received_lost"]) == (pytest.approx(322, abs=3), 0, 0)
    assert call["packets_received"] > 300
    assert call["jitter_ms"] < 20
    assert (call["rtt_ms"] or 0) < 20  # null where its one report crossed ours


def test_every_sample_is_heard_over_g722(service: Service, peers: Peers) -> None:
    message = signals.speech_like(6.0, rate=WIDE_RATE)
    phone = peers.phone(numbers=[NUMBER], codecs=("PCMA", "G722"))
    sound = service.sound(message, WIDE_RATE)
    campaign = service.dial(service.gateway(phone.port, codecs=["G722", "PCMA"]), sound, [NUMBER])
    assert service.finished(campaign) == {"delivered": 1}
    (recording,) = phone.wait_for_calls_to_end(1)
    found = compare_wide(read_wav(recording), message)
    print(found)
    assert found.complete, str(found)
    assert found.snr_db >= WANTED_WIDE_SNR_DB, str(found)
    (call,) = service.calls(campaign)
    assert call["played_ms"] == call["audio_ms"] == 6000
    answer = service.http.get(f"/audio/{sound}/content", params={"rendering": "wide"})
    assert answer.content[44:] == message.astype("<i2").tobytes()


def test_a_wide_gateways_callee_may_take_another_codec(service: Service, peers: Peers) -> None:
    message = signals.speech_like(3.0)
    phone = peers.phone(numbers=[NUMBER], codecs=("PCMA",))
    campaign = service.dial(service.gateway(phone.port, codecs=["G722", "PCMA"]), service.sound(message), [NUMBER])
    assert service.finished(campaign) == {"delivered": 1}
    (recording,) = phone.wait_for_calls_to_end(1)
    found = compare_wide(read_wav(recording), message)  # resampled there and back: no longer sample by sample
    assert found.complete, str(found)
    assert found.snr_db >= RESAMPLED_SNR_DB, str(found)


def test_a_repeated_message_is_heard_twice_in_full(service: Service, peers: Peers) -> None:
    message = signals.speech_like(2.0)
    phone = peers.phone(numbers=[NUMBER])
    campaign = service.dial(service.gateway(phone.port), service.sound(message), [NUMBER], repeat=2, lead_in_ms=500)
    assert service.finished(campaign) == {"delivered": 1}
    (recording,) = phone.wait_for_calls_to_end(1)
    heard = read_wav(recording)
    twice = np.concatenate([message, message])
    assert compare(heard, twice).complete, str(compare(heard, twice))
    (call,) = service.calls(campaign)
    assert call["played_ms"] == call["audio_ms"] == 4000
    assert call["talk_ms"] >= 4700  # 0.5 s lead-in, 4 s, 0.2 s tail


def test_the_rendering_is_bit_for_bit_what_is_sent(service: Service, peers: Peers) -> None:
    message = signals.speech_like(2.0)
    sound = service.sound(message)
    answer = service.http.get(f"/audio/{sound}/content", params={"rendering": "phone"})
    assert answer.content[44:] == message.astype("<i2").tobytes()
