"""How far a sound has come, by what the library's player tells: its end on another thread, and not always where it is."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import pytest

from sip.beat import Beat
from sip.messages import CallEnd, Prompt
from sip.playing import Playing

RATE = 8000
PROMPT = Prompt("message.wav", RATE, lead_in=0, message=10 * RATE, tail=0)


class Player:
    """Tells the position that the test wants; with `ends_now` its end is told on the other thread in that moment."""

    def __init__(self, at_end: Callable[[], None]) -> None:
        self.at_end = at_end
        self.ends_now = False
        self.position = 0

    def startTransmit(self, sink: object) -> None:
        pass

    def stopTransmit(self, sink: object) -> None:
        pass

    def getPos(self) -> int:
        if self.ends_now:
            self.at_end()
        return self.position


class Heard:
    """A sound that began at 0 s of the test's clock."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 0.0
        self.facts = CallEnd("call", message=PROMPT.message, rate=RATE)
        monkeypatch.setattr("sip.playing.Player", lambda _path, at_end: Player(at_end))
        monkeypatch.setattr("sip.playing.time", SimpleNamespace(monotonic=lambda: self.now))
        self.playing = Playing(PROMPT, self.facts, Beat())
        self.playing.prepare()
        self.playing.connect(object())
        assert isinstance(self.playing._player, Player)
        self.player = self.playing._player

    def look(self, now: float, position: int) -> float:
        """Gives how many seconds have been played, as far as is known."""
        self.now, self.player.position = now, position
        self.playing.note_position()
        return self.facts.played / RATE


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Heard:
    return Heard(monkeypatch)


def test_until_the_end_is_told_the_position_counts(heard: Heard) -> None:
    assert heard.look(0.01, 0) == 0
    assert heard.look(1.0, 7840) == 0.98
    assert heard.look(9.98, 79_680) == 9.96
    assert heard.playing.through_at is None


def test_an_end_that_is_told_while_the_position_is_read_counts(heard: Heard) -> None:
    heard.player.ends_now = True
    heard.look(10.02, 79_680)
    assert heard.playing.through_at is not None
    assert heard.look(10.02, 79_680) == 10.0  # as at the end of each call


def test_a_position_that_goes_back_for_a_moment_is_no_end(heard: Heard) -> None:
    heard.look(5.0, 39_840)
    assert heard.look(5.02, 38_000) == pytest.approx(5.0, abs=0.04)
    assert heard.look(5.1, 40_640) == 5.08


def test_nor_does_one_that_is_ahead_for_a_moment_count(heard: Heard) -> None:
    heard.look(5.0, 39_840)
    assert heard.look(5.02, 41_920) == pytest.approx(5.0, abs=0.04)
    assert heard.look(5.1, 40_640) == 5.08


def test_in_the_last_part_of_the_file_the_time_tells(heard: Heard) -> None:
    heard.look(9.74, 77_760)
    assert heard.look(9.85, 0) == pytest.approx(9.83, abs=0.04)
    assert heard.look(9.95, 0) == pytest.approx(9.93, abs=0.04)
    assert heard.look(10.05, 0) == 10.0  # its end comes any moment


def test_it_may_be_held_up_and_catch_up(heard: Heard) -> None:
    assert heard.look(5.0, 20_000) == 2.5
    assert heard.look(5.1, 40_640) == 5.08
    assert heard.look(6.0, 47_840) == 5.98


def test_who_was_not_looked_at_before_the_last_part(heard: Heard) -> None:
    heard.look(0.0, 0)
    assert heard.look(9.9, 0) == pytest.approx(9.88, abs=0.04)


def test_what_has_not_begun_counts_for_nothing(heard: Heard) -> None:
    assert heard.look(3.0, 0) == 0  # its bridge stands still


def test_a_hold_counts_for_nothing(heard: Heard) -> None:
    heard.look(9.74, 77_760)
    heard.now = 9.8
    heard.player.position = 0
    heard.playing.pause(object())
    played = heard.facts.played
    assert heard.look(12.0, 0) == played / RATE == pytest.approx(9.78, abs=0.04)
    heard.playing.connect(object())
    assert heard.look(12.05, 0) == pytest.approx(9.83, abs=0.04)
