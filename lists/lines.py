"""A text file's lines, one by one: none is held whole when it is absurdly long, and lines can be put back."""

from __future__ import annotations

from collections import deque
from typing import TextIO

MAX_LINE = 65_536


class Lines:
    """Reads `text` line by line. `number` is the 1-based line that was given last.

    Args:
        text: opened with `newline=""`, so that all of CR, LF and CRLF end a line.
    """

    def __init__(self, text: TextIO) -> None:
        self.number = 0
        self._text = text
        self._back: deque[str] = deque()

    def take(self) -> str | None:
        """The next line with its end, or None after the last. An overlong one is cut after `MAX_LINE` characters and has no end."""
        line = self._back.popleft() if self._back else self._read()
        if not line:
            return None
        self.number += 1
        return line

    def put_back(self, lines: list[str]) -> None:
        """The lines that were taken last will be given again."""
        self._back.extendleft(reversed(lines))
        self.number -= len(lines)

    def _read(self) -> str:
        line = self._text.readline(MAX_LINE)
        if len(line) == MAX_LINE and line[-1] not in "\r\n":
            self._skip_rest()
        # Python 3.10's csv does not take NUL; as another control character it is refused where it matters.
        return line.replace("\0", "\x01") if "\0" in line else line

    def _skip_rest(self) -> None:
        while (piece := self._text.readline(MAX_LINE)) and piece[-1] not in "\r\n":
            pass
