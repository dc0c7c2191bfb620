"""Beeps and their false friends after a greeting made of sines; nothing here needs a program."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from sip.listening import Detector, Ready
from sip.sandbox import tones as sandbox
from tests.listening import beeps, friends
from tests.listening.beeps import Beep
from tests.listening.voices import RATE, Sound
from tests.peers import g711

GREETING = np.array(sandbox.greeting()) / 32768
QUIET = np.zeros(5 * RATE)
# After a greeting none of these may be taken for a beep. A calling fax does not speak before its tone.
OTHERS = {**friends.QUIET, **friends.MUSIC}
OTHERS.pop("fax CNG 1100 Hz")


def line(*parts: Sound, codec: str = "PCMA", noise_dbov: float = -65) -> npt.NDArray[np.int16]:
    """What arrives of these parts."""
    sound = np.concatenate(parts)
    sound = sound + np.random.default_rng(5).standard_normal(len(sound)) * 10 ** (noise_dbov / 20)
    return g711.round_trip(np.clip(np.round(sound * 32768), -32768, 32767).astype(np.int16), codec)


def ready(samples: npt.NDArray[np.int16], rate: int = RATE) -> Ready | None:
    """What the detector says in the end of a machine."""
    detector = Detector(rate=rate, until_ready=True)
    for start in range(0, len(samples), rate // 10):
        detector.feed(samples[start : start + rate // 10])
    assert detector.answer is not None
    assert detector.answer.who == "machine"
    return detector.ready


@pytest.mark.parametrize("codec", ["PCMA", "PCMU"])
@pytest.mark.parametrize("beep", [*beeps.TUNING, *beeps.HELD_OUT], ids=lambda beep: beep.name)
def test_each_kind_of_beep_is_told_soon_after_its_end(beep: Beep, codec: str) -> None:
    before = [GREETING, np.zeros(RATE * 3 // 10), beep.sound()]
    end_ms = sum(map(len, before)) * 1000 / RATE
    told = ready(line(*before, QUIET, codec=codec))
    assert told is not None
    assert told.reason == "beep"
    assert 0 < told.at_ms - end_ms <= 300
    assert told.beep_end_ms == pytest.approx(end_ms, abs=40)


def test_at_16_khz_too() -> None:
    sound = np.concatenate([GREETING, np.zeros(RATE // 2), Beep((1400,), 300).sound(), QUIET])
    wide = np.interp(np.arange(2 * len(sound)) / 2, np.arange(len(sound)), sound)
    told = ready((wide * 32767).astype(np.int16), rate=2 * RATE)
    assert told is not None
    assert told.reason == "beep"
    assert told.beep_end_ms == pytest.approx((len(GREETING) + RATE // 2) * 1000 / RATE + 300, abs=40)


@pytest.mark.parametrize("sound", OTHERS)
def test_other_tones_after_a_greeting_are_no_beep(sound: str) -> None:
    random = np.random.default_rng(len(sound))
    told = ready(line(GREETING, np.zeros(RATE // 2), OTHERS[sound](random)))
    assert told is None or told.reason == "silence"


@pytest.mark.parametrize("hz", [300, 2300, 3000])
def test_a_tone_outside_of_the_limits_is_no_beep(hz: int) -> None:
    told = ready(line(GREETING, np.zeros(RATE // 2), Beep((hz,), 400).sound(), QUIET))
    assert told is not None
    assert told.reason == "silence"


def test_a_tone_that_speech_follows_at_once_is_no_beep() -> None:
    told = ready(line(GREETING, Beep((1000,), 300).sound(), GREETING, QUIET))
    assert told is not None
    assert told.reason == "silence"
    assert told.at_ms > 2 * len(GREETING) * 1000 / RATE


def test_a_short_click_of_a_tone_is_no_beep() -> None:
    told = ready(line(GREETING, np.zeros(RATE // 2), Beep((1000,), 50).sound(), QUIET))
    assert told is not None
    assert told.reason == "silence"


def test_a_beep_without_a_greeting_is_a_machine() -> None:
    detector = Detector(until_ready=True)
    told = detector.feed(line(np.zeros(RATE), Beep((1000,), 500).sound(), QUIET))
    assert detector.answered_by == "beep"
    assert [type(one).__name__ for one in told] == ["Answer", "Ready"]
