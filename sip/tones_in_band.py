"""Keys that are sent as tones within the sound (DTMF, ITU-T Q.23 and Q.24), found as the sound comes in. Needs NumPy.

A key is two tones at once, one of four low and one of four high frequencies, and nothing else: that nearly all of the sound's power lies
in these two is what tells it from speech.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

LOW_HZ = (697.0, 770.0, 852.0, 941.0)
HIGH_HZ = (1209.0, 1336.0, 1477.0, 1633.0)
KEYS = ("123A", "456B", "789C", "*0#D")

BLOCK_MS = 25.5  # long enough to tell the frequencies apart, short enough for a key of 40 ms
STEP_MS = 8
HITS = 3  # blocks in a row, 41 ms of sound; the first and the last may be filled to three quarters
MISSES = 3  # blocks in a row without it: the key is over
OFF = (-0.012, 0.0, 0.012)  # a telephone's tones may be 1.5 % off (Q.24)
PURE = 0.70  # the least part of the power that lies in the two tones
TWIST = 10 ** (9 / 10)  # the one may be 9 dB stronger than the other
OTHERS = 10 ** (6 / 10)  # each is so much stronger than the other tones of its group
QUIET = 10 ** (-42 / 10)  # of full scale, the power under which nothing is heard

Samples = npt.NDArray[np.float32]


class KeyTones:
    """Finds the keys in one stream of sound. Never blocks; keeps one block of samples.

    Args:
        rate: of the sound, in Hz.
    """

    def __init__(self, rate: int = 8000) -> None:
        self._size = round(rate * BLOCK_MS / 1000)
        self._step = rate * STEP_MS // 1000
        self._rest: Samples = np.zeros(0, np.float32)
        self._waves = _waves(rate, self._size)
        self._candidate, self._hits = "", 0
        self._key, self._misses = "", 0

    def feed(self, samples: bytes) -> str:
        """The next samples (16-bit mono in the machine's byte order), as many as there are. Gives the keys that have become certain."""
        self._rest = np.concatenate([self._rest, np.frombuffer(samples, np.int16).astype(np.float32) / 32768])
        count = (len(self._rest) - self._size) // self._step + 1
        if count <= 0:
            return ""
        blocks = np.lib.stride_tricks.sliding_window_view(self._rest, self._size)[:: self._step][:count]
        found = "".join(map(self._take, self._heard(blocks) if self._is_loud() else [""] * count))
        self._rest = self._rest[count * self._step :]
        return found

    def _is_loud(self) -> bool:
        return bool(np.dot(self._rest, self._rest) > QUIET * self._size)

    def _heard(self, blocks: Samples) -> list[str]:
        """The key in each block, "" for none."""
        total = np.einsum("ij,ij->i", blocks, blocks)
        # The power of each tone as a part of the block's, the best of the frequencies that it may have.
        spectrum = np.abs(blocks @ self._waves) ** 2 * (2 / self._size)
        parts = spectrum.reshape(len(blocks), 2, 4, len(OFF)).max(axis=3)
        best = parts.argmax(axis=2)
        strong = parts.max(axis=2)
        second = np.sort(parts, axis=2)[:, :, 2]
        loud = total > QUIET * self._size
        pure = strong.sum(axis=1) >= PURE * total
        level = (strong.max(axis=1) <= TWIST * strong.min(axis=1)) & (strong >= OTHERS * second).all(axis=1)
        return [KEYS[low][high] if good else "" for (low, high), good in zip(best, loud & pure & level, strict=True)]

    def _take(self, key: str) -> str:
        """One block's key. Gives it when it has become certain and was not told yet."""
        self._hits = self._hits + 1 if key == self._candidate else 1
        self._candidate = key
        self._misses = 0 if key == self._key else self._misses + 1
        if self._misses >= MISSES:
            self._key = ""
        if not key or key == self._key or self._hits < HITS:
            return ""
        self._key, self._misses = key, 0
        return key


def _waves(rate: int, size: int) -> npt.NDArray[np.complex64]:
    """A column for each frequency that is looked for: those of one tone side by side, low tones before high ones."""
    hz = np.array([tone * (1 + off) for tone in (*LOW_HZ, *HIGH_HZ) for off in OFF])
    waves: npt.NDArray[np.complex64] = np.exp(-2j * np.pi * np.outer(np.arange(size), hz) / rate).astype(np.complex64)
    return waves
