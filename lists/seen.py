"""Which numbers stood on a list already, and in which line: a hash table in two arrays, as a set of a million integers takes 80 MB."""

from __future__ import annotations

from array import array

_FIRST_BITS = 12
_EMPTY = 0


class Seen:
    """Numbers in E.164 and the lines in which they stood first. Takes 12 to 36 bytes a number."""

    def __init__(self) -> None:
        self._count = 0
        self._make(_FIRST_BITS)

    def add(self, number: str, line: int) -> int | None:
        """The line in which the number stood before; None when it is new."""
        key = int(number)
        place = self._place(number, key)
        if self._keys[place] == key:
            return self._lines[place]
        self._keys[place], self._lines[place] = key, line
        self._count += 1
        if self._count > self._most:
            self._grow()
        return None

    def _place(self, number: str, key: int) -> int:
        """Where the number is, or belongs. A text's hash differs in each process, so nobody can make a list whose numbers collide."""
        keys, mask = self._keys, self._mask
        place = hash(number) & mask
        while (found := keys[place]) != _EMPTY and found != key:
            place = (place + 1) & mask
        return place

    def _make(self, bits: int) -> None:
        size = 1 << bits
        self._mask = size - 1
        self._most = size * 5 // 8
        self._keys = array("q", bytes(8 * size))
        self._lines = array("i", bytes(4 * size))
        self._bits = bits

    def _grow(self) -> None:
        old = zip(self._keys, self._lines, strict=True)
        self._make(self._bits + 1)
        for key, line in old:
            if key != _EMPTY:
                place = self._place(f"+{key}", key)
                self._keys[place], self._lines[place] = key, line
