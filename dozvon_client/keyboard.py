"""Single keys from the terminal, without Enter."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Callable, Iterator

if sys.platform == "win32":
    import msvcrt
else:
    import select
    import termios
    import tty

# A key by its place on the keyboard, where the Russian layout is on; and the first letter of "да".
RUSSIAN = {"з": "p", "к": "r", "с": "c", "й": "q", "н": "y", "д": "y"}

Key = Callable[[float], "str | None"]  # waits at most so many seconds; gives the key, or None


@contextlib.contextmanager
def keys() -> Iterator[Key | None]:
    """Gives what waits for a key; None when stdin is no terminal, or belongs to another program just now. Ctrl+C stays what it is."""
    if not sys.stdin.isatty():
        yield None
    elif sys.platform == "win32":
        yield _windows_key
    else:
        handle = sys.stdin.fileno()
        if not _is_ours(handle):
            yield None
            return
        before = termios.tcgetattr(handle)
        tty.setcbreak(handle)
        try:
            yield lambda seconds: _key(handle, seconds)
        finally:
            termios.tcsetattr(handle, termios.TCSADRAIN, before)


def plain_key(text: str) -> str | None:
    """The key of what the terminal sent: a letter in lower case; None for an arrow and the like."""
    letter = text[:1].lower()
    return RUSSIAN.get(letter, letter) if letter.isprintable() and letter else None


if sys.platform == "win32":

    def _windows_key(seconds: float) -> str | None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if msvcrt.kbhit():
                return plain_key(msvcrt.getwch())
            time.sleep(0.05)
        return None

else:

    def _is_ours(handle: int) -> bool:
        """Whether this program is in the foreground; one in the background would be stopped as it changes the terminal."""
        try:
            return os.tcgetpgrp(handle) == os.getpgrp()
        except OSError:
            return False

    def _key(handle: int, seconds: float) -> str | None:
        ready, _, _ = select.select([handle], [], [], seconds)
        if not ready:
            return None
        sent = os.read(handle, 64)
        if not sent:  # the terminal has gone
            time.sleep(seconds)
        return plain_key(sent.decode(errors="replace"))
