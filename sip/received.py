"""The sound that a call receives, for those who listen in Python: detection and recording.

The bridge's clock thread calls `onFrameReceived` and waits for Python's lock meanwhile, with the sound of all calls. So frames are long,
the callback copies bytes and does nothing else, and a call has an ear only while somebody listens.
"""

from __future__ import annotations

import ctypes
import sys
from collections import deque
from typing import Any

from pjsua2 import pjsua2 as pj

RATE = 8000  # Hz, whatever the bridge has
FRAME_MS = 100
KEPT_FRAMES = 100  # a loop that is held up for longer loses the oldest
SWITCH_S = 0.0005  # how long the clock thread may have to wait for Python's lock; the usual 5 ms are seen as gaps between packets

_AUDIO = pj.PJMEDIA_FRAME_TYPE_AUDIO


class _Port(pj.AudioMediaPort):  # type: ignore[misc]
    """A port of the bridge. The clock thread comes into it at any time, connected or not, and may wait there for Python's lock just when
    the object is freed, which has ended the process: so ports are not freed while the bridge runs, but used again."""

    def __init__(self) -> None:
        super().__init__()
        self.frames: deque[bytes] = deque(maxlen=KEPT_FRAMES)
        sys.setswitchinterval(SWITCH_S)
        self.createPort("ear", _format())

    def onFrameReceived(self, frame: Any) -> None:
        """On the clock thread: a frame of FRAME_MS, or nothing while nobody is connected."""
        if frame.type == _AUDIO:
            # The buffer is a std::vector, which begins with the pointer to its bytes. Its wrapper's own way to bytes costs ten times more.
            address = ctypes.c_void_p.from_address(int(frame.buf.this)).value
            if address:
                self.frames.append(ctypes.string_at(address, frame.size))


_idle: list[_Port] = []


class Ear:
    """Keeps what comes in until it is taken. Made, connected and dropped on the agent's thread.

    It is kept for LINGER_S before it is dropped, as its port takes another call's sound then.

    Attributes:
        port: what the sound is connected to (a `pjsua2.AudioMedia`).
    """

    def __init__(self) -> None:
        self.port = _idle.pop() if _idle else _Port()
        self.port.frames.clear()

    def __del__(self) -> None:
        if hasattr(self, "port"):  # it could be made
            _idle.append(self.port)

    def take(self) -> bytes:
        """What has come since the last time, 16-bit mono samples at RATE in the machine's byte order."""
        taken = []
        while self.port.frames:
            taken.append(self.port.frames.popleft())
        return b"".join(taken)


def free_ports() -> None:
    """At the agent's end, before the library's."""
    _idle.clear()


def _format() -> Any:
    form = pj.MediaFormatAudio()
    form.type = pj.PJMEDIA_TYPE_AUDIO
    form.id = pj.PJMEDIA_FORMAT_PCM
    form.clockRate = RATE
    form.channelCount = 1
    form.bitsPerSample = 16
    form.frameTimeUsec = FRAME_MS * 1000
    form.avgBps = form.maxBps = RATE * 16
    return form
