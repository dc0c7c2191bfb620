"""A port of the bridge that keeps the newest sound in memory, for a reader on another thread. Reached through ctypes, as `sip.native`.

pjsua2's own way, a port whose callback is in Python, makes the bridge's clock thread wait for Python's lock with the sound of all calls,
each 20 ms, and has ended the process. PJSIP has a port that copies frames into a buffer by itself: its writer of WAV files, which goes
round in that buffer, and writes it out each time it is full. Here it writes to nowhere, and the buffer is what is read.
"""

from __future__ import annotations

import ctypes
import os
from functools import cache

from sip import native

FRAME_MS = 20  # of the bridge
RING_MS = 4_000  # kept; a whole number of frames, so that the buffer is full at its very end
BYTES_A_SAMPLE = 2
_PORT_WORDS = 128  # of the port's struct are looked through for its buffer
_POOL_SPARE = 16_384  # for the port itself and what the bridge needs for it


class NoRing(Exception):
    """Sound can't be read from memory; the text tells why."""


class Ring:
    """A place in the bridge. Made, connected and closed on the agent's thread, while the library runs.

    Args:
        rate: in Hz; the bridge converts from its own.

    Raises:
        NoRing: the library refuses it, or its port has another shape than is known.
    """

    def __init__(self, rate: int) -> None:
        samples = rate * FRAME_MS // 1000
        self._frame = samples * BYTES_A_SAMPLE
        self._size = self._frame * (RING_MS // FRAME_MS)
        self._taken = 0
        self._pool = _lib().pjsua_pool_create(b"ring", self._size + _POOL_SPARE, _POOL_SPARE)
        self._port = ctypes.c_void_p()
        where = os.devnull.encode()
        _check(_lib().pjmedia_wav_writer_port_create(self._pool, where, rate, 1, samples, 16, 0, self._size, ctypes.byref(self._port)))
        self._buffer, self._end_at = _find_buffer(self._port.value or 0, self._size)
        slot = ctypes.c_int()
        _check(_lib().pjsua_conf_add_port(self._pool, self._port, ctypes.byref(slot)))
        self._slot = slot.value

    def connect(self, source: int) -> None:
        """The sound of this slot of the bridge flows in. Raises NoRing."""
        if source < 0:
            raise NoRing("the call has no sound")
        _check(_lib().pjsua_conf_connect(source, self._slot))

    def disconnect(self, source: int) -> None:
        """It flows in no more, if it did."""
        if source >= 0:
            _lib().pjsua_conf_disconnect(source, self._slot)

    def forget(self) -> None:
        """What has come so far is not wanted."""
        self._taken = self._written()

    def take(self) -> bytes:
        """What has come since the last time, 16-bit mono samples. Of more than RING_MS the oldest are lost."""
        end = self._written()
        begin = max(self._taken, end - self._size + self._frame)  # the frame behind the newest may be overwritten just now
        self._taken = end
        place, length = begin % self._size, end - begin
        first = min(length, self._size - place)
        return ctypes.string_at(self._buffer + place, first) + ctypes.string_at(self._buffer, length - first)

    def close(self) -> None:
        """Takes it out of the bridge. Nothing of it may be used afterwards."""
        _lib().pjsua_conf_remove_port(self._slot)
        _lib().pjmedia_port_destroy(self._port)

    def _written(self) -> int:
        """Bytes that have come since it was made, but for a frame that is being copied just now: the clock thread counts it first."""
        total = int(_lib().pjmedia_wav_writer_port_get_pos(self._port))
        copied = ctypes.c_size_t.from_address(self._end_at).value - self._buffer
        behind = (total - copied) % self._size
        return total - behind if behind < self._size // 2 else total  # else one came between the two looks


def _find_buffer(port: int, size: int) -> tuple[int, int]:
    # In the writer's struct there are, one behind the other, the buffer's size, where it begins, and where the next frame goes. As it has
    # just been made both places are the same.
    words = (ctypes.c_size_t * _PORT_WORDS).from_address(port)
    for index in range(_PORT_WORDS - 2):
        if words[index] == size and words[index + 1] == words[index + 2] != 0:
            return words[index + 1], port + (index + 2) * ctypes.sizeof(ctypes.c_size_t)
    raise NoRing("this build of the library has no buffer of sound that is known")


def _check(status: int) -> None:
    if status != native.PJ_SUCCESS:
        raise NoRing(f"the library refuses a port for received sound (status {status})")


@cache
def _lib() -> ctypes.CDLL:
    lib = native.library()
    pointer, number, size = ctypes.c_void_p, ctypes.c_int, ctypes.c_size_t
    out = ctypes.POINTER(pointer)
    for name, result, arguments in (
        ("pjsua_pool_create", pointer, [ctypes.c_char_p, size, size]),
        ("pjmedia_wav_writer_port_create", number, [pointer, ctypes.c_char_p, *[ctypes.c_uint] * 5, ctypes.c_ssize_t, out]),
        ("pjmedia_wav_writer_port_get_pos", ctypes.c_ssize_t, [pointer]),
        ("pjmedia_port_destroy", number, [pointer]),
        ("pjsua_conf_add_port", number, [pointer, pointer, ctypes.POINTER(number)]),
        ("pjsua_conf_remove_port", number, [number]),
        ("pjsua_conf_connect", number, [number, number]),
        ("pjsua_conf_disconnect", number, [number, number]),
    ):
        function = getattr(lib, name)
        function.restype, function.argtypes = result, arguments
    return lib
