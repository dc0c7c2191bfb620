"""The sound that confirms an opt-out: played once in the message's place."""

from __future__ import annotations

import time
from typing import Any

from sip.messages import Prompt
from sip.playing import AFTER_END_S, LAST_FRAMES_MS, Player

LATE_S = 1.0  # a sound whose end was not told by then is over


class Goodbye:
    """Plays `prompt` into a call from now on.

    Raises:
        pjsua2.Error: the file can't be opened.
    """

    def __init__(self, prompt: Prompt) -> None:
        self._over_at = time.monotonic() + prompt.length_s + AFTER_END_S + LATE_S
        self._player: Player | None = Player(prompt.path, self._note_end)

    @property
    def over_at(self) -> float:
        """When all of it has gone out, in seconds of the monotonic clock, as far as is known."""
        return self._over_at

    def connect(self, sink: Any) -> None:
        """Plays into `sink` (a `pjsua2.AudioMedia`), also again after the media was negotiated anew. Raises pjsua2.Error."""
        if self._player is not None:
            self._player.startTransmit(sink)

    def release(self) -> Player | None:
        """Gives up the player, which must linger for `LINGER_S`."""
        player, self._player = self._player, None
        if player is not None:
            player.silence()
        return player

    def _note_end(self) -> None:  # on another thread
        self._over_at = min(self._over_at, time.monotonic() + LAST_FRAMES_MS / 1000)
