"""Keys as tones in the sound (ITU-T Q.23, Q.24): all sixteen, short ones, uneven ones, in noise; and what is none."""

from __future__ import annotations

import numpy as np
import pytest

from sip.tones_in_band import HIGH_HZ, KEYS, LOW_HZ, KeyTones
from tests.peers import g711, signals

RATE = 8000
ALL = "".join(KEYS)


def tone(key: str, length_ms: float = 80, twist_db: float = 0, level: float = 3000, off: float = 0) -> np.ndarray:
    low, high = next((low, high) for low, row in enumerate(KEYS) for high, name in enumerate(row) if name == key)
    at = np.arange(round(RATE * length_ms / 1000)) / RATE
    gain = 10 ** (twist_db / 40)
    waves = [amount * np.sin(2 * np.pi * hz * (1 + off) * at) for hz, amount in ((LOW_HZ[low], 1 / gain), (HIGH_HZ[high], gain))]
    return level * np.add(*waves)


def typed(keys: str, **how: float) -> np.ndarray:
    pause = np.zeros(RATE * 60 // 1000)
    return np.concatenate([part for key in keys for part in (pause, tone(key, **how))] + [pause, pause])


def found(sound: np.ndarray, block: int = 800) -> str:
    own = KeyTones(RATE)
    samples = np.clip(sound, -32768, 32767).astype(np.int16)
    return "".join(own.feed(samples[start : start + block].tobytes()) for start in range(0, len(samples), block))


@pytest.mark.parametrize(
    "how", [{}, {"length_ms": 45}, {"length_ms": 400}, {"twist_db": 6}, {"twist_db": -6}, {"off": 0.015}, {"off": -0.015}, {"level": 300}]
)
def test_all_keys(how: dict[str, float]) -> None:
    assert found(typed(ALL, **how)) == ALL


def test_the_same_key_again_is_two_keys() -> None:
    assert found(typed("5522")) == "5522"


@pytest.mark.parametrize("block", [80, 160, 800, 8000])
def test_whatever_the_blocks(block: int) -> None:
    assert found(typed("19#"), block) == "19#"


@pytest.mark.parametrize("law", ["PCMA", "PCMU"])
def test_through_g711_and_noise(law: str) -> None:
    sound = typed(ALL) + np.random.default_rng(1).normal(0, 3000 / 10, len(typed(ALL)))  # 20 dB under the tones
    assert found(g711.decode(g711.encode(sound.astype(np.int16), law), law).astype(float)) == ALL


def test_what_is_no_key() -> None:
    at = np.arange(RATE * 2) / RATE
    dial_tone, one = 6000 * np.sin(2 * np.pi * 425 * at), 6000 * np.sin(2 * np.pi * 770 * at)
    noise = np.random.default_rng(2).normal(0, 4000, len(at))
    for sound in (np.zeros(len(at)), dial_tone, one, noise, signals.speech_like(20.0).astype(float)):
        assert found(sound) == ""
