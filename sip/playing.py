"""The sound of one call: the player, how far it has come, and when it is through."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from pjsua2 import pjsua2 as pj

from sip.beat import TICK_S, Beat, FirstFrame
from sip.messages import CallEnd, Prompt

LAST_FRAMES_MS = 10  # the player tells its end a tick of the bridge after its last frame has gone out
AFTER_END_S = 0.045  # when the sound should be through: its length, the bridge's first and last tick, and LAST_FRAMES_MS
PART = 2_000  # samples of a file that the player takes from the disk at once (4,000 bytes)
LATE_S = 0.1  # a sound that was held up is looked at so often from then on


class Player(pj.AudioMediaPlayer):  # type: ignore[misc]
    """Plays a WAV file once. Its end is told on another thread: `at_end` may only note it.

    The library queues that word for its event thread. A player that is freed before it was said, because the callee hung up in that
    moment, takes the process with it: a player of a call that is over is kept for `LINGER_S` before it is dropped.
    """

    def __init__(self, path: str, at_end: Callable[[], None]) -> None:
        super().__init__()
        self._at_end = at_end
        self.createPlayer(path, pj.PJMEDIA_FILE_NO_LOOP)

    def onEof2(self) -> None:
        self._at_end()

    def silence(self) -> None:
        """Its end interests nobody any more."""
        self._at_end = _nothing


class Playing:
    """Plays the prompt into a call, and keeps `facts.played` true.

    Args:
        prompt: what is played.
        facts: of the call.
        beat: of the agent's bridge.

    Attributes:
        begun: whether the sound was started.
        through_at: when all of the prompt has gone out, in seconds of the monotonic clock; None before.
    """

    def __init__(self, prompt: Prompt, facts: CallEnd, beat: Beat) -> None:
        self.begun = False
        self.through_at: float | None = None
        self._prompt = prompt
        self._facts = facts
        self._beat = beat
        self._first: FirstFrame | None = None
        self._player: Player | None = None
        self._position = 0  # of the player, in samples of the prompt
        self._began_at = 0.0  # pauses left out
        self._ends_at = 0.0  # when the sound is through, if nothing holds it up
        self._end_told_at: float | None = None
        self._paused_at: float | None = None

    def prepare(self) -> None:
        """Opens the file. Raises pjsua2.Error."""
        self._player = Player(self._prompt.path, self._note_end)

    def connect(self, sink: Any) -> None:
        """Plays into `sink` (a `pjsua2.AudioMedia`) from here on, the first time from the first sample. Raises pjsua2.Error."""
        before = time.monotonic()
        if self._player is not None:
            self._player.startTransmit(sink)
        if self._paused_at is not None:
            self._ends_at += before - self._paused_at
            self._began_at += before - self._paused_at
            self._paused_at = None
        if not self.begun:
            self.begun = True
            after = time.monotonic()
            self._ends_at = after + self._prompt.length_s + AFTER_END_S
            self._began_at = before
            self._beat.begin(before)
            self._first = FirstFrame(self._beat, before, after, round(self._prompt.rate * TICK_S))

    def pause(self, sink: Any) -> None:
        """Plays no more into `sink`; `connect` goes on from here. Raises pjsua2.Error."""
        self.note_position()
        if self.begun and self._player is not None and self._paused_at is None:
            self._paused_at = time.monotonic()
            self._player.stopTransmit(sink)

    @property
    def left_s(self) -> float:
        """How much longer it plays at most, in seconds."""
        return self._prompt.length_s - self._position / self._prompt.rate

    def wake_times(self) -> list[float]:
        """When there is something to be looked at while the sound goes out."""
        if self._first is None or self.through_at is not None or self._paused_at is not None:
            return []
        now = time.monotonic()
        look_at = self._first.look_at(now)
        return [max(self._ends_at, now + LATE_S), *([] if look_at is None else [look_at])]

    def note_position(self) -> None:
        """Looks how far it has come."""
        if self.through_at is not None:
            self._facts.played = self._facts.message
            return
        if not self.begun or self._player is None or self._paused_at is not None:
            return
        before, position, now = time.monotonic(), self._player.getPos(), time.monotonic()
        if position == 0 and now >= self._ends_at:
            self._facts.played = self._facts.message
            return
        due = min(round((now - self._began_at) * self._prompt.rate), self._prompt.length)
        if self._is_not_there(position, due):
            self._facts.played = self._prompt.message_until(due)
            return
        self._position = position
        self._facts.played = self._prompt.message_until(position)
        if self._first is not None:
            self._first.seen(before, now, position)

    def _is_not_there(self, position: int, due: int) -> bool:
        # While the player takes the next part of its file from the disk, its position is off by such a part for some microseconds. And it
        # is 0 already from the last part's first sample on.
        in_last_part = position == 0 and due >= max(1, self._prompt.length - PART)
        return in_last_part or not self._position <= position <= due + 2 * round(self._prompt.rate * TICK_S)

    def first_frame_at(self) -> float | None:
        """When the first frame went out, in seconds of the monotonic clock; None when none did. Asked at the call's end."""
        if self._first is None or (self._position == 0 and self._end_told_at is None):
            return None
        if self._end_told_at is not None:
            self._first.ended(self._end_told_at, self._prompt.length)
        return self._first.at

    def release(self) -> Player | None:
        """Gives up the player, which must linger for `LINGER_S`."""
        if self._first is not None:
            self._beat.end(time.monotonic())
        player, self._player = self._player, None
        if player is not None:
            player.silence()
        return player

    def _note_end(self) -> None:
        # On another thread: the facts are not touched here, as the agent's may be about to write an earlier position to them.
        if self.through_at is None:
            self._end_told_at = time.monotonic()
            self.through_at = self._end_told_at + LAST_FRAMES_MS / 1000


def _nothing() -> None:
    """What a player that nobody listens to tells."""
