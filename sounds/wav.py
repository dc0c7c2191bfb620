"""The head of a WAV file around a rendering."""

from __future__ import annotations

import struct

BYTES_A_SAMPLE = 2
PCM = 1


def header(size: int, rate: int) -> bytes:
    """The 44 bytes in front of `size` bytes of 16-bit little-endian mono samples at `rate` Hz."""
    form = struct.pack("<HHIIHH", PCM, 1, rate, rate * BYTES_A_SAMPLE, BYTES_A_SAMPLE, 8 * BYTES_A_SAMPLE)
    return b"RIFF" + struct.pack("<I", 36 + size) + b"WAVEfmt " + struct.pack("<I", len(form)) + form + b"data" + struct.pack("<I", size)
