"""G.711: 16-bit samples to A-law and mu-law bytes (ITU-T G.711)."""

from __future__ import annotations

from collections.abc import Iterable

SILENCE = {"PCMA": b"\xd5", "PCMU": b"\xff"}
WAV_FORMAT = {"PCMA": 6, "PCMU": 7}  # RFC 2361


def encode(samples: Iterable[int], codec: str) -> bytes:
    """16-bit signed samples to the codec's bytes (PCMA or PCMU), a byte a sample."""
    one = _a_law if codec == "PCMA" else _mu_law
    return bytes(map(one, samples))


def _a_law(sample: int) -> int:
    mask = 0xD5 if sample >= 0 else 0x55
    size = (sample if sample >= 0 else ~sample) >> 4
    if size < 32:  # the two segments that are linear
        return size ^ mask
    segment = size.bit_length() - 4
    return (segment << 4 | (size >> (segment - 1) & 0x0F)) ^ mask


def _mu_law(sample: int) -> int:
    sign = 0x80 if sample < 0 else 0
    size = min(abs(sample), 32635) + 132
    segment = size.bit_length() - 8
    return ~(sign | segment << 4 | (size >> (segment + 3) & 0x0F)) & 0xFF
