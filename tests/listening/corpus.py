"""The corpus: what comes back from the called side from the answer on, each with the truth about it.

Deterministic: a case's name is its seed. Tuning and held-out cases share no language, no voice, no kind of beep.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from tests.listening import beeps, friends, texts, voices
from tests.listening.beeps import Beep
from tests.listening.noises import NOISES
from tests.listening.voices import RATE, Sound, Voices
from tests.peers import g711

Truth = Literal["human", "machine", "nobody", "music"]
NOISE_LEVELS = (("clean", 0), ("white", 30), ("brown", 20), ("hum", 20), ("babble", 20), ("white", 10), ("brown", 10), ("babble", 10))
RATES = (130, 160, 190, 220)  # words a minute
AFTER_MS = 5000  # of silence at the end: somebody waits for us


@dataclass(frozen=True)
class Recording:
    """What was heard (16-bit, 8 kHz, after A-law), and when the first greeting and the beep ended (ms from the start)."""

    samples: npt.NDArray[np.int16]
    greeting_end_ms: float | None
    beep_end_ms: float | None


@dataclass(frozen=True)
class Case:
    """One answered call. `make` builds its recording."""

    name: str
    truth: Truth
    held_out: bool
    make: Callable[[Voices], Recording]


class _Tape:
    """Parts one after the other, then the line's noise, then A-law."""

    def __init__(self, name: str) -> None:
        self.random = np.random.default_rng(zlib.crc32(name.encode()))
        self.voice_dbov = float(self.random.uniform(-30, -18))
        self.greeting_end_ms: float | None = None
        self.beep_end_ms: float | None = None
        self._parts: list[Sound] = []

    @property
    def ms(self) -> float:
        return sum(map(len, self._parts)) * 1000 / RATE

    def pause(self, low_ms: float, high_ms: float | None = None) -> None:
        ms = low_ms if high_ms is None else self.random.uniform(low_ms, high_ms)
        self._parts.append(np.zeros(int(ms * RATE / 1000)))

    def speak(self, sound: Sound) -> None:
        self.play(sound * 10 ** (self.voice_dbov / 20))
        self.greeting_end_ms = self.ms

    def play(self, sound: Sound) -> None:
        self._parts.append(sound)

    def beep(self, beep: Beep) -> None:
        self.play(beep.sound())
        self.beep_end_ms = self.ms

    def recording(self, noise: str = "clean", snr_db: float = 0) -> Recording:
        """SNR is that of the voice while it speaks."""
        sound = np.concatenate(self._parts)
        if noise != "clean":
            sound = sound + NOISES[noise](len(sound), self.random) * 10 ** ((self.voice_dbov - snr_db) / 20)
        samples = np.clip(np.round(sound * 32768), -32768, 32767).astype(np.int16)
        return Recording(g711.round_trip(samples), self.greeting_end_ms, self.beep_end_ms)


def cases() -> list[Case]:
    """All of them."""
    return [*_people(), *_machines(), *_short_machines(), *_transfers(), *_false_friends()]


def _sets() -> Iterator[tuple[bool, Sequence[str], Sequence[str], Sequence[Beep]]]:
    yield False, texts.TUNING, voices.TUNING, beeps.TUNING
    yield True, texts.HELD_OUT, voices.HELD_OUT, beeps.HELD_OUT


def _people() -> Iterator[Case]:
    for held_out, languages, variants, _ in _sets():
        number = 0
        for language in languages:
            for text in texts.HUMAN[language]:
                for _ in range(6 if not held_out else 4):
                    yield _human(held_out, language, variants[number % len(variants)], text, number)
                    number += 1


def _human(held_out: bool, language: str, variant: str, text: str, number: int) -> Case:
    noise, snr_db = NOISE_LEVELS[(number * 3 + number // 8) % len(NOISE_LEVELS)]
    rate = RATES[(number + number // 4) % len(RATES)]
    name = f"human {language} {variant} {rate} {noise}{snr_db} {text!r} #{number}"

    def make(voice: Voices) -> Recording:
        tape = _Tape(name)
        said = voice.say(text, language, variant, rate)
        tape.pause(0, 1500)
        tape.speak(said)
        if len(said) < 0.7 * RATE and number % 5 == 0:  # "Hello? Hello?"
            tape.pause(250, 600)
            tape.speak(said)
        tape.pause(2500)
        if number % 3 == 0:  # asks again when nobody speaks
            tape.play(said * 10 ** (tape.voice_dbov / 20))
        tape.pause(AFTER_MS)
        return tape.recording(noise, snr_db)

    return Case(name, "human", held_out, make)


def _machines() -> Iterator[Case]:
    for held_out, languages, variants, tones in _sets():
        number = 0
        for language in languages:
            for greeting in texts.MACHINE[language]:
                for _ in range(9 if not held_out else 6):
                    yield _machine(held_out, language, variants[number % len(variants)], greeting, tones, number)
                    number += 1


def _short_machines() -> Iterator[Case]:
    for held_out, languages, variants, tones in _sets():
        number = 0
        for language in languages:
            for text in texts.SHORT_MACHINE[language]:
                for _ in range(6 if not held_out else 3):
                    yield _machine(held_out, language, variants[number % len(variants)], (text,), tones, number)
                    number += 1


def _machine(held_out: bool, language: str, variant: str, greeting: tuple[str, ...], tones: Sequence[Beep], number: int) -> Case:
    noise, snr_db = NOISE_LEVELS[(number * 5 + number // 8) % len(NOISE_LEVELS)]
    rate = RATES[(number + number // 4) % len(RATES)]
    beep = tones[number % len(tones)] if number % 4 or len(greeting) == 1 else None
    kind = "short" if len(greeting) == 1 else "long"
    name = f"machine {kind} {language} {variant} {rate} {noise}{snr_db} {beep.name if beep else 'no beep'} #{number}"

    def make(voice: Voices) -> Recording:
        tape = _Tape(name)
        tape.pause(0, 1500)
        for sentence in greeting:
            if tape.greeting_end_ms is not None:
                tape.pause(150, 900)
            tape.speak(voice.say(sentence, language, variant, rate))
        if beep:
            tape.pause(100, 1000 if kind == "short" else 2000)
            tape.beep(beep)
        tape.pause(AFTER_MS)
        return tape.recording(noise, snr_db)

    return Case(name, "machine", held_out, make)


def _transfers() -> Iterator[Case]:
    """A machine that speaks and puts through: ringback or music instead of a beep."""
    sounds = {**{name: friend for name, friend in friends.QUIET.items() if "ringback" in name}, **friends.MUSIC}
    for held_out, languages, variants, _ in _sets():
        for number, (name, friend) in enumerate(sounds.items()):
            language = languages[number % len(languages)]
            yield _transfer(held_out, language, variants[number % len(variants)], name, friend, number)


def _transfer(held_out: bool, language: str, variant: str, what: str, friend: friends.Friend, number: int) -> Case:
    greeting = texts.MACHINE[language][0]
    noise, snr_db = NOISE_LEVELS[number % 5]
    name = f"machine transfer {language} {variant} {noise}{snr_db} {what}"

    def make(voice: Voices) -> Recording:
        tape = _Tape(name)
        tape.pause(300)
        for sentence in greeting[:2]:
            tape.speak(voice.say(sentence, language, variant, 160))
            tape.pause(300, 700)
        tape.play(friend(tape.random))
        return tape.recording(noise, snr_db)

    return Case(name, "machine", held_out, make)


def _false_friends() -> Iterator[Case]:
    levels = {False: (("clean", 0), ("white", 20)), True: (("white", 30), ("babble", 20), ("brown", 10))}
    for held_out, noises in levels.items():
        for noise, snr_db in noises:
            for what, friend in {**friends.QUIET, **friends.FAX, **friends.MUSIC}.items():
                yield _false_friend(held_out, what, friend, noise, snr_db)
    for noise, snr_db in NOISE_LEVELS[1:]:
        yield _false_friend(snr_db != 20, "noise only", friends.silence, noise, snr_db)


def _false_friend(held_out: bool, what: str, friend: friends.Friend, noise: str, snr_db: int) -> Case:
    name = f"{what} {noise}{snr_db}"

    def make(_: Voices) -> Recording:
        tape = _Tape(name)
        tape.play(friend(tape.random))
        return tape.recording(noise, snr_db)

    truth: Truth = "music" if what in friends.MUSIC else "machine" if what in friends.FAX else "nobody"
    return Case(name, truth, held_out, make)
