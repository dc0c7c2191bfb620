"""The sound that a call receives, for those who listen in Python: detection, recording, keys as tones."""

from __future__ import annotations

from typing import Any

from sip.ring import NoRing, Ring

RATE = 8000  # Hz, whatever the bridge has

__all__ = ["RATE", "Ear", "NoRing", "free_rings"]

_idle: list[Ring] = []  # to be used again: to make one anew for each call costs more than all its listening


class Ear:
    """Keeps what comes in until it is taken. Made, connected and dropped on the agent's thread.

    It is kept for LINGER_S before it is dropped, as its ring takes another call's sound then, and the bridge is told of what is connected
    on its next tick only.

    Raises:
        NoRing: see there.
    """

    def __init__(self) -> None:
        self._ring = _idle.pop() if _idle else Ring(RATE)
        self._ring.forget()

    def __del__(self) -> None:
        if hasattr(self, "_ring"):  # it could be made
            _idle.append(self._ring)

    def connect(self, sound: Any) -> None:
        """The sound of a call (a `pjsua2.AudioMedia`) is heard. Raises NoRing."""
        self._ring.connect(sound.getPortId())

    def disconnect(self, sound: Any) -> None:
        """It is heard no more; the sound may be gone already."""
        self._ring.disconnect(sound.getPortId())

    def take(self) -> bytes:
        """What has come since the last time, 16-bit mono samples at RATE in the machine's byte order."""
        return self._ring.take()


def free_rings() -> None:
    """At the agent's end, before the library's."""
    while _idle:
        _idle.pop().close()
