"""How far a sound has come, when its end is told on another thread."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sip.beat import Beat
from sip.messages import CallEnd, Prompt
from sip.playing import Playing

PROMPT = Prompt("message.wav", 8000, lead_in=0, message=4000, tail=0)
BEFORE_THE_LAST = 3840


class Player:
    """Tells a position, and in that moment what the test wants happens on the other thread."""

    def __init__(self, at_end: Callable[[], None]) -> None:
        self.at_end = at_end
        self.ends_now = False

    def startTransmit(self, sink: object) -> None:
        pass

    def getPos(self) -> int:
        if self.ends_now:
            self.at_end()
        return BEFORE_THE_LAST


@pytest.fixture
def facts() -> CallEnd:
    return CallEnd("call", message=PROMPT.message, rate=PROMPT.rate)


@pytest.fixture
def playing(facts: CallEnd, monkeypatch: pytest.MonkeyPatch) -> Playing:
    monkeypatch.setattr("sip.playing.Player", lambda _path, at_end: Player(at_end))
    playing = Playing(PROMPT, facts, Beat())
    playing.prepare()
    playing.connect(object())
    return playing


def test_until_the_end_is_told_the_position_counts(playing: Playing, facts: CallEnd) -> None:
    playing.note_position()
    assert (facts.played, playing.through_at) == (BEFORE_THE_LAST, None)


def test_an_end_that_is_told_while_the_position_is_read_counts(playing: Playing, facts: CallEnd) -> None:
    player = playing._player
    assert isinstance(player, Player)
    player.ends_now = True
    playing.note_position()
    assert playing.through_at is not None
    playing.note_position()  # as at the end of each call
    assert facts.played == PROMPT.message
