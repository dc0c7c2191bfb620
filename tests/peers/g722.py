"""G722 (ITU-T) packets → samples, by the library's own decoder. That another's hears the same is seen with baresip."""

from __future__ import annotations

import ctypes
import importlib.util

import numpy as np
import numpy.typing as npt

_STATE_BYTES = 1 << 16  # more than the decoder's state takes
_SCALE = 2  # its samples have 15 bits


def decode(payload: bytes) -> npt.NDArray[np.int16]:
    """The samples of a stream from its begin, two a byte, at 16 kHz."""
    spec = importlib.util.find_spec("pjsua2._pjsua2")
    assert spec is not None
    assert spec.origin is not None
    lib = ctypes.CDLL(spec.origin)
    state = ctypes.create_string_buffer(_STATE_BYTES)
    samples = np.zeros(2 * len(payload), np.int16)
    count = ctypes.c_size_t(len(samples))
    assert lib.g722_dec_init(state) == 0
    taken = lib.g722_dec_decode(state, payload, ctypes.c_size_t(len(payload)), samples.ctypes.data_as(ctypes.c_void_p), ctypes.byref(count))
    assert (taken, count.value) == (0, len(samples))
    return np.clip(samples.astype(np.int32) * _SCALE, -32768, 32767).astype(np.int16)
