"""Wait, play or hang up: the order of an answered call, with the detector's words and the time passed in."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import pytest

from sip.answering import LATE_S, Answering
from sip.listening import Answer, DetectionParams, Ready
from sip.messages import HANG_UP, MESSAGE_AFTER_BEEP, REPORT_ONLY

PARAMS = DetectionParams(timeout_ms=5_000, beep_timeout_ms=20_000)
SOUND = bytes(1600)


@dataclass
class Told:
    """A detector that says what the test wants."""

    until_ready: bool = False
    params: Any = PARAMS
    answer: Answer | None = None
    left_ms: int | None = None
    idle_ms: int = 0
    ready: Ready | None = None
    heard: list[bytes] = field(default_factory=list)

    @property
    def done(self) -> bool:
        waits = self.until_ready and self.answer is not None and self.answer.who == "machine"
        return self.answer is not None and (not waits or self.ready is not None)

    @property
    def answered_by(self) -> str | None:
        if self.ready and self.ready.reason == "beep":
            return "beep"
        return self.answer.who if self.answer else None

    def feed(self, block: bytes) -> None:
        self.heard.append(block)

    def says(self, who: Any) -> None:
        self.answer = Answer(who, "greeting", 2_000, 1_000)

    def is_ready(self, reason: Any = "beep") -> None:
        self.ready = Ready(reason, 6_000, 5_900)


def begun(mode: str) -> tuple[Answering, Told]:
    told = Told(until_ready=mode == MESSAGE_AFTER_BEEP)
    answering = Answering(mode, told)
    answering.begin(100.0)
    return answering, told


@pytest.mark.parametrize("mode", [HANG_UP, MESSAGE_AFTER_BEEP])
@pytest.mark.parametrize("who", ["human", "unknown"])
def test_whoever_is_no_machine_hears_the_message_at_once(mode: str, who: str) -> None:
    answering, told = begun(mode)
    assert answering.step(101.0) == "wait"
    told.says(who)
    assert answering.step(101.1) == "play"
    assert not answering.listens
    assert answering.answered_by == who


def test_a_machine_is_hung_up_on() -> None:
    answering, told = begun(HANG_UP)
    told.says("machine")
    assert answering.step(102.0) == "hang_up"
    assert answering.step(200.0) == "hang_up"
    assert answering.answered_by == "machine"


@pytest.mark.parametrize(("reason", "word"), [("beep", "beep"), ("silence", "machine"), ("timeout", "machine")])
def test_a_machine_gets_the_message_when_it_listens(reason: str, word: str) -> None:
    answering, told = begun(MESSAGE_AFTER_BEEP)
    told.says("machine")
    assert answering.step(102.0) == "wait"
    assert answering.listens
    assert answering.step(110.0) == "wait"
    told.is_ready(reason)
    assert answering.step(110.1) == "play"
    assert not answering.listens
    assert answering.answered_by == word


@pytest.mark.parametrize("who", [None, "human", "machine"])
def test_nobody_waits_where_it_is_only_told(who: str | None) -> None:
    answering, told = begun(REPORT_ONLY)
    assert answering.longest_s == 0
    assert answering.step(100.0) == "play"
    assert answering.listens
    if who:
        told.says(who)
    assert answering.step(103.0) == "play"
    assert answering.listens is (who is None)
    assert answering.answered_by == (who or "unknown")


@pytest.mark.parametrize("mode", [HANG_UP, MESSAGE_AFTER_BEEP, REPORT_ONLY])
def test_without_any_sound_the_clock_decides(mode: str) -> None:
    answering, _ = begun(mode)
    assert answering.step(104.9) == ("play" if mode == REPORT_ONLY else "wait")
    assert answering.listens
    assert answering.step(105.0 + LATE_S) == "play"
    assert not answering.listens
    assert answering.answered_by == "unknown"


def test_a_machine_that_falls_silent_on_the_wire_gets_the_message_in_time() -> None:
    answering, told = begun(MESSAGE_AFTER_BEEP)
    told.says("machine")
    assert answering.step(103.0) == "wait"
    assert answering.step(122.9) == "wait"
    assert answering.step(123.0 + LATE_S) == "play"
    assert not answering.listens
    assert answering.longest_s >= 123.0 + LATE_S - 100.0


def test_before_it_begins_nothing_is_late() -> None:
    answering = Answering(HANG_UP, Told())
    assert answering.step(1e9) == "wait"


def test_what_comes_in_is_heard_until_the_word_is_there() -> None:
    answering, told = begun(HANG_UP)
    answering.hear(SOUND)
    told.says("human")
    answering.hear(SOUND)
    assert told.heard == [SOUND]


def test_sound_is_wanted_seldom_but_at_the_moment_when_silence_tells_something() -> None:
    answering, told = begun(HANG_UP)
    assert (answering.every_s, answering.left_s) == (0.1, math.inf)
    told.left_ms = 60
    assert answering.left_s == 0.06
    nobody_waits, told = begun(REPORT_ONLY)
    told.left_ms = 60
    assert (nobody_waits.every_s, nobody_waits.left_s) == (0.4, math.inf)


def test_sound_is_not_wanted_while_no_word_can_come() -> None:
    answering, told = begun(HANG_UP)
    assert answering.idle_s == 0
    told.idle_ms = 200
    assert answering.idle_s == 0.2


@pytest.mark.parametrize("mode", [HANG_UP, MESSAGE_AFTER_BEEP, REPORT_ONLY])
def test_a_fault_of_the_detection_costs_nobody_the_message(mode: str, monkeypatch: pytest.MonkeyPatch) -> None:
    answering, told = begun(mode)

    def faulty(_block: bytes) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(told, "feed", faulty)
    answering.hear(SOUND)
    assert answering.step(100.1) == "play"
    assert not answering.listens
    assert answering.answered_by == "unknown"
