"""G.711 (ITU-T) A-law and mu-law in numpy: what a message is after one trip over the phone."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.int16]
Bytes = npt.NDArray[np.uint8]


def _alaw_table() -> Samples:
    code = np.arange(256) ^ 0x55
    exponent, mantissa = (code >> 4) & 7, code & 15
    small = (mantissa << 4) + 8
    value = np.where(exponent == 0, small, (small + 0x100) << np.maximum(exponent - 1, 0))
    return np.where(code & 0x80, value, -value).astype(np.int16)


def _mulaw_table() -> Samples:
    code = ~np.arange(256) & 0xFF
    exponent, mantissa = (code >> 4) & 7, code & 15
    value = (((mantissa << 3) + 0x84) << exponent) - 0x84
    return np.where(code & 0x80, -value, value).astype(np.int16)


_TABLES = {"PCMA": _alaw_table(), "PCMU": _mulaw_table()}


def encode(samples: Samples, codec: str = "PCMA") -> bytes:
    """The nearest code for each sample.

    Args:
        samples: 16-bit linear.
        codec: PCMA or PCMU.
    """
    table = _TABLES[codec].astype(np.int32)
    order = np.argsort(table, kind="stable")
    levels = table[order]
    middles = (levels[:-1] + levels[1:]) / 2
    codes: Bytes = order[np.searchsorted(middles, samples, side="right")].astype(np.uint8)
    return codes.tobytes()


def decode(payload: bytes, codec: str = "PCMA") -> Samples:
    """16-bit linear samples of an encoded sound."""
    decoded: Samples = _TABLES[codec][np.frombuffer(payload, np.uint8)]
    return decoded


def round_trip(samples: Samples, codec: str = "PCMA") -> Samples:
    """What is left of the samples after encoding and decoding."""
    return decode(encode(samples, codec), codec)
