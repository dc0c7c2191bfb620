"""A program in a pseudo terminal: what it shows is read, keys are pressed."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_CONTROLS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class Terminal:
    """The client in a terminal of 110 columns and 44 lines.

    Args:
        words: the client's arguments.
        env: its environment.
    """

    def __init__(self, words: list[str], env: dict[str, str]) -> None:
        self._handle, inner = pty.openpty()
        fcntl.ioctl(inner, termios.TIOCSWINSZ, struct.pack("HHHH", 44, 110, 0, 0))
        command = [sys.executable, "-c", _TAKE_THE_TERMINAL, sys.executable, str(ROOT / "api_client.py"), *words]
        self._process = subprocess.Popen(
            command, env={**env, "TERM": "xterm"}, stdin=inner, stdout=inner, stderr=inner, start_new_session=True
        )
        os.close(inner)
        self._shown = b""

    @property
    def shown(self) -> str:
        """All that was shown so far, without the controls."""
        return _CONTROLS.sub("", self._shown.decode(errors="replace"))

    @property
    def echoes(self) -> bool:
        """Whether the terminal shows what is typed and waits for Enter, as shells leave it."""
        modes = termios.tcgetattr(self._handle)[3]
        return bool(modes & termios.ECHO) and bool(modes & termios.ICANON)

    def until(self, words: str, timeout_s: float = 20.0) -> None:
        """Read until these words are shown, and forget what came before them."""
        deadline = time.monotonic() + timeout_s
        while words not in self.shown:
            assert time.monotonic() < deadline, f"{words!r} was not shown, but {self.shown[-1500:]}"
            assert self._read(0.2), f"it ended without showing {words!r}: {self.shown[-1500:]}"
        self._shown = b""

    def press(self, keys: str) -> None:
        """Type."""
        os.write(self._handle, keys.encode())

    def end(self, timeout_s: float = 20.0) -> int:
        """Read to the end; gives the exit code."""
        deadline = time.monotonic() + timeout_s
        while self._read(0.2):
            assert time.monotonic() < deadline, self.shown[-1500:]
        return self._process.wait(5)

    def close(self) -> None:
        """End the program if it has not ended, and close the terminal."""
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait(5)
        os.close(self._handle)

    def _read(self, wait_s: float) -> bool:
        """Whether there may be more."""
        if not select.select([self._handle], [], [], wait_s)[0]:
            return self._process.poll() is None
        try:
            piece = os.read(self._handle, 65536)
        except OSError:  # the end of a pseudo terminal
            return False
        self._shown += piece
        return bool(piece)


# Makes stdin the terminal of the new session, as a shell's is.
_TAKE_THE_TERMINAL = "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execv(sys.argv[1], sys.argv[1:])"
