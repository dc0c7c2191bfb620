"""What the called person hears: baresip as the phone, whose recording holds every sample of the message."""

from __future__ import annotations

import numpy as np
import pytest

from tests.conftest_peers import Peers
from tests.e2e.service import Service
from tests.peers import signals
from tests.peers.baresip import read_wav
from tests.peers.compare import compare

pytestmark = pytest.mark.peer("baresip")
NUMBER = "+79120000100"
WANTED_SNR_DB = 37


@pytest.mark.parametrize("codec", ["PCMA", "PCMU"])
def test_every_sample_is_heard(service: Service, peers: Peers, codec: str) -> None:
    message = signals.speech_like(6.0)
    phone = peers.phone(numbers=[NUMBER], codecs=("PCMA", "PCMU"))
    campaign = service.dial(service.gateway(phone.port, codecs=[codec]), service.sound(message), [NUMBER])
    assert service.finished(campaign) == {"delivered": 1}
    (recording,) = phone.wait_for_calls_to_end(1)
    found = compare(read_wav(recording), message)
    assert found.complete, str(found)
    assert found.snr_db >= WANTED_SNR_DB, str(found)
    (call,) = service.calls(campaign)
    assert call["played_ms"] == call["audio_ms"] == 6000


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
