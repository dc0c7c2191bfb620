"""Plays the corpus to the detector and counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from time import thread_time

from sip.listening import Answer, DetectionParams, Detector, Ready
from tests.listening.corpus import Case, Recording
from tests.listening.voices import RATE, Voices

BLOCK_MS = 100
LATE_MS = 300  # a beep told later than so long after its end is not found

# What may be said of whom. Whoever is nobody or music must not be taken for a person.
RIGHT = {"human": {"human"}, "machine": {"machine"}, "nobody": {"unknown"}, "music": {"machine", "unknown"}}


@dataclass(frozen=True)
class Heard:
    """What the detector said of a case, and what it cost."""

    case: Case
    recording: Recording
    answer: Answer | None
    ready: Ready | None
    length_s: float
    cpu_s: float

    @property
    def who(self) -> str:
        """The answer's word; `nothing` when the recording ended before it came."""
        return self.answer.who if self.answer else "nothing"

    @property
    def wait_ms(self) -> float:
        """From the end of the greeting to the answer."""
        ended = self.recording.greeting_end_ms
        return self.answer.at_ms - ended if self.answer and ended is not None else float("inf")

    @property
    def beep_delay_ms(self) -> float | None:
        """From the beep's true end to the word of it; None when no beep was told."""
        end = self.recording.beep_end_ms
        return self.ready.at_ms - end if end is not None and self.ready and self.ready.reason == "beep" else None

    @property
    def false_beep(self) -> bool:
        """A beep where there is none, or before it ended."""
        told = self.ready is not None and self.ready.reason == "beep"
        return told and (self.beep_delay_ms is None or self.beep_delay_ms < 0)


def hear(case: Case, voices: Voices, params: DetectionParams | None = None) -> Heard:
    """Plays the case in blocks as in a call: of 100 ms, shorter or longer ones where the detector says so, until it is done."""
    recording = case.make(voices)
    detector = Detector(params, until_ready=True)
    place, began = 0, thread_time()
    while place < len(recording.samples) and not detector.done:
        rounds_ms = max(BLOCK_MS, detector.idle_ms // BLOCK_MS * BLOCK_MS)
        length = min(rounds_ms, detector.left_ms or rounds_ms) * RATE // 1000
        detector.feed(recording.samples[place : place + length])
        place += length
    return Heard(case, recording, detector.answer, detector.ready, place / RATE, thread_time() - began)


class Score:
    """The figures of many cases."""

    def __init__(self, heard: Iterable[Heard]) -> None:
        self.heard = list(heard)
        self.confusion = Counter((one.case.truth, one.who) for one in self.heard)
        spoke = [one for one in self.heard if one.case.truth in ("human", "machine")]
        self.right = _share(one.who == one.case.truth for one in spoke)
        self.waits_ms = sorted(one.wait_ms for one in self.heard if one.case.truth == "human")
        people = [one for one in self.heard if one.case.truth == one.who == "human"]
        self.interrupted = _share(one.wait_ms <= 0 for one in people) if people else 0.0  # told before the greeting's end: talked over
        beeps = [one for one in self.heard if one.recording.beep_end_ms is not None]
        self.beep_delays_ms = sorted(one.beep_delay_ms for one in beeps if one.beep_delay_ms is not None)
        self.beeps = len(beeps)
        self.beeps_found = _share(one.beep_delay_ms is not None and 0 <= one.beep_delay_ms <= LATE_MS for one in beeps)
        self.false_beeps = _share(one.false_beep for one in self.heard)
        self.cpu_percent = 100 * sum(one.cpu_s for one in self.heard) / max(1e-9, sum(one.length_s for one in self.heard))

    @property
    def wrong(self) -> list[str]:
        """A line for each case that went wrong, with what was said."""
        return [f"{one.case.name}: {reason}" for one in self.heard for reason in _troubles(one)]


def _troubles(one: Heard) -> list[str]:
    troubles = []
    if one.who not in RIGHT[one.case.truth]:
        troubles.append(f"taken for {one.who}, {one.answer}")
    if one.case.truth == one.who == "human" and one.wait_ms <= 0:
        troubles.append(f"told too early, {one.answer}")
    if one.false_beep:
        troubles.append(f"false beep, {one.ready}")
    elif one.recording.beep_end_ms is not None and (one.beep_delay_ms is None or one.beep_delay_ms > LATE_MS):
        troubles.append(f"beep not found, {one.ready}")
    return troubles


def _share(right: Iterable[bool]) -> float:
    all_of_them = list(right)
    return sum(all_of_them) / len(all_of_them) if all_of_them else 1.0
