"""The detector's words and limits, on sounds made of sines and noise."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pytest

from sip.listening import Answer, DetectionParams, Detector, Ready
from sip.sandbox import tones as sandbox
from tests.listening import friends
from tests.listening.test_beeps import GREETING, line
from tests.listening.voices import RATE, Sound

WORD = GREETING[: RATE * 2 // 5]  # two syllables, 400 ms
PARAMS = DetectionParams()


def silence(ms: int) -> Sound:
    return np.zeros(ms * RATE // 1000)


def blocks(samples: npt.NDArray[np.int16], size: int = RATE // 10) -> Iterator[npt.NDArray[np.int16]]:
    for start in range(0, len(samples), size):
        yield samples[start : start + size]


def told(samples: npt.NDArray[np.int16], size: int = RATE // 10, **options: object) -> list[Answer | Ready]:
    detector = Detector(**options)  # type: ignore[arg-type]
    return [one for block in blocks(samples, size) for one in detector.feed(block)]


def answer(samples: npt.NDArray[np.int16], params: DetectionParams = PARAMS) -> Answer:
    """The only word."""
    [only] = told(samples, params=params)
    assert isinstance(only, Answer)
    return only


def test_a_word_and_silence_is_a_human_soon() -> None:
    only = answer(line(silence(500), WORD, silence(4000)))
    assert (only.who, only.reason) == ("human", "greeting")
    assert 1500 <= only.at_ms <= 1800
    assert only.greeting_ms == pytest.approx(400, abs=80)


def test_who_says_hello_twice_is_a_human_and_a_long_greeting_waits_a_little_longer() -> None:
    twice = answer(line(WORD, silence(450), WORD, silence(4000)))
    long = answer(line(GREETING[: RATE * 19 // 10], silence(4000)))
    assert (twice.who, long.who) == ("human", "human")
    assert 700 <= twice.at_ms - 1250 < long.at_ms - 1900 <= 1700


def test_who_goes_on_is_a_machine_while_speaking() -> None:
    only = answer(line(GREETING, silence(4000)))
    assert (only.who, only.reason) == ("machine", "greeting")
    assert only.at_ms <= PARAMS.greeting_ms + 300


def test_nobody_speaks() -> None:
    assert answer(line(silence(8000))) == Answer("unknown", "no_speech", PARAMS.initial_silence_ms, 0)
    assert answer(line(silence(8000), noise_dbov=-30)).reason == "no_speech"


def test_ringback_goes_on_until_somebody_speaks_or_the_limit() -> None:
    ringing = friends.cadence((425,), 1000, 4000, seconds=12)
    assert answer(line(ringing)) == Answer("unknown", "timeout", PARAMS.timeout_ms, 0)
    only = answer(line(ringing[: 6 * RATE], WORD, silence(3000)))
    assert only.who == "human"
    assert 6900 < only.at_ms < 7500


def test_a_fax_is_a_machine() -> None:
    only = answer(line(friends.cadence((2100,), 3000, 3000)))
    assert (only.who, only.reason) == ("machine", "fax")


def test_a_person_in_a_noisy_room_does_not_wait_for_the_limit() -> None:
    room = np.random.default_rng(3).standard_normal(6 * RATE) * 10 ** (-38 / 20)
    only = answer(line(silence(6000) + room + np.concatenate([silence(1000), WORD, silence(4600)])))
    assert only.who == "human"
    assert only.at_ms - 1400 <= 2000


def test_a_machine_that_does_not_beep_is_ready_after_its_silence() -> None:
    _, last = told(line(GREETING, silence(9000)), until_ready=True)
    assert isinstance(last, Ready)
    assert last == Ready("silence", last.at_ms, None)
    assert 0 <= last.at_ms - len(GREETING) * 1000 / RATE - PARAMS.end_silence_ms <= 200


def test_a_machine_that_never_ends_is_spoken_to_at_the_limit() -> None:
    params = DetectionParams(beep_timeout_ms=20_000)
    first, last = told(line(*[GREETING] * 8), params=params, until_ready=True)
    assert isinstance(last, Ready)
    assert last == Ready("timeout", first.at_ms + 20_000, None)


def test_it_is_done_with_the_answer_unless_the_message_waits_for_the_machine() -> None:
    samples = line(GREETING, silence(300), np.array(sandbox.tone(1000, 500)) / 32768, silence(2000))
    plain, patient = Detector(), Detector(until_ready=True)
    for block in blocks(samples[: 4 * RATE]):
        plain.feed(block)
        patient.feed(block)
    assert (plain.done, patient.done) == (True, False)
    assert patient.answered_by == plain.answered_by == "machine"
    patient.feed(samples[4 * RATE :])
    assert (patient.done, patient.answered_by) == (True, "beep")
    assert patient.feed(samples) == []


@pytest.mark.parametrize("size", [80, 160, 333, 1600, 8000, 400_000])
def test_the_size_of_the_blocks_changes_at_most_the_time_of_the_word(size: int) -> None:
    samples = line(GREETING, silence(300), np.array(sandbox.tone(1000, 500)) / 32768, silence(2000))
    usual, other = told(samples, until_ready=True), told(samples, size, until_ready=True)
    assert [(type(one), one.reason) for one in other] == [(type(one), one.reason) for one in usual]
    assert all(abs(one.at_ms - that.at_ms) <= 200 for one, that in zip(usual, other, strict=True))


SOUNDS = {
    "a person": line(silence(700), WORD, silence(3000)),
    "two words": line(WORD, silence(450), WORD, silence(4000)),
    "a voicemail": line(silence(300), GREETING, silence(300), np.array(sandbox.tone(1000, 500)) / 32768, silence(2000)),
    "no beep": line(GREETING, silence(9000)),
    "only a beep": line(silence(900), np.array(sandbox.tone(1000, 160)) / 32768, silence(2000)),
    "nobody": line(silence(8000)),
    "a fax": line(friends.cadence((2100,), 3000, 3000)),
}


@pytest.mark.parametrize("name", SOUNDS)
def test_no_word_comes_in_the_time_that_is_promised_to_be_idle(name: str) -> None:
    detector = Detector(until_ready=True)
    idle_until, ms = 0, 0
    for block in blocks(SOUNDS[name], RATE // 50):
        words = detector.feed(block)
        ms += 20
        assert not words or ms >= idle_until, (words, idle_until)
        idle_until = max(idle_until, ms + detector.idle_ms)
    assert detector.answer is not None


def test_a_silent_line_need_not_be_heard_often_until_silence_is_the_answer() -> None:
    detector = Detector()
    ms = asked = 0
    while detector.answer is None:
        step = max(20, detector.idle_ms)
        detector.feed(line(silence(step)))
        ms, asked = ms + step, asked + 1
    assert detector.answer == Answer("unknown", "no_speech", PARAMS.initial_silence_ms, 0)
    assert asked <= PARAMS.initial_silence_ms / 200 + 3


def test_a_buffer_may_be_used_again() -> None:
    samples, kept = line(silence(500), WORD, silence(2000)), bytearray(320)
    detector = Detector()
    for start in range(0, len(samples) * 2, 320):
        kept[:] = samples.tobytes()[start : start + 320]
        detector.feed(memoryview(kept))
    assert [detector.answer] == told(samples, 160)


def test_other_rates_are_refused() -> None:
    with pytest.raises(ValueError, match="8000 or 16000"):
        Detector(rate=44100)


def test_it_keeps_a_bounded_memory_and_stays_cheap() -> None:
    params = DetectionParams(beep_timeout_ms=120_000, timeout_ms=30_000)
    detector = Detector(params, until_ready=True)
    for block in blocks(line(*[GREETING] * 20)):
        detector.feed(block)
    assert len(detector._speech._levels) == 2 * 30_000 // 20
    assert len(detector._earlier) <= 16


def test_it_needs_no_sip_library() -> None:
    code = "import sys, sip.listening; sys.exit('pjsua2' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], timeout=30).returncode == 0
