"""What is heard when many are called at once: of 20 by what baresip's phones record, of 100 by all that came over the wire."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import pytest

from tests.conftest_peers import Peers
from tests.e2e.service import Service
from tests.peers import g711, g722, signals
from tests.peers.baresip import BaresipPhone, read_wav
from tests.peers.compare import Comparison, compare
from tests.peers.compare_wide import WideComparison, compare_wide

pytestmark = pytest.mark.alone

Samples = npt.NDArray[np.int16]
PHONES, CALLS_A_PHONE = 4, 5
LONG_S = 8.0  # so that the first call to a phone still runs when the last one begins: they begin a second apart
SHORT_S = 6.0
CODECS = ("PCMA", "PCMU", "G722")
PAYLOAD_TYPES = {"PCMU": 0, "PCMA": 8, "G722": 9}
WANTED_SNR_DB = {"PCMA": 37.0, "PCMU": 37.0, "G722": 29.0}


def rate_of(codec: str) -> int:
    return 16_000 if codec == "G722" else 8000


def compared(codec: str, heard: Samples, message: Samples) -> Comparison | WideComparison:
    return compare_wide(heard, message) if codec == "G722" else compare(heard, message)


def judge(codec: str, load: int, found: Sequence[Comparison | WideComparison]) -> None:
    """Prints the figures, and fails unless all of the message was heard in each call."""
    snr = [one.snr_db for one in found]
    level = max(abs(one.level_db) for one in found)
    missing = sum(one.missing for one in found)
    print(f"{codec}, {load} at once: {missing} samples missing, SNR {min(snr):.1f} to {max(snr):.1f} dB, level within {level:.3f} dB")
    assert len(found) == load
    assert all(one.complete for one in found), [str(one) for one in found if not one.complete][:3]
    assert min(snr) >= WANTED_SNR_DB[codec]


@pytest.mark.peer("baresip")
def test_twenty_at_once_with_each_codec(start: Callable[..., Service], peers: Peers) -> None:
    service = start("--no-sandbox", "--lines", "120")
    numbers = [f"+791200035{n:02}" for n in range(CALLS_A_PHONE)]
    messages = {codec: signals.speech_like(LONG_S, rate=rate_of(codec)) for codec in CODECS}
    phones: list[tuple[str, BaresipPhone]] = []
    campaigns = []
    for codec in CODECS:
        sound = service.sound(messages[codec], rate_of(codec))
        for _ in range(PHONES):
            phone = peers.phone(numbers=numbers, codecs=(codec,), max_calls=CALLS_A_PHONE)
            phones.append((codec, phone))
            # Its recordings are named by the second.
            campaigns.append(service.dial(service.gateway(phone.port, codecs=[codec]), sound, numbers, calls_per_second=0.9))
    for campaign in campaigns:
        assert service.finished(campaign) == {"delivered": CALLS_A_PHONE}
    for codec in CODECS:
        own = [phone for of, phone in phones if of == codec]
        recordings = [file for phone in own for file in phone.wait_for_calls_to_end(CALLS_A_PHONE)]
        judge(codec, PHONES * CALLS_A_PHONE, [compared(codec, read_wav(file), messages[codec]) for file in recordings])


@pytest.mark.peer("sipp", "dumpcap")
@pytest.mark.parametrize("codec", CODECS)
def test_a_hundred_at_once(start: Callable[..., Service], peers: Peers, codec: str) -> None:
    service = start("--no-sandbox", "--lines", "100")
    numbers = [f"+79120036{n:03}" for n in range(100)]
    message = signals.speech_like(SHORT_S, rate=rate_of(codec))
    gateway = peers.gateway("answer", payload_type=PAYLOAD_TYPES[codec], encoding=f"{codec}/8000")
    capture = peers.capture(gateway.rtp.port)
    campaign = service.dial(service.gateway(gateway.port, codecs=[codec]), service.sound(message, rate_of(codec)), numbers)
    assert service.finished(campaign) == {"delivered": 100}
    assert gateway.stats().most_at_once >= 90
    judge(codec, 100, [compared(codec, sound, message) for sound in _sounds(codec, capture.flows(gateway.rtp.port))])
    assert {(call["played_ms"], call["audio_ms"]) for call in service.calls(campaign)} == {(6000, 6000)}


def _sounds(codec: str, flows: dict[int, list[tuple[float, bytes]]]) -> list[Samples]:
    """What came from each port, in the order of the sequence numbers."""
    sounds = []
    for packets in flows.values():
        numbers = np.array([int.from_bytes(packet[2:4], "big") for _, packet in packets])
        order = np.argsort((numbers - numbers[0] + 0x8000) % 0x10000)
        payload = b"".join(packets[place][1][12:] for place in order)
        sounds.append(g722.decode(payload) if codec == "G722" else g711.decode(payload, codec))
    return sounds
